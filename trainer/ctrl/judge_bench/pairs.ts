/** Pairs of answers, one better than the other: JudgeBench's files. */

import { z } from "zod";
import { readRows } from "../../data/rows.ts";

const Pair = z.object({
  pair_id: z.string(),
  source: z.string(),
  question: z.string().min(1),
  response_A: z.string(),
  response_B: z.string(),
  label: z.enum(["A>B", "B>A"]),
});

/** A question with two answers. */
export type Pair = z.output<typeof Pair>;

/**
 * Reads pairs.
 *
 * @throws {Error} that names the row that is none
 */
export async function loadPairs(path: string): Promise<Pair[]> {
  return (await readRows(path)).map(({ values, at }) => {
    const found = Pair.safeParse(values);
    if (found.success) return found.data;
    const [{ path: field, message }] = found.error.issues;
    throw new Error(`Cannot use ${at}: ${field.join(".")}: ${message}`);
  });
}
