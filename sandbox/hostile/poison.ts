/** Programs that want to reach the next one: each is followed by a look around in the same sandbox. */

import type { HostileProgram } from "./program.ts";

const any = () => {};

/** All of them. */
export const poisoning: HostileProgram[] = [
  {
    name: "patches what everyone uses",
    code: `import builtins, sys, os, io, json, math, threading
builtins.print = builtins.input = builtins.len = lambda *a, **k: None
sys.modules["math"] = sys.modules["collections"] = None
sys.path[:] = ["/tmp"]
sys.settrace(lambda *a: None)
threading.setprofile(lambda *a: None)
sys.meta_path.clear()
os.environ.clear()
os._exit = lambda *a: None
os.write = os.read = None
io.TextIOWrapper = None
math.sqrt = None`,
    contained: any,
  },
  {
    name: "leaves files of every kind",
    code: `import os, socket
for i in range(3):
    os.makedirs("/tmp/a%d/b/c" % i)
    open("/tmp/a%d/b/c/file" % i, "w").write("left")
os.mkfifo("/tmp/fifo")
socket.socket(1, 1).bind("/tmp/socket") if hasattr(socket, "AF_UNIX") else None
os.symlink("/", "/tmp/root")
os.symlink("/tmp", "/tmp/loop")
os.link("/tmp/a0/b/c/file", "/tmp/hard")
open("/tmp/new\\nline \\udcff", "w").close()
open("/tmp/.hidden", "w").close()
open("/tmp/main.py", "w").write("print('poisoned')")
open("/tmp/sitecustomize.py", "w").write("print('poisoned')")
open("/tmp/math.py", "w").write("print('poisoned')")
os.chmod("/tmp/a0/b/c/file", 0)
os.chmod("/tmp/a1/b", 0)
os.chmod("/tmp/a2", 0)
os.chmod("/tmp", 0)`,
    contained: any,
  },
  {
    name: "leaves shared memory",
    code: `for i in range(4): open("/dev/shm/left%d" % i, "w").write("x" * 100000)`,
    contained: any,
  },
  {
    name: "leaves folders 2,000 deep",
    code: `import os
os.chdir("/tmp")
for _ in range(2000):
    os.mkdir("d")
    os.chdir("d")`,
    contained: any,
  },
  {
    name: "leaves the disk full",
    code: `for i in range(400): open("/tmp/%d" % i, "wb").write(b"x" * (1 << 20))`,
    contained: any,
    request: { run_timeout: 20 },
  },
  {
    name: "leaves 5,000 files",
    code: `for i in range(5000): open("/tmp/%d" % i, "w").close()`,
    contained: any,
    request: { run_timeout: 20 },
  },
  {
    name: "leaves timers, handlers and a changed folder",
    code: `import signal, os, faulthandler, atexit
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
faulthandler.dump_traceback_later(0.05, repeat=True)
atexit.register(print, "late")
os.chdir("/usr")
os.umask(0o777)
os.setpgid(0, 0) if os.getpid() != os.getsid(0) else None`,
    contained: any,
  },
  {
    name: "lowers its limits",
    code: `import resource
for kind in range(16):
    try: resource.setrlimit(kind, (0, 0))
    except (OSError, ValueError): pass`,
    contained: any,
  },
];

/** The look around: prints `clean` in a sandbox that nobody was in before. */
export const LOOK_AROUND = `import sys, os, math, threading, signal, resource, collections, shutil
found = []
for folder in ("/tmp", "/dev/shm"):
    found += os.listdir(folder)
if os.getcwd() != "/tmp": found.append(os.getcwd())
if shutil.disk_usage("/tmp").used > 1 << 20: found.append("disk")
if threading.active_count() != 1: found.append("threads")
if signal.getitimer(signal.ITIMER_REAL) != (0, 0): found.append("timer")
if signal.getsignal(signal.SIGALRM) != signal.SIG_DFL: found.append("handler")
if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 64: found.append("limits")
if os.environ.get("HOME") != "/tmp": found.append("environment")
if len("abc") != 3 or math.sqrt(4) != 2: found.append("patched")
if os.umask(0o022) != 0o022: found.append("umask")
if sys.gettrace(): found.append("trace")
print(input(), found or "clean")
`;
