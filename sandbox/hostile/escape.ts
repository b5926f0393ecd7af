/** Programs that want out: to files, to the network, to other processes, into the kernel. */

import assert from "node:assert/strict";
import { type Architecture, CALLS, numberOf } from "../isolation/seccomp/syscalls.ts";
import { ATTEMPTS, type HostileProgram } from "./program.ts";

/** What no program may read, and what none may write. */
const SECRET_PATHS = [
  ...["/etc/shadow", "/etc/passwd", "/etc/hostname", "/root", "/home", "/work", "/var", "/sys"],
  ...["/run", "/opt", "/mnt", "/srv", "/boot", "/proc/1/environ", "/proc/1/mem", "/proc/1/maps"],
  ...["/proc/1/cwd/", "/proc/1/root/etc", "/proc/1/fd", "/proc/kcore", "/dev/mem", "/dev/sda"],
];
const CLOSED_PATHS = [
  ...["/x", "/usr/x", "/etc/x", "/dev/x", "/bin/x", "/proc/sys/kernel/core_pattern"],
  ...["/proc/sysrq-trigger", "/proc/self/oom_score_adj/x", "/sys/x"],
];

/** Calls that ordinary programs make too, checked by their arguments or by {@linkcode escapes}' other programs. */
const ORDINARY = new Set([
  ...["clone", "fork", "vfork", "execve", "execveat", "socket", "prlimit64", "ioctl"],
  ...["kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal"],
]);

const architecture = Deno.build.arch as Architecture;
const denied = CALLS.filter((call) => !ORDINARY.has(call))
  .map((call): [string, number | null] => [call, numberOf(call, architecture)])
  .filter(([, number]) => number !== null);

/** All of them. */
export const escapes: HostileProgram[] = [
  {
    name: "reads the host's files",
    code: `${ATTEMPTS}
for path in ${JSON.stringify(SECRET_PATHS)}:
    attempt(path, lambda: os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1), lambda r: r == [])
print("end")`,
  },
  {
    name: "writes outside of its folder",
    code: `${ATTEMPTS}
for path in ${JSON.stringify(CLOSED_PATHS)}:
    attempt(path, lambda: open(path, "w").write("x"))
attempt("remove", lambda: os.unlink("/usr/bin/env"))
attempt("link", lambda: os.symlink("/etc", "/link"))
print("end")`,
  },
  {
    name: "looks at the environment",
    code: `import os
print(*[name for name in os.environ if "SECRET" in name or "TOKEN" in name])
print("end")`,
    contained: ({ run_result }) => assert.equal(run_result!.stdout, "\nend\n"),
  },
  {
    name: "opens sockets of every family and tries to connect",
    code: `${ATTEMPTS}
import socket
for family in [f for f in range(0, 50) if f not in (1, 2, 10)]:
    for kind in (1, 2, 3, 5):
        attempt("family %d" % family, lambda: socket.socket(family, kind).close())
for address in ("127.0.0.1", "169.254.169.254", "1.1.1.1", "10.0.0.1"):
    for port in (22, 80, 8080):
        attempt("%s:%d" % (address, port), lambda: socket.create_connection((address, port), 0.2))
attempt("raw", lambda: socket.socket(2, 3, 1))
attempt("name", lambda: socket.getaddrinfo("example.com", 80))
for path in ("/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket"):
    attempt(path, lambda: socket.socket(1, 1).connect(path))
print("end")`,
    request: { run_timeout: 20 },
  },
  {
    name: "makes every denied system call",
    code: `${ATTEMPTS}
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
def call(number):
    ctypes.set_errno(0)
    return libc.syscall(ctypes.c_long(number), 0, 0, 0, 0, 0, 0), ctypes.get_errno()
for name, number in ${JSON.stringify(denied)}:
    attempt(name, lambda: call(number), lambda r: r[0] == -1 and r[1] in (1, 38))
for number in list(range(463, 520)) + [0x40000000, 0x40000101, 100000]:
    attempt("call %d" % number, lambda: call(number), lambda r: r == (-1, 38))
print("end")`,
  },
  {
    name: "makes namespaces, mounts and devices",
    code: `${ATTEMPTS}
import ctypes, stat
libc = ctypes.CDLL(None, use_errno=True)
no = lambda r: r == -1
for flags in (0x10000000, 0x20000000, 0x00020000, 0x40000000, 0x08000000, 0x04000000, 0x02000000):
    attempt("unshare %x" % flags, lambda: libc.unshare(flags), no)
    attempt("clone %x" % flags, lambda: libc.syscall(${
      numberOf("clone", architecture)
    }, flags | 17, 0, 0, 0, 0), no)
attempt("mount", lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, 0), no)
attempt("chroot", lambda: os.chroot("/tmp"))
attempt("device", lambda: os.mknod("/tmp/sda", stat.S_IFBLK | 0o666, os.makedev(8, 0)))
attempt("setuid", lambda: os.setuid(0))
attempt("capabilities", lambda: libc.prctl(47, 2, 12, 0, 0), no)
print("end")`,
  },
  {
    name: "signals whoever it can reach",
    code: `${ATTEMPTS}
import signal
print(os.getppid(), flush=True)
for pid in (1, os.getppid()):
    for number in range(1, 65):
        try: os.kill(pid, number)
        except OSError: pass
try: os.kill(0, 0)
except OSError: pass
print("end")`,
  },
  {
    name: "kills everyone, itself included",
    code: `import os
try: os.kill(-1, 9)
except OSError: pass
os.kill(os.getpid(), 9)`,
    contained: ({ status }) => assert.equal(status, "Failed"),
  },
  {
    name: "stops itself",
    code: `import os, signal
os.kill(os.getpid(), signal.SIGSTOP)`,
    contained: ({ status }) => assert.equal(status, "Failed"),
  },
  {
    name: "changes the launcher's limits and priority",
    code: `${ATTEMPTS}
import resource
for pid in {1, os.getppid()} - {os.getpid()}:
    for kind in range(16):
        attempt("limit %d" % kind, lambda: resource.prlimit(pid, kind, (0, 0)))
        attempt("look %d" % kind, lambda: resource.prlimit(pid, kind))
    attempt("priority", lambda: os.setpriority(0, pid, 19))
    attempt("affinity", lambda: os.sched_setaffinity(pid, {0}))
    attempt("scheduler", lambda: os.sched_setscheduler(pid, 5, os.sched_param(0)))
print("end")`,
  },
  {
    name: "raises its own limits",
    code: `${ATTEMPTS}
import resource
for kind in (0, 1, 4, 6, 7, 9):
    hard = resource.getrlimit(kind)[1]
    attempt("limit %d" % kind, lambda: resource.setrlimit(kind, (hard + 1, hard + 1)))
    attempt("limit %d" % kind, lambda: resource.setrlimit(kind, (-1, -1)))
print("end")`,
  },
  {
    name: "looks for the launcher's open files and writes a forged answer",
    code: `${ATTEMPTS}
import struct, json
answer = json.dumps({"seconds": 0, "cpu": 0, "status": 0, "reason": None, "cut": []}).encode()
frame = struct.pack(">cI", b"x", len(answer)) + answer + struct.pack(">cI", b"k", 0)
for fd in range(3, 1100):
    try: os.write(fd, frame)
    except OSError: continue
    print("DID write", fd)
os.write(1, b"\\n")
print("end")`,
  },
  {
    name: "forges an answer on its own streams",
    code: `import os, struct
frame = struct.pack(">cI", b"x", 2) + b"{}" + struct.pack(">cI", b"k", 0)
os.write(1, frame)
os.write(2, frame)
os._exit(7)`,
    contained({ run_result }) {
      assert.equal(run_result!.return_code, 7);
      assert.equal(run_result!.stdout, "x\0\0\0\x02{}k\0\0\0\0");
      assert.equal(run_result!.stderr, run_result!.stdout);
    },
  },
  {
    name: "becomes another program",
    code: `${ATTEMPTS}
attempt("exec", lambda: os.execv("/usr/bin/env", ["env"]))
print("end")`,
    contained: ({ run_result }) => assert.doesNotMatch(run_result!.stdout!, /SECRET|TOKEN|\/root/),
  },
  {
    name: "leaves a daemon behind",
    processes: true,
    code: `import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/usr/bin/sleep", ["emend-hostile-daemon", "7777"])
    os._exit(0)
os.wait()
print("end")`,
  },
];
