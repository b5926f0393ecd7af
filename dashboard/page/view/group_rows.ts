/** The rows that were learned from. */

import type { ProblemRecord } from "../../run/formats.ts";
import { signed } from "../quantity.ts";
import type { BarRow } from "./advantage_bars.ts";
import type { Place } from "./places.ts";
import { kind } from "./verdict.ts";

/** The rows of a group: their verdicts, and how hard each was pushed up or down. */
export function groupRows(
  { group, rollouts, refinements }: ProblemRecord,
  places: readonly Place[],
): BarRow[] {
  return group.map(({ advantage, refined, reward }, i) => {
    const { refinement } = places[i];
    const source = refinement === undefined
      ? rollouts[i]
      : refinement === null
      ? null
      : refinements[refinement];
    const of = refinement === undefined || refinement === null ? i : refinements[refinement].of;
    const what = refined ? "refinement" : "rollout";
    return {
      label: refined ? "R" : String(i + 1),
      kind: source ? kind(source.outcome) : reward > 0 ? "right" : "wrong",
      title: `row ${i + 1}: ${what}, reward ${reward}, advantage ${signed(advantage)}`,
      advantage,
      reward,
      refined,
      target: `rollout-${of + 1}`,
    };
  });
}
