/** Problems of the micro-world: a statement in words, a program that may be wrong, eight tests. */

import { deriveSeed, Random } from "../../seed.ts";
import { withBugs } from "./edits.ts";
import {
  drawSpecification,
  evaluate,
  isHeldOut,
  type Specification,
  statementText,
} from "./program.ts";

/** A problem with a solution to criticise. */
export interface MicroProblem {
  /** What is asked for, in words. */
  statement: string;
  /** What is asked for. */
  wanted: Specification;
  /** What the solution does. */
  program: Specification;
  /** The tests' arguments. */
  inputs: [number, number][];
}

/** Tests of a program. */
const TESTS = 8;

/** Chances of 0, 1 and 2 bugs. */
export type BugChances = readonly [number, number, number];
/** As a generator that writes a right program three times in ten. */
export const BUG_CHANCES: BugChances = [0.3, 0.55, 0.15];

/** Draws a problem. A bug that none of the tests finds is no bug: such programs are drawn again. */
export function drawProblem(
  random: Random,
  heldOut: boolean,
  chances: BugChances = BUG_CHANCES,
): MicroProblem {
  while (true) {
    const wanted = drawSpecification(random);
    if (isHeldOut(wanted) !== heldOut) continue;
    const u = random.next();
    const bugs = u < chances[0] ? 0 : u < chances[0] + chances[1] ? 1 : 2;
    const program = withBugs(wanted, bugs, random);
    const inputs = Array.from(
      { length: TESTS },
      (): [number, number] => [1 + random.int(12), 1 + random.int(12)],
    );
    const found = inputs.some(([a, b]) => evaluate(program, a, b) !== evaluate(wanted, a, b));
    if (found === bugs > 0) {
      return { statement: statementText(wanted, random), wanted, program, inputs };
    }
  }
}

/** The problem of a training run with a number, whatever others were drawn. */
export function trainingProblem(seed: number, index: number): MicroProblem {
  return drawProblem(new Random(deriveSeed(seed, "micro-world", index)), false);
}

/** The held-out problems of a seed. */
export function heldOutProblems(seed: number, count: number): MicroProblem[] {
  return Array.from(
    { length: count },
    (_, i) => drawProblem(new Random(deriveSeed(seed, "micro-world, held out", i)), true),
  );
}
