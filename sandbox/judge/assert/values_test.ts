/** What assertions can do with a program's functions and objects: as much as if they stood behind it. */

import assert from "node:assert/strict";
import { LocalSandbox } from "../../local.ts";
import { Judge } from "../judge.ts";

interface Case {
  code: string;
  tests: string[];
  setup?: string;
  names?: string[];
  fails?: boolean;
}

const ECHO = "def f(x): return x\ndef g(x): return type(x).__name__\n";

const CASES: Record<string, Case> = {
  "plain values keep kind and value": {
    code: ECHO,
    setup: `
import datetime, decimal, fractions, collections
VALUES = [None, True, 0, -1, 2**53, -2**64, 10**400, 0.1, -0.0, 1e308, float('inf'), float('-inf'), 'é\\u2028\\x00',
  '\\ud800', b'\\x00\\xff', bytearray(b'ab'), 1+2j, [], [[1], (2,)], (1, 'a'), {1, (2, 3)}, frozenset('ab'),
  {1: 'a', (2, 3): [4], None: {}}, range(1, 9, 2), decimal.Decimal('1.10'), fractions.Fraction(1, 3),
  collections.deque([1], 3), collections.Counter('aab'), collections.OrderedDict(a=1),
  datetime.date(2024, 2, 29), datetime.datetime(2024, 1, 2, 3, 4, 5, 6), datetime.timedelta(3, 4)]`,
    tests: [
      "for v in VALUES: assert f(v) == v and type(f(v)) is type(v), repr(v)",
      "assert f(float('nan')) != f(float('nan'))",
      "for v in VALUES: assert g(v) == type(v).__name__, repr(v)",
      "assert f(None) is None and f(True) is True",
    ],
  },
  "what a program derives from plain kinds is its base": {
    code: `
import enum, collections
class I(int): pass
class S(str): pass
class L(list): pass
class Color(enum.IntEnum): RED = 3
P = collections.namedtuple('P', 'x y')
def f(): return [I(3), S('a'), L([1]), Color.RED, collections.defaultdict(int, a=1)]
def p(): return P(1, 2)`,
    tests: ["assert f() == [3, 'a', [1], 3, {'a': 1}]", "assert p() == (1, 2) and p().x == 1"],
  },
  "changes of arguments come back": {
    code:
      "def f(a, d, s):\n    a.sort(); a[0].append(9); d['x'] = 1; d.pop('y', None); s.add(2)\ndef g(a): return a\ndef h(a): a.clear()",
    tests: [
      "inner = [1]\na = [[2], inner]\nd = {'y': 0}\ns = {1}\nassert f(a, d, s=s) is None\nassert a == [[1, 9], [2]] and d == {'x': 1} and s == {1, 2}",
      "a = [1]\nassert g(a) is a\nh(a)\nassert a == []",
    ],
  },
  "objects with methods, attributes and operators": {
    code: `
class Stack:
    kind = 'lifo'
    def __init__(self, items=()): self.items = list(items)
    def push(self, x): self.items.append(x); return self
    def pop(self):
        if not self.items: raise IndexError('empty')
        return self.items.pop()
    def __len__(self): return len(self.items)
    def __iter__(self): return iter(self.items)
    def __getitem__(self, i): return self.items[i]
    def __repr__(self): return 'Stack(%r)' % self.items
class V:
    def __init__(self, x): self.x = x
    def __add__(self, o): return V(self.x + o.x)
    def __mul__(self, k): return V(self.x * k)
    def __eq__(self, o): return self.x == o.x
    def __lt__(self, o): return self.x < o.x`,
    tests: [
      "s = Stack([1])\ns.push(2).push(3)\nassert len(s) == 3 and list(s) == [1, 2, 3] and s[0] == 1 and s.pop() == 3\nassert 2 in s and str(s) == 'Stack([1, 2])' and Stack.kind == 'lifo' and isinstance(s, Stack)\ns.name = 'x'\nassert s.name == 'x' and bool(s) and not Stack()",
      "try:\n    Stack().pop()\n    assert False\nexcept IndexError as e:\n    assert str(e) == 'empty'",
      "assert V(1) + V(2) == V(3) and V(1) * 3 == V(3) and V(1) != V(2) and sorted([V(2), V(1)])[0].x == 1",
    ],
  },
  "generators and iterators": {
    code: "def f(n):\n    for i in range(n): yield i\ndef m(xs): return map(str, xs)",
    tests: [
      "assert list(f(3)) == [0, 1, 2]",
      "g = f(1)\nassert next(g) == 0\nassert next(g, None) is None",
      "assert list(m([1])) == ['1']",
    ],
  },
  "exceptions by name, own ones too": {
    code:
      "class Poor(ValueError): pass\ndef f(x):\n    if x: raise Poor('no money', x)\n    raise KeyError('k')",
    tests: [
      "try:\n    f(1)\n    assert False\nexcept Poor as e:\n    assert e.args == ('no money', 1)",
      "try:\n    f(1)\n    assert False\nexcept ValueError: pass",
      "try:\n    f(0)\n    assert False\nexcept KeyError: pass",
      "import unittest\nclass T(unittest.TestCase): pass\nwith T().assertRaises(KeyError): f(0)",
    ],
  },
  "functions and objects of the tests as arguments": {
    code:
      "def f(fn, xs): return [fn(x) for x in xs]\ndef depth(n): return 0 if n is None else 1 + max(depth(n.left), depth(n.right))",
    setup: "class Node:\n    def __init__(self, l=None, r=None): self.left, self.right = l, r",
    tests: [
      "assert f(lambda x: x * 2, [1, 2]) == [2, 4]",
      "assert f(abs, [-1]) == [1]",
      "assert depth(Node(Node(), None)) == 2",
    ],
  },
  "names that the tests only use": {
    code: "from math import *\nfrom collections import *\ndef f(): return 1",
    tests: ["assert math.isclose(f(), 1) and isclose(f(), 1) and Counter('a') == {'a': 1}"],
  },
  "a function that is called as a builtin": {
    code: "def sum(a, b): return a + b",
    names: ["sum"],
    tests: ["assert sum(1, 2) == 3"],
  },
  "imports from the solution": {
    code: "def f(): return 1",
    tests: ["from solution import f as g\nassert g() == 1"],
  },
  "what the program prints is its own": {
    code: "def f(): print('x' * 100); return input",
    tests: ["assert f() != 1"],
  },
  "__main__ does not run": {
    code: "def f(): return 1\nif __name__ == '__main__': raise SystemExit(input())",
    tests: ["assert f() == 1"],
  },
  "dataclasses and future imports": {
    code:
      "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\ndef f(): return P(1)",
    tests: ["assert f() == P(1) and f().x == 1 and f() != P(2)"],
  },
  "many calls": {
    code: "def f(x): return x + 1",
    tests: ["for i in range(2000): assert f(i) == i + 1"],
  },
  "a big value": {
    code: "def f(n): return list(range(n))",
    tests: ["assert f(200000) == list(range(200000))"],
  },
  "a missing function fails": { code: "def g(): pass", tests: ["assert f() == 1"], fails: true },
  "a wrong value fails": { code: "def f(): return 2", tests: ["assert f() == 1"], fails: true },
  "a syntax error fails": { code: "def f(:", tests: ["assert f() == 1"], fails: true },
};

Deno.test("assertions", async (t) => {
  await using sandbox = await LocalSandbox.create({ concurrency: 4 });
  const judge = new Judge(sandbox);

  for (
    const [name, { code, tests, setup = "", names = [], fails = false }] of Object.entries(CASES)
  ) {
    await t.step(name, async () => {
      const problem = { kind: "assert" as const, preamble: "", setup: [setup], tests, names };
      const result = await judge.judge({
        problem,
        code,
        language: "python",
        runAll: true,
        limits: { runTimeout: 30 },
      });
      const failed = result.tests.filter((test) => !test.passed);
      if (fails) assert.equal(result.accepted, false);
      else assert.deepEqual(failed.map(({ message }) => message), [], JSON.stringify(failed[0]));
    });
  }

  await t.step("says which assertion failed, and how", async () => {
    const problem = {
      kind: "assert" as const,
      preamble: "",
      setup: [],
      tests: ["assert f(1) == 1", "assert f(2) == 3, 'off by one'", "f(0)"],
      names: [],
    };
    const code = "def f(x): return x // (x and 1)";
    const { accepted, tests } = await judge.judge({
      problem,
      code,
      language: "python",
      runAll: true,
    });
    assert.equal(accepted, false);
    assert.deepEqual(tests.map((test) => test.verdict), [
      "Accepted",
      "WrongAnswer",
      "RuntimeError",
    ]);
    assert.equal(tests[1].message, "assert f(2) == 3, 'off by one': AssertionError: off by one");
    assert.match(tests[2].message, /ZeroDivisionError/);
    assert.equal(tests[2].run.run_result?.return_code, 1);
  });
});
