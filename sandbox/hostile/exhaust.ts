/** Programs that want everything: time, memory, processes, disk, output. */

import assert from "node:assert/strict";
import type { RunCodeResponse } from "../api.ts";
import { ATTEMPTS, type HostileProgram } from "./program.ts";

const timedOut = ({ status, run_result }: RunCodeResponse) => {
  assert.equal(status, "Failed");
  assert.equal(run_result!.status, "TimeLimitExceeded");
  assert.equal(run_result!.return_code, null);
};
const failed = ({ status, run_result }: RunCodeResponse) => {
  assert.equal(status, "Failed");
  assert.equal(run_result!.status, "Finished");
};
const cut = ({ run_result }: RunCodeResponse) => {
  assert.equal(run_result!.truncated, true);
  assert.ok(run_result!.stdout!.length <= 1 << 20);
  assert.ok(run_result!.stderr!.length <= 1 << 20);
};
const outOfMemory = (response: RunCodeResponse) => {
  failed(response);
  assert.match(response.run_result!.stderr! + response.message, /[mM]emory/);
};

/** All of them. */
export const exhausting: HostileProgram[] = [
  { name: "loops", code: "while True: pass", contained: timedOut },
  { name: "sleeps", code: "import time\ntime.sleep(60)", contained: timedOut },
  {
    name: "ignores every signal and loops",
    code: `import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
print("on", flush=True)
while True: pass`,
    contained(response) {
      timedOut(response);
      assert.equal(response.run_result!.stdout, "on\n"); // what was printed before is kept
    },
  },
  {
    name: "loops in a hook that runs when it ends",
    code: `import atexit
@atexit.register
def loop():
    while True: pass`,
    contained: timedOut,
  },
  {
    name: "loops in a destructor",
    code: `class Forever:
    def __del__(self):
        while True: pass
forever = Forever()`,
    contained: timedOut,
  },
  {
    name: "loops in a hook for exceptions",
    code: `import sys
def hook(*_):
    while True: pass
sys.excepthook = hook
1 / 0`,
    contained: timedOut,
  },
  {
    name: "leaves a thread running",
    code: `import threading
def loop():
    while True: pass
threading.Thread(target=loop).start()`,
    contained: timedOut,
  },
  {
    name: "leaves a daemon thread printing",
    code: `import threading, time
def loop():
    while True: print("x" * 50)
threading.Thread(target=loop, daemon=True).start()
time.sleep(0.1)`,
    contained: ({ run_result }) => assert.equal(run_result!.status, "Finished"),
    request: { run_timeout: 10 },
  },
  { name: "takes 10 GB at once", code: "x = bytearray(10 << 30)", contained: outOfMemory },
  {
    name: "takes memory bit by bit",
    code: "x = []\nwhile True: x.append(bytearray(1 << 24))",
    contained: outOfMemory,
    request: { run_timeout: 20, memory_limit_MB: 200 },
  },
  {
    name: "maps shared memory",
    code: "import mmap\nx = [mmap.mmap(-1, 1 << 28) for _ in range(40)]",
    contained: failed,
  },
  {
    name: "writes without end",
    code: `while True: print("x" * 1000)`,
    contained(response) {
      timedOut(response);
      cut(response);
    },
  },
  {
    name: "writes without end or newline to both streams",
    code: `import os
while True:
    os.write(1, b"x" * 65536)
    os.write(2, b"y" * 65536)`,
    contained(response) {
      timedOut(response);
      cut(response);
    },
  },
  {
    name: "writes 2 MB and ends",
    code: `import sys
sys.stdout.write("x" * 2_000_000)
sys.stderr.write("y" * 2_000_000)
sys.exit(5)`,
    contained(response) {
      cut(response);
      assert.equal(response.run_result!.status, "Finished");
      assert.equal(response.run_result!.return_code, 5);
      assert.equal(response.run_result!.stdout!.length, 1 << 20);
    },
    request: { run_timeout: 20 },
  },
  {
    name: "closes its streams and sleeps",
    code: "import os, time\nfor fd in range(3): os.close(fd)\ntime.sleep(30)",
    contained: timedOut,
  },
  {
    name: "does not read 5 MB of input",
    code: `print("end")`,
    request: { stdin: "x".repeat(5 << 20) },
  },
  {
    name: "starts threads without end",
    code: `import threading, time
try:
    while True: threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
except RuntimeError:
    print("end", flush=True)
import os
os._exit(0)`,
    request: { run_timeout: 20 },
  },
  {
    name: "opens files without end",
    code: `files = []
try:
    while True: files.append(open("/dev/null"))
except OSError:
    assert len(files) < 300
    print("end")`,
  },
  {
    name: "fills the disk",
    code: `import os
size = 0
try:
    for i in range(1000):
        with open("/tmp/%d" % i, "wb") as file: size += file.write(b"x" * (1 << 20))
except OSError:
    pass
assert size <= 130 << 20
print("end")`,
    request: { run_timeout: 20 },
  },
  {
    name: "writes one huge file",
    code: `try:
    with open("/tmp/huge", "wb") as file:
        while True: file.write(b"x" * (1 << 20))
except OSError:
    print("end")`,
    request: { run_timeout: 20 },
  },
  {
    name: "makes files without end",
    code: `i = 0
while True:
    open("/tmp/%d" % i, "w").close()
    i += 1`,
    contained: ({ status }) => assert.equal(status, "Failed"),
    request: { run_timeout: 20 },
  },
  {
    name: "overflows the stack",
    code: `import sys
sys.setrecursionlimit(1 << 30)
def down(n): return [down(n + 1) for _ in "x"]
down(0)`,
    contained: ({ status }) => assert.equal(status, "Failed"),
    request: { run_timeout: 20, memory_limit_MB: 200 },
  },
  { name: "crashes", code: "import ctypes\nctypes.string_at(0)", contained: failed },
  {
    name: "uses memory that counts for no process",
    code: `${ATTEMPTS}
attempt("memory file", lambda: os.memfd_create("x"))
attempt("standard input", lambda: os.write(0, b"x"))
attempt("standard input", lambda: os.ftruncate(0, 1 << 30))
print("end")`,
    request: { stdin: "abc" },
  },
  {
    name: "forks without end",
    processes: true,
    code: `import os, time
n = 0
try:
    while True:
        if os.fork() == 0: time.sleep(60)
        n += 1
except OSError:
    assert n < 200
    print("end", flush=True)`,
    request: { run_timeout: 20 },
  },
  {
    name: "forks, and all children fork",
    processes: true,
    code: `import os
while True:
    try: os.fork()
    except OSError: pass`,
    contained: timedOut,
  },
  {
    name: "takes memory in many processes",
    processes: true,
    code: `import os, time
for _ in range(8):
    if os.fork() == 0:
        x = bytearray(b"x" * (60 << 20))
        time.sleep(60)
time.sleep(60)`,
    contained: outOfMemory,
    request: { run_timeout: 30, memory_limit_MB: 200 },
  },
];
