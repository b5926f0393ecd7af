import assert from "node:assert/strict";
import fc from "fast-check";
import { parse, verify } from "./mod.ts";

const integer = fc.integer({ min: -1_000_000, max: 1_000_000 });
const fraction = fc.tuple(integer, fc.integer({ min: 1, max: 9999 }), fc.nat(3)).map(
  ([over, under, form]) =>
    [`${over}/${under}`, ...["", "d", "t"].map((f) => `\\${f}frac{${over}}{${under}}`)][form],
);
const decimal = fc.tuple(integer, fc.nat(9999)).map(([whole, part]) => `${whole}.${part}`);
const radical = fc.tuple(integer, fc.integer({ min: 2, max: 99 })).map(([a, b]) =>
  `${a}\\sqrt{${b}}`
);
const algebraic = fc.tuple(
  fc.constantFrom("x", "y", "n"),
  fc.integer({ min: 2, max: 9 }),
  fc.integer({ min: 1, max: 99 }),
).map(([letter, power, add]) => `\\frac{${letter}^{${power}}+${add}}{${letter}+1}`);
const scalar = fc.oneof(integer.map(String), fraction, decimal);
const tuple = fc.array(scalar, { minLength: 2, maxLength: 4 })
  .map((items) => `(${items.join(", ")})`);
const set = fc.array(scalar, { minLength: 1, maxLength: 4 })
  .map((items) => `\\{${items.join(", ")}\\}`);
const interval = fc.tuple(
  integer,
  fc.nat(1000),
  fc.constantFrom("(", "["),
  fc.constantFrom(")", "]"),
)
  .map(([from, length, open, close]) => `${open}${from}, ${from + length + 1}${close}`);
const relation = fc.tuple(algebraic, fc.constantFrom("=", "<", "\\le"), scalar)
  .map(([left, sign, right]) => `${left} ${sign} ${right}`);
const answer = fc.oneof(scalar, radical, algebraic, tuple, set, interval, relation);

Deno.test("verifier: an answer equals itself, in a box and a response too", () => {
  fc.assert(fc.property(answer, (text) => {
    assert.equal(verify(text, text).outcome, "equal");
    assert.equal(verify(text, `So we get $\\boxed{${text}}$.`).outcome, "equal");
    assert.equal(verify(text, `So we add both.\n\nThe answer is $${text}$.`).outcome, "equal");
  }));
});

Deno.test("verifier: the two sides may change places", () => {
  fc.assert(fc.property(answer, answer, (a, b) => {
    assert.equal(verify(a, b).outcome, verify(b, a).outcome);
  }));
});

Deno.test("verifier: spellings of LaTeX do not matter", () => {
  const spelling = fc.constantFrom<(text: string) => string>(
    (text) => text.replaceAll("\\frac", "\\dfrac"),
    (text) => text.replaceAll("\\frac", "\\tfrac"),
    (text) => text.replaceAll("\\le", "\\leq"),
    (text) => text.replaceAll(" ", "\\;"),
    (text) => text.replace(/^\\frac.*\}$/, "{$&}"),
    (text) => `\\(${text}\\)`,
    (text) => `$$ ${text} $$.`,
  );
  fc.assert(fc.property(fc.oneof(scalar, radical, algebraic, relation), spelling, (text, spell) => {
    assert.equal(verify(text, spell(text)).outcome, "equal");
  }));
  fc.assert(fc.property(fc.oneof(tuple, set, interval), (text) => {
    const sized = text.replace(/^\\?[([{]/, (open) => `\\left${open}`)
      .replace(/\\?[)\]}]$/, (close) => `\\right${close}`);
    assert.equal(verify(text, sized).outcome, "equal");
  }));
});

Deno.test("verifier: space does not matter", () => {
  const space = fc.constantFrom("", " ", "\n", "\\,", "\\ ", "  ");
  fc.assert(fc.property(tuple, space, (text, gap) => {
    const spaced = text.replaceAll(/[(),]/g, (mark) => gap + mark + gap);
    assert.equal(verify(text, spaced).outcome, "equal");
    assert.equal(
      verify(text, spaced.replace("(", "\\left(").replace(")", "\\right)")).outcome,
      "equal",
    );
  }));
});

Deno.test("verifier: fractions agree with cross multiplication", () => {
  const part = fc.integer({ min: -30, max: 30 });
  const under = fc.integer({ min: 1, max: 30 });
  fc.assert(fc.property(part, under, part, under, (a, b, c, d) => {
    const outcome = verify(`\\frac{${a}}{${b}}`, `${c}/${d}`).outcome;
    assert.equal(outcome, a * d === b * c ? "equal" : "different");
  }));
});

Deno.test("verifier: decimals agree with integers of the same digits", () => {
  const digits = fc.bigInt({ min: 0n, max: 10n ** 40n });
  fc.assert(fc.property(digits, digits, fc.nat(30), (a, b, places) => {
    const outcome = verify(`${a}e-${places}`, `\\frac{${b}}{${10n ** BigInt(places)}}`).outcome;
    assert.equal(outcome, a === b ? "equal" : "different");
    assert.equal(verify(`${a}e-${places}`, `${a} \\times 10^{-${places}}`).outcome, "equal");
  }));
});

Deno.test("verifier: no string throws, and verdicts repeat", () => {
  const marks = fc.constantFrom(..."0123456789.,+-*/^_=(){}[]\\$%° ", "\\frac", "\\boxed{", "or");
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(marks, { maxLength: 30 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.deepEqual(verify(a, b), verify(a, b));
      if (!("error" in parse(a))) assert.ok(verify(a, a.slice(0, 40)).reason.length > 0);
    }),
    { numRuns: 2000 },
  );
});
