/** Who stands where in a group. */

import type { ProblemRecord } from "../../run/formats.ts";

/** A row of the group. */
export interface Place {
  /** The refinement that took the rollout's place; undefined where none did, null where it is not known which. */
  refinement?: number | null;
}

/**
 * The rows of a group by who stands in them. Runs of before this was written down tell it only where one refinement
 * was selected.
 */
export function placesOf(
  { group, refinements }: Pick<ProblemRecord, "group" | "refinements">,
): Place[] {
  const selected = refinements.flatMap((refinement, k) => refinement.selected ? [k] : []);
  return group.map((row) => {
    if (!row.refined) return {};
    return { refinement: row.refinement ?? (selected.length === 1 ? selected[0] : null) };
  });
}
