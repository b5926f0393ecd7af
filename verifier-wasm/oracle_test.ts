/**
 * mathjs as an oracle that shares nothing with the verifier: random expressions, rewritten by identities, must not be
 * called different; what mathjs evaluates to other numbers must never be called equal.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type MathNode, parse as read, simplify } from "mathjs";
import { verify } from "./mod.ts";

/** The same expressions every time; EMEND_SEED gives others. */
const seed = Number(Deno.env.get("EMEND_SEED") ?? 1);
console.log(`oracle: EMEND_SEED=${seed}`);

const number = fc.integer({ min: -9, max: 9 }).map((n) => n < 0 ? `(${n})` : `${n}`);
const positive = fc.integer({ min: 1, max: 12 }).map(String);

/** What makes larger expressions of smaller ones. */
type Grow = (smaller: fc.Arbitrary<string>) => fc.Arbitrary<string>;

const infix = (...signs: string[]): Grow => (a) =>
  fc.tuple(a, fc.constantFrom(...signs), a).map(([l, sign, r]) => `(${l} ${sign} ${r})`);
const power: Grow = (a) =>
  fc.tuple(a, fc.integer({ min: 2, max: 3 })).map(([b, n]) => `(${b})^${n}`);
const call = (...names: string[]): Grow => (a) =>
  fc.tuple(fc.constantFrom(...names), a).map(([name, inner]) => `${name}(${inner})`);

function expressions(
  leaf: fc.Arbitrary<string>,
  depth: number,
  ...grow: Grow[]
): fc.Arbitrary<string> {
  if (depth === 0) return leaf;
  const smaller = expressions(leaf, depth - 1, ...grow);
  return fc.oneof(leaf, ...grow.map((how) => how(smaller)));
}

const letter = fc.constantFrom("x", "y");
const square = letter.map((name) => `(${name}^2 + 1)`);
const arithmetic = infix("+", "-", "*");

/** Kinds of expressions, and the share of rewrites of each that must be decided: the rest may be given up. */
const kinds: Record<string, { of: fc.Arbitrary<string>; decided: number }> = {
  polynomials: { of: expressions(fc.oneof(letter, number), 3, arithmetic, power), decided: 1 },
  "rational functions": {
    of: expressions(fc.oneof(letter, number, square), 3, arithmetic, infix("/")),
    decided: 0.98,
  },
  radicals: {
    of: expressions(fc.oneof(number, positive.map((n) => `sqrt(${n})`)), 2, arithmetic, infix("/")),
    decided: 1,
  },
  "functions of letters": {
    of: expressions(
      fc.oneof(letter, number, square.map((s) => `log(${s})`), square.map((s) => `sqrt(${s})`)),
      2,
      arithmetic,
      call("sin", "cos", "exp"),
    ),
    decided: 0.98,
  },
  "constants of functions": {
    of: expressions(
      fc.oneof(positive, fc.constant("pi"), positive.map((n) => `log(${n})`)),
      2,
      arithmetic,
      call("cos", "exp"),
    ),
    decided: 0.95,
  },
};

const POINTS = [[0.7316, 1.2843], [-1.3781, 0.5119], [2.2391, -0.6173], [-0.4127, -1.7331]];

/** The values at a few points, as far as they are finite real numbers. */
function values(node: MathNode): (number | null)[] {
  const compiled = node.compile();
  return POINTS.map(([x, y]) => {
    const value = compiled.evaluate({ x, y });
    return typeof value === "number" && Number.isFinite(value) && Math.abs(value) < 1e9
      ? value
      : null;
  });
}

/** How two expressions compare at those points; null where rounding leaves it open or there are none. */
function same(a: MathNode, b: MathNode): boolean | null {
  const [left, right] = [values(a), values(b)];
  const gaps = left.flatMap((value, i) => {
    const other = right[i];
    if (value === null || other === null) return [];
    return [Math.abs(value - other) / (1 + Math.abs(value) + Math.abs(other))];
  });
  if (gaps.length === 0) return null;
  if (gaps.some((gap) => gap > 1e-4)) return false;
  return gaps.every((gap) => gap < 1e-9) ? true : null;
}

/** Identities of an expression as a whole; k and m are numbers other than 0. */
const identities: ((e: string, k: string, m: string) => string)[] = [
  (e, k) => `${k} + ${e} - ${k}`,
  (e, k) => `(${k} * (${e})) / ${k}`,
  (e) => `-(-(${e}))`,
  (e, k) => `((${e}) * (x^2 + ${k}^2)) / (x^2 + ${k}^2)`,
  (e, k, m) => `(${e} + ${k}) * ${m} - ${k} * ${m} - (${m} - 1) * (${e})`,
  (e, k) => `((${e}) + ${k})^2 - (${e})^2 - ${k}^2 - (2 * ${k} - 1) * (${e})`,
  (e, k) => `(${e}) * (sin(${k} * y)^2 + cos(${k} * y)^2)`,
  (e) => simplify(e).toString(),
  (e) => read(e).transform((node) => swapped(node)).toString(),
];

/** a + b as b + a, a · b as b · a, a - b as -(b - a). */
function swapped(node: MathNode): MathNode {
  // deno-lint-ignore no-explicit-any -- mathjs's nodes are told apart by flags
  const { isOperatorNode, op, args } = node as any;
  if (!isOperatorNode || args.length !== 2) return node;
  const [a, b] = args.map((arg: MathNode) => `(${arg.toString()})`);
  if (op === "+" || op === "*") return read(`${b} ${op} ${a}`);
  return op === "-" ? read(`-(${b} - ${a})`) : node;
}

const latex = (text: string) => read(text).toTex({ parenthesis: "keep" });

for (const [name, { of, decided }] of Object.entries(kinds)) {
  Deno.test(`oracle: ${name} equal their rewrites`, () => {
    let equal = 0, all = 0;
    const rewrite = fc.tuple(of, fc.constantFrom(...identities), positive, positive);
    fc.assert(
      fc.property(rewrite, ([text, identity, k, m]) => {
        const other = identity(text, k, m);
        // mathjs simplifies to rounded numbers, which are others.
        if (/\d[.e]/.test(other) || same(read(text), read(other)) !== true) return;
        for (const [gold, answer] of [[latex(text), latex(other)], [latex(other), latex(text)]]) {
          const { outcome, reason } = verify(gold, answer);
          assert.notEqual(outcome, "different", `${gold} ~ ${answer}`);
          assert.notEqual(outcome, "unparsable", `${gold} ~ ${answer}: ${reason}`);
          all++;
          if (outcome === "equal") equal++;
        }
      }),
      { seed, numRuns: 250 },
    );
    console.log(`${name}: ${equal} of ${all} decided`);
    assert.ok(all > 200);
    assert.ok(equal >= decided * all, `${equal} of ${all}`);
  });

  Deno.test(`oracle: ${name} do not equal what differs`, () => {
    let different = 0, all = 0;
    const close: fc.Arbitrary<[string, string]> = fc.tuple(of, of, positive, fc.nat(3)).map(
      ([a, b, k, how]) => [a, [b, `${a} + 1/(${k} * 1000)`, `${a} * (1 + 1/${k})`, `-(${a})`][how]],
    );
    fc.assert(
      fc.property(close, ([text, other]) => {
        const [a, b] = [read(text), read(other)];
        const oracle = same(a, b);
        if (oracle !== false) return;
        const { outcome } = verify(latex(text), latex(other));
        assert.notEqual(outcome, "equal", `${text} ~ ${other}`);
        all++;
        if (outcome === "different") different++;
      }),
      { seed, numRuns: 400 },
    );
    console.log(`${name}: ${different} of ${all} decided`);
    assert.ok(all > 200);
    assert.ok(different >= decided * all, `${different} of ${all}`);
  });
}
