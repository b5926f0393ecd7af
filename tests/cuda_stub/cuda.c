/*
 * CUDA's runtime, doing nothing: memory is the host's, kernels are not run, captured graphs are empty. What ONNX Runtime's
 * CUDA provider does on the host (placing operators, planning memory, capturing) it does all the same. Offsets are those
 * of CUDA 13's driver_types.h; `stub.ts` adds whatever else the provider asks for.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int status;
typedef void *handle;

static status make(handle *it) { *it = malloc(64); return 0; }
static status zeros(void **it, size_t bytes) { *it = calloc(bytes ? bytes : 1, 1); return 0; }
static void tell(const char *what) { fprintf(stderr, "stub: %s\n", what); }
/* What CUDA refuses while a stream is captured. */
static int capturing;
static void unsafe(void) { if (capturing) tell("refused while capturing"); }
static void put(void *object, size_t offset, int value) { memcpy((char *)object + offset, &value, 4); }
static void put_long(void *object, size_t offset, long value) { memcpy((char *)object + offset, &value, 8); }

status cudaGetDeviceCount(int *n) { *n = 1; return 0; }
status cudaGetDevice(int *n) { *n = 0; return 0; }
status cudaRuntimeGetVersion(int *v) { *v = 13000; return 0; }
status cudaDriverGetVersion(int *v) { *v = 13000; return 0; }
const char *cudaGetErrorString(status s) { return "stub"; }
const char *cudaGetErrorName(status s) { return "stub"; }

/* A Hopper with 132 multiprocessors. */
status cudaGetDeviceProperties(void *p, int device) {
  memset(p, 0, 1008);
  strcpy(p, "stub");
  put_long(p, 288, 16L << 30);
  put_long(p, 296, 48 << 10);
  put(p, 304, 65536);
  put(p, 308, 32);
  put(p, 320, 1024);
  put(p, 336, 2147483647); put(p, 340, 65535); put(p, 344, 65535);
  put(p, 360, 9);
  put(p, 384, 132);
  put(p, 596, 50 << 20);
  put(p, 604, 2048);
  put_long(p, 624, 228 << 10);
  put_long(p, 672, 227 << 10);
  return 0;
}
status cudaDeviceGetAttribute(int *value, int attribute, int device) {
  *value = attribute == 75 ? 9 : attribute == 76 ? 0 : attribute == 16 ? 132 : attribute == 97 ? 227 << 10 : 1024;
  return 0;
}
status cudaFuncGetAttributes(void *a, const void *f) {
  memset(a, 0, 144);
  put(a, 24, 1024); put(a, 32, 90); put(a, 36, 90);
  return 0;
}
status cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *n, const void *f, int b, size_t s, unsigned flags) {
  *n = 2;
  return 0;
}
status cudaPointerGetAttributes(void *a, const void *p) { memset(a, 0, 88); put(a, 0, 2); return 0; }

/*
 * What is held of the GPU; the most that was goes into the file EMEND_STUB_MOST, for the process may be killed. Memory
 * that nobody touches costs the host nothing.
 */
static size_t held, most;
static void tell_most(size_t now) {
  static int file = -2;
  most = now;
  if (file == -2) file = getenv("EMEND_STUB_MOST") ? open(getenv("EMEND_STUB_MOST"), O_CREAT | O_WRONLY, 0600) : -1;
  if (file >= 0) pwrite(file, &most, sizeof most, 0);
}
status cudaMalloc(void **p, size_t n) {
  unsafe();
  size_t now = __atomic_add_fetch(&held, n, __ATOMIC_SEQ_CST);
  if (now > most) tell_most(now);
  char *whole = calloc(n + 64, 1);
  memcpy(whole, &n, sizeof n);
  *p = whole + 64;
  return 0;
}
status cudaFree(void *p) {
  unsafe();
  if (!p) return 0;
  char *whole = (char *)p - 64;
  size_t n;
  memcpy(&n, whole, sizeof n);
  __atomic_sub_fetch(&held, n, __ATOMIC_SEQ_CST);
  free(whole);
  return 0;
}
status cudaMallocHost(void **p, size_t n) { return zeros(p, n); }
status cudaHostAlloc(void **p, size_t n, unsigned flags) { return zeros(p, n); }
status cudaMallocFromPoolAsync(void **p, size_t n, handle pool, handle stream) { return zeros(p, n); }
status cudaFreeHost(void *p) { free(p); return 0; }
status cudaFreeAsync(void *p, handle stream) { free(p); return 0; }
status cudaMemcpy(void *to, const void *from, size_t n, int kind) { unsafe(); memcpy(to, from, n); return 0; }
status cudaMemcpyFromSymbol(void *to, const void *symbol, size_t n, size_t offset, int kind) {
  unsafe();
  memset(to, 0, n);
  return 0;
}
status cudaMemcpyAsync(void *to, const void *from, size_t n, int kind, handle s) { memcpy(to, from, n); return 0; }
status cudaMemset(void *p, int v, size_t n) { memset(p, v, n); return 0; }
status cudaMemsetAsync(void *p, int v, size_t n, handle s) { memset(p, v, n); return 0; }
status cudaMemGetInfo(size_t *available, size_t *total) { *available = 8ul << 30; *total = 16ul << 30; return 0; }

status cudaStreamCreate(handle *s) { return make(s); }
status cudaStreamCreateWithFlags(handle *s, unsigned flags) { return make(s); }
status cudaEventCreate(handle *e) { return make(e); }
status cudaEventCreateWithFlags(handle *e, unsigned flags) { return make(e); }

status cudaStreamIsCapturing(handle s, int *yes) { *yes = capturing; return 0; }
status cudaStreamBeginCapture(handle s, int mode) { capturing = 1; return 0; }
status cudaStreamEndCapture(handle s, handle *graph) { capturing = 0; tell("captured"); return make(graph); }
status cudaGraphInstantiate(handle *run, handle graph, unsigned long long flags) { return make(run); }
status cudaGraphLaunch(handle run, handle s) { tell("replayed"); return 0; }
status cudaStreamSynchronize(handle s) { unsafe(); return 0; }
status cudaDeviceSynchronize(void) { unsafe(); return 0; }

void **__cudaRegisterFatBinary(void *binary) { static void *handle[4]; return handle; }
