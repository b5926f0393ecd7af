# One job: a child process from fork to its last descendant's death.

import fcntl
import select

TICK = 0.05  # seconds between looks at memory and the number of files
CHUNK = bytearray(1 << 16)
TALK = 64 << 20  # bytes that a job may say in a conversation
PIECE = 1 << 16  # of live input, at most
WAITING = bytearray(1 << 20)


def read_exactly(fd, length):
    parts = []
    while length:
        part = os.read(fd, min(length, 1 << 20))
        if not part:
            raise EOFError("the requests ended inside one")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def standard_input(length):
    """What follows among the requests as a file that nobody can change: any length, and never a full pipe."""
    fd = os.memfd_create("stdin", os.MFD_ALLOW_SEALING)
    while length:
        part = read_exactly(0, min(length, 1 << 20))
        os.write(fd, part)
        length -= len(part)
    os.lseek(fd, 0, os.SEEK_SET)
    fcntl.fcntl(fd, 1033, 0xF)  # F_ADD_SEALS: seal, shrink, grow, write
    return fd


def become(head, length, stdin, stdout, stderr):
    """The child's way into the job. The program's text and input are read here, so the parent never holds them."""
    code = read_exactly(0, head["code"])
    if stdin is None:
        stdin = standard_input(length - head["code"])
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.setsid()
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for fd, standard in ((stdin, 0), (stdout, 1), (stderr, 2)):
        os.dup2(fd, standard)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir(CONFIG["work"])
    os.umask(0o022)
    if head["guard"] == "family":
        # Its processes may look at each other, and this file's parent at how much memory each really uses.
        LIBC.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    fence()
    bound(head)
    install(head["guard"])
    if head["argv"] is None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.write(1, b"\0")  # now the clock starts
        run_python(head["main"], code)
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    os.write(1, b"\0")
    try:
        os.execve(head["argv"][0], head["argv"], {**os.environ, **head["environment"]})
    except OSError as error:
        os.write(2, ("%s: %s\n" % (head["argv"][0], error.strerror)).encode())
    os._exit(127)


def children():
    """This process's children; with the sandbox's own process numbers, every process but this one."""
    if CONFIG["first"]:
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]
    with open("/proc/self/task/%d/children" % os.getpid()) as file:
        return [int(pid) for pid in file.read().split()]


def end_everyone():
    """Kills all that a job left running. Orphans become children of this process, so none is missed."""
    deadline = time.monotonic() + 10
    while True:
        try:
            if CONFIG["first"]:
                os.kill(-1, signal.SIGKILL)
            else:
                for pid in children():
                    os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        if time.monotonic() > deadline:
            os._exit(4)
        time.sleep(0.001)


def memory_of(pid):
    """Bytes in memory, shared ones divided among their users where the kernel tells."""
    try:
        with open("/proc/%d/smaps_rollup" % pid) as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        with open("/proc/%d/statm" % pid) as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        return 0


def excess(head):
    """Why a running job must be killed, or None."""
    if head["memory"] and sum(map(memory_of, children())) > head["memory"]:
        return "memory"
    if CONFIG["disk"]:
        files, size = used(FILES_AT_MOST)
        if size > CONFIG["disk"]:
            return "disk"
    else:
        about = os.statvfs(CONFIG["work"])
        files = about.f_files - about.f_ffree
    return "files" if files > FILES_AT_MOST else None


def follow(head, pid, pipes, feed):
    """Passes on what a job prints until it ends or must end; its pipes are left to be drained."""
    poll = select.poll()
    for fd in pipes:
        poll.register(fd, select.POLLIN)
    # Ends of requests are noticed even while none is expected: nobody is left to answer to.
    poll.register(0, 0)
    handle = os.pidfd_open(pid)
    poll.register(handle, select.POLLIN)
    start = now = time.monotonic()
    end, look = start + head["seconds"], start + TICK
    reason = None
    ended = False
    while not ended and not reason:
        if feed:
            poll.modify(0, select.POLLIN if feed.has_room() else 0)
            if feed.length:
                poll.register(feed.pipe, select.POLLOUT)
        for fd, event in poll.poll(1000 * max(0, min(end, look) - now)):
            if fd == handle:
                ended = True
            elif fd == 0:
                if not feed or not event & select.POLLIN:
                    leave()
                if feed.take():
                    reason = "asked"
            elif feed and fd == feed.pipe:
                feed.push()
                poll.unregister(feed.pipe)
            elif not pipes[fd].pass_on():
                poll.unregister(fd)
            elif feed and pipes[fd].cut:
                reason = "output"  # whoever talks to it would wait for what was cut
        now = time.monotonic()
        if ended or reason:
            break
        if now >= end:
            reason = "time"
        elif now >= look:
            reason, look = excess(head), now + TICK
    seconds = time.monotonic() - start
    os.close(handle)
    return seconds, reason


class Output:
    """One stream of a job: passed on up to a limit, then read and thrown away so that the job is not held up."""

    def __init__(self, kind, fd, most):
        self.kind, self.fd, self.left, self.cut = kind, fd, most, False
        os.set_blocking(fd, False)

    def pass_on(self):
        """Reads once. False at the end."""
        try:
            length = os.readv(self.fd, [CHUNK])
        except BlockingIOError:
            return True
        if length > self.left:
            self.cut = True
        kept = min(length, self.left)
        if kept:
            self.left -= kept
            send(self.kind, memoryview(CHUNK)[:kept])
        return length > 0

    def drain(self):
        """All writers are gone: what is left is final."""
        while self.pass_on():
            pass
        os.close(self.fd)


class Feed:
    """Standard input that arrives while the job runs. It waits in one buffer, which is wiped with the job."""

    def __init__(self):
        self.read_end, self.pipe = os.pipe()
        os.set_blocking(self.pipe, False)
        self.length = 0
        self.broken = False

    def has_room(self):
        return len(WAITING) - self.length >= PIECE

    def take(self):
        """Takes one request; whether it asks for the end."""
        kind, _, length = head_of_request()
        if kind == b"K":
            return True
        while length:
            got = os.readv(0, [memoryview(WAITING)[self.length : self.length + length]])
            if not got:
                leave()
            self.length += got
            length -= got
        return False

    def push(self):
        try:
            written = os.write(self.pipe, memoryview(WAITING)[: self.length])
        except BlockingIOError:
            return
        except BrokenPipeError:
            written, self.broken = self.length, True
        WAITING[: self.length - written] = WAITING[written : self.length]
        self.length -= written

    def end(self):
        os.close(self.pipe)
        WAITING[:] = bytes(len(WAITING))


def run(head, length):
    out, err = os.pipe(), os.pipe()
    feed = Feed() if head["live"] else None
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    pid = os.fork()
    if pid == 0:
        try:
            become(head, length, feed and feed.read_end, out[1], err[1])
        except BaseException as error:
            os.write(2, ("The job could not begin: %s" % error).encode())
        finally:
            os._exit(125)
    os.close(out[1])
    os.close(err[1])
    if feed:
        os.close(feed.read_end)
    if os.read(out[0], 1) != b"\0":
        raise RuntimeError(os.read(err[0], 1 << 16).decode("utf-8", "replace"))
    pipes = {
        out[0]: Output(b"o", out[0], TALK if feed else head["output"]),
        err[0]: Output(b"e", err[0], head["output"]),
    }
    seconds, reason = follow(head, pid, pipes, feed)
    status = None
    if not reason:
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    end_everyone()
    for pipe in pipes.values():
        pipe.drain()
    if feed:
        feed.end()
    CHUNK[:] = bytes(len(CHUNK))  # nothing of this job is in memory when the next one is forked
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # The kernel's own end to a job that used up its processor time.
    if status in (-signal.SIGXCPU, -signal.SIGKILL) and cpu >= head["cpu"] - 0.5:
        status, reason = None, "time"
    cut = [pipe.kind.decode() for pipe in pipes.values() if pipe.cut]
    return {"seconds": seconds, "cpu": cpu, "status": status, "reason": reason, "cut": cut}
