/** The micro-world's critiques. */

import type { Random } from "../../seed.ts";
import { difference, type Edit, edited, type Judgment, singleEdits } from "./edits.ts";
import { evaluate, SLOTS, type Specification } from "./program.ts";
import type { MicroProblem } from "./problem.ts";

/**
 * `Analysis: 2 2 max min a a …`: what each part is and what it ought to be; then what to change, then the judgment.
 * Without the analysis, part by part, a tiny critic learns nothing.
 */
export function critiqueText(
  program: Specification,
  edits: readonly Edit[],
  judgment: Judgment,
): string {
  const wanted = edited(program, edits);
  const analysis = SLOTS.map((slot) => `${program[slot]} ${wanted[slot]}`).join(" ");
  return `Analysis: ${analysis} . ${suggestionText(edits, judgment)}`;
}

/** The critique from its suggestions on, which is all that the generator reads. */
export function suggestionText(edits: readonly Edit[], judgment: Judgment): string {
  const suggestions = edits.map(({ slot, value }) => `${slot} = ${value}`).join(" , ") || "none";
  return `Improvement suggestions: ${suggestions} . Overall judgment: ${judgment}`;
}

/**
 * A critique as a teacher writes it who has seen one failing test, the one that tells least: any single change that
 * explains the test may be blamed, and in about half of the cases it is the right one. With two bugs, where one change
 * rarely explains anything, both are named. So there is something that the teacher's critiques do not tell and RL can
 * find out: which blame mends a program.
 */
export function teacherCritique(problem: MicroProblem, random: Random): string {
  const { program, wanted, inputs } = problem;
  const failing = inputs.filter(([a, b]) => evaluate(program, a, b) !== evaluate(wanted, a, b));
  if (failing.length === 0) return critiqueText(program, [], "Correct");
  const explaining = failing.map(([a, b]) =>
    singleEdits(program)
      .filter((edit) => evaluate(edited(program, [edit]), a, b) === evaluate(wanted, a, b))
  ).reduce((most, edits) => edits.length > most.length ? edits : most);
  const right = difference(program, wanted);
  if (explaining.length === 0 || right.length > 1 && random.next() < 0.5) {
    return critiqueText(program, right, "Incorrect");
  }
  const slot = random.pick([...new Set(explaining.map((edit) => edit.slot))]);
  const blamed = random.pick(explaining.filter((edit) => edit.slot === slot));
  return critiqueText(program, [blamed], "Incorrect");
}
