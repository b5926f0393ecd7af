/*
 * As much of nccl.h and of CUDA's streams as the binding calls, over the memory of this process: ranks are threads that
 * wait for each other when their streams are waited for. It refuses what the real one would take wrongly.
 */
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define MOST 8
enum { OK = 0, INVALID = 4 };
enum { REDUCE_SCATTER, REDUCE, ALL_GATHER, BROADCAST, ALL_REDUCE };

typedef struct { char internal[128]; } Id;

typedef struct {
  char id[128];
  int size, joined;
  pthread_barrier_t barrier;
  const void *sent[MOST];
} Group;

typedef struct { Group *group; int rank; } Communicator;

typedef struct {
  int kind, root;
  const void *from;
  void *to;
  size_t count; /* of floats where they are summed, of bytes where they travel */
  Communicator *communicator;
} Call;

typedef struct { Call calls[16]; int count; } Stream;

static Group *groups[16];
static int group_count, depth;

int ncclGetVersion(int *version) { *version = 22809; return OK; }
const char *ncclGetErrorString(int code) { return code == INVALID ? "invalid argument" : "unhandled"; }
int ncclCommGetAsyncError(Communicator *c, int *code) { *code = OK; return c ? OK : INVALID; }
int ncclGroupStart(void) { depth++; return OK; }
int ncclGroupEnd(void) { return depth-- > 0 ? OK : INVALID; }

int ncclGetUniqueId(Id *id) {
  static int made;
  for (int i = 0; i < 128; i++) id->internal[i] = (char)(i * 7 + 1);
  id->internal[64] = (char)++made;
  return OK;
}

int ncclCommInitRank(Communicator **out, int size, Id id, int rank) {
  if (size > MOST || rank < 0 || rank >= size) return INVALID;
  for (int i = 0; i < 128; i++) /* all of it must have come, in its place */
    if (i != 64 && id.internal[i] != (char)(i * 7 + 1)) return INVALID;
  Group *group = NULL;
  for (int i = 0; i < group_count; i++) if (!memcmp(groups[i]->id, id.internal, 128)) group = groups[i];
  if (!group) {
    group = groups[group_count++] = calloc(1, sizeof *group);
    memcpy(group->id, id.internal, 128);
    group->size = size;
    pthread_barrier_init(&group->barrier, NULL, size);
  }
  if (group->size != size || group->joined++ >= size) return INVALID;
  *out = calloc(1, sizeof **out);
  (*out)->group = group;
  (*out)->rank = rank;
  return OK;
}

static int sums(int kind) { return kind != ALL_GATHER && kind != BROADCAST; }

static int begin(int kind, const void *from, void *to, size_t count, int type, int op, int root, Communicator *c, Stream *s) {
  if (type != (sums(kind) ? 7 : 1) || op != 0 || !count || !c || !s || s->count == 16 || depth != 1) return INVALID;
  s->calls[s->count++] = (Call){kind, root, from, to, count, c};
  return OK;
}

int ncclReduceScatter(const void *from, void *to, size_t n, int type, int op, Communicator *c, Stream *s) {
  if ((char *)to != (char *)from + c->rank * n * sizeof(float)) return INVALID; /* in place */
  return begin(REDUCE_SCATTER, from, to, n, type, op, 0, c, s);
}
int ncclReduce(const void *from, void *to, size_t n, int type, int op, int root, Communicator *c, Stream *s) {
  return begin(REDUCE, from, to, n, type, op, root, c, s);
}
int ncclAllGather(const void *from, void *to, size_t n, int type, Communicator *c, Stream *s) {
  return begin(ALL_GATHER, from, to, n, type, 0, 0, c, s);
}
int ncclBroadcast(const void *from, void *to, size_t n, int type, int root, Communicator *c, Stream *s) {
  return begin(BROADCAST, from, to, n, type, 0, root, c, s);
}
int ncclAllReduce(const void *from, void *to, size_t n, int type, int op, Communicator *c, Stream *s) {
  return begin(ALL_REDUCE, from, to, n, type, op, 0, c, s);
}

int cudaStreamCreateWithFlags(Stream **out, unsigned flags) {
  *out = calloc(1, sizeof **out);
  return flags == 1 ? 0 : 1;
}

static void run(Call *call) {
  Group *group = call->communicator->group;
  int rank = call->communicator->rank, size = group->size, root = call->root;
  size_t n = call->count;
  size_t bytes = call->kind == ALL_GATHER ? n * size : call->kind == BROADCAST ? n : n * sizeof(float);
  char *result = malloc(bytes);
  group->sent[rank] = call->from;
  pthread_barrier_wait(&group->barrier);
  if (call->kind == ALL_GATHER) for (int r = 0; r < size; r++) memcpy(result + r * n, group->sent[r], n);
  if (call->kind == BROADCAST) memcpy(result, group->sent[root], n);
  for (size_t i = 0; sums(call->kind) && i < n; i++) {
    size_t at = call->kind == REDUCE_SCATTER ? rank * n + i : i;
    float sum = 0;
    for (int r = 0; r < size; r++) sum += ((const float *)group->sent[r])[at];
    ((float *)result)[i] = sum;
  }
  pthread_barrier_wait(&group->barrier); /* nobody reads any more: results may lie over what was sent */
  if (call->kind != REDUCE || rank == root) memcpy(call->to, result, bytes);
  pthread_barrier_wait(&group->barrier);
  free(result);
}

int cudaStreamSynchronize(Stream *s) {
  for (int i = 0; i < s->count; i++) run(&s->calls[i]);
  s->count = 0;
  return 0;
}
