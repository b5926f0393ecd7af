/**
 * The micro-world's programs: `K * fn(x + o, y) ± C` of two whole numbers.
 *
 * Every program has all seven parts, so what belongs together in statement, program and critique is always as far
 * apart: a tiny model learns to compare them in minutes.
 */

import type { Random } from "../../seed.ts";

/** The seven parts of a program, in the order in which they stand there. */
export interface Specification {
  /** K, 2..5. */
  factor: number;
  /** The function of two arguments. */
  function: FunctionName;
  /** Its first argument. */
  first: Variable;
  /** o, 1..5, added to the first argument. */
  offset: number;
  /** Its second argument. */
  second: Variable;
  /** What is done with the constant. */
  sign: "+" | "-";
  /** C, 1..9. */
  constant: number;
}

/** A part's name. */
export type Slot = keyof Specification;
/** A parameter of the program. */
export type Variable = "a" | "b";

/** The parts in order. */
export const SLOTS: readonly Slot[] = [
  "factor",
  "function",
  "first",
  "offset",
  "second",
  "sign",
  "constant",
];

/** What each function returns; Python's `%` and `//` take the sign of the divisor, which is never negative here. */
const FUNCTIONS = {
  max: Math.max,
  min: Math.min,
  add: (x: number, y: number) => x + y,
  sub: (x: number, y: number) => x - y,
  mul: (x: number, y: number) => x * y,
  mod: (x: number, y: number) => x % y,
  floordiv: (x: number, y: number) => Math.floor(x / y),
  gcd: greatestDivisor,
  lcm: (x: number, y: number) => x * y / greatestDivisor(x, y),
  gap: (x: number, y: number) => Math.abs(x - y),
};

/** The name of a function of two whole numbers. */
export type FunctionName = keyof typeof FUNCTIONS;
/** All of them. */
export const FUNCTION_NAMES = Object.keys(FUNCTIONS) as FunctionName[];

/** Stands before a program when it runs: where its functions come from. */
export const PREAMBLE = `from math import gcd, lcm
from operator import add, floordiv, mod, mul, sub


def gap(x, y):
    return abs(x - y)
`;

/** What each part may be. */
export const CHOICES: { readonly [S in Slot]: readonly Specification[S][] } = {
  factor: [2, 3, 4, 5],
  function: FUNCTION_NAMES,
  first: ["a", "b"],
  offset: [1, 2, 3, 4, 5],
  second: ["a", "b"],
  sign: ["+", "-"],
  constant: [1, 2, 3, 4, 5, 6, 7, 8, 9],
};

function greatestDivisor(x: number, y: number): number {
  return y === 0 ? x : greatestDivisor(y, x % y);
}

/** The value of a program: what the sandbox should find, too. */
export function evaluate(spec: Specification, a: number, b: number): number {
  const of = { a, b };
  const value = FUNCTIONS[spec.function](of[spec.first] + spec.offset, of[spec.second]);
  return spec.factor * value + (spec.sign === "+" ? spec.constant : -spec.constant);
}

const OPEN = "```python\ndef f(a, b): return", CLOSE = "\n```";
/** The pieces of text around every program's expression. */
export const FENCE: readonly string[] = [OPEN, CLOSE];

/** The expression, one space between two tokens. */
export function expressionText(spec: Specification): string {
  const { factor, function: name, first, offset, second, sign, constant } = spec;
  return `${factor} * ${name} ( ${first} + ${offset} , ${second} ) ${sign} ${constant}`;
}

/** The program as an answer: in a fence. */
export function programText(spec: Specification): string {
  return `${OPEN} ${expressionText(spec)} ${CLOSE}`;
}

/** The names of the functions in words, two each. */
export const PHRASES: Readonly<Record<FunctionName, readonly [string, string]>> = {
  max: ["larger", "maximum"],
  min: ["smaller", "minimum"],
  add: ["sum", "total"],
  sub: ["difference", "excess"],
  mul: ["product", "multiple"],
  mod: ["remainder", "residue"],
  floordiv: ["quotient", "ratio"],
  gcd: ["divisor", "measure"],
  lcm: ["common", "least"],
  gap: ["gap", "distance"],
};
/** The words for a factor. */
export const TIMES = ["twice", "thrice", "fourfold", "fivefold"] as const;
/** The words for 1..9. */
export const NUMBERS = [
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
] as const;

/**
 * What is asked for in words, one word for each piece of the program: what belongs together is always as far apart.
 *
 * `Return twice the larger of a plus two and b , minus four .`
 */
export function statementText(spec: Specification, random: Random): string {
  const { factor, function: name, first, offset, second, sign, constant } = spec;
  const phrase = random.pick(PHRASES[name]);
  return `Return ${TIMES[factor - 2]} the ${phrase} of ${first} plus ${NUMBERS[offset - 1]} and ` +
    `${second} , ${sign === "+" ? "plus" : "minus"} ${NUMBERS[constant - 1]} .`;
}

/** Whether a program is kept for evaluation: one in seven is. */
export function isHeldOut(spec: Specification): boolean {
  const hash = SLOTS.reduce((sum, slot, i) => {
    const choices: readonly unknown[] = CHOICES[slot];
    return sum + choices.indexOf(spec[slot]) * [1, 3, 31, 101, 53, 211, 13][i];
  }, 0);
  return hash % 7 === 0;
}

/** A program that somebody may want: its two arguments differ. */
export function drawSpecification(random: Random): Specification {
  const first = random.pick(CHOICES.first);
  return {
    factor: random.pick(CHOICES.factor),
    function: random.pick(CHOICES.function),
    first,
    offset: random.pick(CHOICES.offset),
    second: first === "a" ? "b" : "a",
    sign: random.pick(CHOICES.sign),
    constant: random.pick(CHOICES.constant),
  };
}
