# The loop: one request after the other on fd 0, answers on fd 1. A request is a letter, the length of its head, the
# length of its body (32 bits each, big endian), the head as JSON, the body. An answer is a letter, a length, bytes.


def send(kind, content=b""):
    # Written from where it lies: a copy would stay in freed memory, for the next job to find.
    written = os.writev(1, [struct.pack(">cI", kind, len(content)), content]) - 5
    view = memoryview(content)
    while written < len(view):
        written += os.write(1, view[written:])


def head_of_request():
    try:
        kind, head, body = struct.unpack(">cII", read_exactly(0, 9))
    except EOFError:
        leave()
    return kind, json.loads(read_exactly(0, head)) if head else None, body


def leave(*_):
    """The other side is gone, or wants the end: nothing stays behind."""
    end_everyone()
    if CONFIG["removed"]:
        wipe(1 << 30)
        os.rmdir(CONFIG["work"])
    os._exit(0)


def serve():
    while True:
        kind, head, length = head_of_request()
        if kind == b"R":
            # The rest is read by the job itself.
            send(b"x", json.dumps(run(head, length)).encode())
            if head["again"] and not wipe():
                os._exit(3)
            send(b"k")
        elif kind == b"P":
            put(head["path"], read_exactly(0, length))
            send(b"k")
        elif kind == b"G":
            content, why = get(head["path"], head["most"])
            send(b"n", why.encode()) if content is None else send(b"f", content)
        else:
            # Meant for a conversation that ended meanwhile.
            while length:
                length -= os.readv(0, [memoryview(CHUNK)[:length]])
            CHUNK[:] = bytes(len(CHUNK))


os.closerange(3, os.sysconf("SC_OPEN_MAX"))
# As the first process of its own process numbers it cannot be killed from inside; nor may it be looked into.
must(LIBC.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "dumpable")
if not CONFIG["first"]:
    must(LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "subreaper")
signal.signal(signal.SIGINT, signal.SIG_IGN)
if not CONFIG["first"]:
    signal.signal(signal.SIGTERM, leave)  # a handler would make the first process reachable from inside
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))  # a job closes all of them
install("always")
os.environ.update(HOME=CONFIG["work"], TMPDIR=CONFIG["work"])
gc.collect()
gc.freeze()
send(b"k")
serve()
