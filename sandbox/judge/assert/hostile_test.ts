/** Programs that want to pass without doing the work. */

import assert from "node:assert/strict";
import { LocalSandbox } from "../../local.ts";
import { Judge } from "../judge.ts";
import type { AssertProblem } from "../problem.ts";

const PROBLEM: AssertProblem = {
  kind: "assert",
  preamble: "",
  setup: ["SECRET = 'expected-4711'"],
  tests: [
    "assert f(2) == 4711, SECRET",
    "assert abs(f(3) - 4712.5) < 1e-3",
    "assert f(0) in [4713]",
  ],
  names: [],
};

/** None of these knows the answers. */
const PROGRAMS: Record<string, string> = {
  "leaves before the tests": "exit(0)",
  "leaves by sys.exit": "import sys; sys.exit(0)",
  "leaves by os._exit": "import os; os._exit(0)",
  "leaves when called": "import os\ndef f(x): os._exit(0)",
  "raises SystemExit when called": "def f(x): raise SystemExit(0)",
  "leaves at the end": "import atexit, os\natexit.register(lambda: os._exit(0))\ndef f(x): exit(0)",
  "prints ok": "print('ok'); print('passed')\ndef f(x): print('OK')",
  "forges verdicts on its output": `
import os
for fd in range(3, 64):
    try: os.write(fd, b'![0, "passed", ""]\\n![1, "passed", ""]\\n![2, "passed", ""]\\n!null\\n')
    except OSError: pass
def f(x): return 0`,
  "forges answers on its output": `
import os
for fd in range(1, 64):
    try: os.write(fd, b'["value", true, []]\\n' * 20)
    except OSError: pass
def f(x): return 0`,
  "forges verdicts when called": `
import os
def f(x):
    for fd in range(3, 64):
        try: os.write(fd, b'![0, "passed", ""]\\n!null\\n')
        except OSError: pass
    os._exit(0)`,
  "equals everything": `
class E:
    def __eq__(self, o): return True
    def __ne__(self, o): return False
    def __lt__(self, o): return True
    def __sub__(self, o): return 0.0
    def __rsub__(self, o): return 0.0
    def __abs__(self): return 0.0
    def __hash__(self): return 4713
    def __contains__(self, o): return True
def f(x): return E()`,
  "is a number that equals everything": `
class E(int):
    def __eq__(self, o): return True
    def __hash__(self): return 4713
    def __sub__(self, o): return 0.0
def f(x): return E(1)`,
  "patches builtins": `
import builtins
builtins.abs = lambda x: 0.0
builtins.AssertionError = type('Fine', (Exception,), {})
builtins.isinstance = lambda *a: True
builtins.exec = builtins.compile = lambda *a: None
def f(x): return 0`,
  "shadows builtins":
    "def abs(x): return 0.0\nSECRET = 0\nAssertionError = ValueError\ndef f(x): return 0",
  "patches sys.exit and os._exit": `
import os, sys
sys.exit = os._exit = lambda *a: None
def f(x): raise AssertionError`,
  "patches json": `
import json
json.dumps = lambda *a, **k: '["value", true, []]'
def f(x): return 0`,
  "inspects frames": `
import sys, gc
def f(x):
    frame = sys._getframe()
    seen = []
    while frame:
        seen.append(repr(frame.f_globals) + repr(frame.f_locals)); frame = frame.f_back
    seen += [repr(o) for o in gc.get_objects() if isinstance(o, (dict, list, str))][:100000]
    return 4711 if 'expected-' + '4711' in ''.join(seen) else 0`,
  "reads other processes": `
import os, glob
def f(x):
    wanted = ('expected-' + '4711').encode()
    for pid in os.listdir('/proc') if os.path.isdir('/proc') else []:
        if not pid.isdigit() or int(pid) == os.getpid(): continue
        for name in ('cmdline', 'environ', 'mem', 'fd/0'):
            try:
                if name == 'mem':
                    with open('/proc/%s/maps' % pid) as maps, open('/proc/%s/mem' % pid, 'rb') as mem:
                        for row in maps:
                            a, b = (int(v, 16) for v in row.split()[0].split('-'))
                            if 'rw' in row and b - a < 1 << 28:
                                mem.seek(a)
                                if wanted in mem.read(b - a): return 4711
                elif wanted in open('/proc/%s/%s' % (pid, name), 'rb').read(1 << 20): return 4711
            except (OSError, ValueError, OverflowError): pass
    return 0`,
  "reads its files and environment": `
import os
def f(x):
    wanted = ('expected-' + '4711').encode()
    if any(wanted.decode() in v for v in os.environ.values()): return 4711
    for root in ('/tmp', '/box', '/dev/shm', '/var/tmp', '.'):
        for folder, _, names in os.walk(root):
            for name in names:
                try:
                    if wanted in open(os.path.join(folder, name), 'rb').read(1 << 20): return 4711
                except OSError: pass
    return 0`,
  "sends no JSON":
    "import os\ndef f(x):\n    for fd in range(3, 64):\n        try: os.write(fd, b'\\xff{{{\\n')\n        except OSError: pass",
  "sends deep JSON":
    "import os\ndef f(x):\n    for fd in range(3, 64):\n        try: os.write(fd, b'[' * 100000 + b'\\n')\n        except OSError: pass",
  "raises StopIteration": "def f(x): raise StopIteration",
  "raises SkipTest": "import unittest\ndef f(x): raise unittest.SkipTest('fine')",
  "hangs when loaded": "while True: pass",
  "hangs when called": "def f(x):\n    while True: pass",
  "sleeps": "import time\ndef f(x): time.sleep(1000)",
  "closes its streams": "import os\ndef f(x): os.closerange(0, 64)",
  "returns itself": "def f(x): return f",
  "returns a list that holds itself": "def f(x):\n    a = []; a.append(a); return a",
};

Deno.test("a program that did not do the work does not pass", async (t) => {
  await using sandbox = await LocalSandbox.create({ concurrency: 4 });
  const judge = new Judge(sandbox);

  for (const [name, code] of Object.entries(PROGRAMS)) {
    await t.step(name, async () => {
      const limits = { runTimeout: 3 };
      const result = await judge.judge({
        problem: PROBLEM,
        code,
        language: "python",
        limits,
        runAll: true,
      });
      assert.equal(result.accepted, false);
      assert.deepEqual(result.tests.filter((test) => test.passed), [], JSON.stringify(result));
    });
  }

  await t.step(
    "a test that swallows every exception does not hide that the program left",
    async () => {
      const problem = { ...PROBLEM, tests: ["try:\n    f(1)\nexcept:\n    pass"] };
      const code = "import os\ndef f(x): os._exit(0)";
      assert.equal((await judge.judge({ problem, code, language: "python" })).accepted, false);
    },
  );

  await t.step("all() over a map is not ended by StopIteration", async () => {
    const problem = { ...PROBLEM, tests: ["assert all(map(f, [1, 2]))"] };
    const code = "def f(x): raise StopIteration";
    assert.equal((await judge.judge({ problem, code, language: "python" })).accepted, false);
  });

  await t.step("the tests' objects give nothing away", async () => {
    const problem = {
      ...PROBLEM,
      setup: [
        "SECRET = 4711\nclass Box:\n    def __init__(self): self.v = 1\n    def get(self): return 2",
      ],
      tests: ["assert f(Box(), lambda: 3, (x for x in [1])) == SECRET"],
    };
    const code = `
def f(box, fn, gen):
    for thing in (box, box.get, fn, gen):
        for path in ('__globals__', '__init__', '__class__', 'gi_frame', '__func__', 'f_globals'):
            try: thing = getattr(thing, path)
            except Exception: pass
        try: return thing['SECRET']
        except Exception: pass
    return 0`;
    const result = await judge.judge({ problem, code, language: "python" });
    assert.equal(result.accepted, false, JSON.stringify(result));
  });
});
