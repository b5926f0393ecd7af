# The loop: one request after the other on fd 0, answers on fd 1. A request is a letter, the length of its head, the
# length of its body (32 bits each, big endian), the head as JSON, the body. An answer is a letter, a length, bytes.


def send(kind, content=b""):
    # Written from where it lies: a copy would stay in freed memory, for the next job to find.
    written = os.writev(1, [struct.pack(">cI", kind, len(content)), content]) - 5
    view = memoryview(content)
    while written < len(view):
        written += os.write(1, view[written:])


def request():
    """The next request; of one to run something only the head, for the rest is read by the job itself."""
    try:
        kind, head, body = struct.unpack(">cII", read_exactly(0, 9))
    except EOFError:
        end_everyone()
        os._exit(0)
    head = json.loads(read_exactly(0, head)) if head else None
    return kind, head, body if kind == b"R" else read_exactly(0, body)


def serve():
    while True:
        kind, head, body = request()
        if kind == b"R":
            send(b"x", json.dumps(run(head, body)).encode())
            if head["again"] and not wipe():
                os._exit(3)
            send(b"k")
        elif kind == b"P":
            put(head["path"], body)
            send(b"k")
        elif kind == b"G":
            content, why = get(head["path"], head["most"])
            send(b"n", why.encode()) if content is None else send(b"f", content)


os.closerange(3, os.sysconf("SC_OPEN_MAX"))
# As the first process of its own process numbers it cannot be killed from inside; nor may it be looked into.
must(LIBC.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "dumpable")
if not CONFIG["first"]:
    must(LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "subreaper")
signal.signal(signal.SIGINT, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))  # a job closes all of them
install("always")
os.environ["HOME"] = CONFIG["work"]
gc.collect()
gc.freeze()
send(b"k")
serve()
