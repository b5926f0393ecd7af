/** Changes of programs: bugs, and the suggestions that mend them. */

import type { Random } from "../../seed.ts";
import { CHOICES, FUNCTION_NAMES, type Slot, SLOTS, type Specification } from "./program.ts";

/** A part and what it is to be. */
export interface Edit {
  /** The part. */
  slot: Slot;
  /** What it is to be. */
  value: Specification[Slot];
}

/** The program with some parts changed. */
export function edited(spec: Specification, edits: readonly Edit[]): Specification {
  return { ...spec, ...Object.fromEntries(edits.map(({ slot, value }) => [slot, value])) };
}

/** Every change of one part. */
export function singleEdits(spec: Specification): Edit[] {
  return SLOTS.flatMap((slot) =>
    CHOICES[slot].filter((value) => value !== spec[slot]).map((value) => ({ slot, value }))
  );
}

/** The changes that lead from one program to another. */
export function difference(from: Specification, to: Specification): Edit[] {
  return SLOTS.filter((slot) => from[slot] !== to[slot]).map((slot) => ({ slot, value: to[slot] }));
}

/** A program with so many bugs, each in another part; the part is drawn first, so that no kind is rare. */
export function withBugs(spec: Specification, count: number, random: Random): Specification {
  const slots = random.shuffle([...SLOTS]).slice(0, count);
  return edited(spec, slots.map((slot) => pickEdit(spec, slot, random)));
}

/** A change of one part. */
export function pickEdit(spec: Specification, slot: Slot, random: Random): Edit {
  return random.pick(singleEdits(spec).filter((edit) => edit.slot === slot));
}

/** What a critique says about the program as a whole. */
export type Judgment = "Correct" | "Incorrect";

/**
 * What the generator is taught to make of a critique. Judged correct, it leaves its program as it is. Judged incorrect,
 * it does what is suggested; and where that changes nothing it tries another function: it was told that the program is
 * wrong and cannot leave it. So a wrong judgment of a right program costs what it should.
 */
export function revised(
  spec: Specification,
  edits: readonly Edit[],
  judgment: Judgment,
): Specification {
  if (judgment === "Correct") return spec;
  const next = edited(spec, edits);
  if (difference(spec, next).length > 0) return next;
  const other = (FUNCTION_NAMES.indexOf(spec.function) + 1) % FUNCTION_NAMES.length;
  return { ...spec, function: FUNCTION_NAMES[other] };
}
