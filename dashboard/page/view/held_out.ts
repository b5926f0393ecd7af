/** What a run came to on problems that it was not trained on. */

import type { RunDigest } from "../../run/formats.ts";
import { percent } from "../quantity.ts";

/** A number before training and now. */
export interface HeldOut {
  /** `pass@1`, or `loss` where a run learns by imitation. */
  name: string;
  /** Before training; null where that was not measured, or is the newest. */
  before: string | null;
  /** The newest. */
  after: string;
  /** [step, value in [0, 1]], for a curve of the size of a word. */
  points: [number, number][];
}

/** The number that a run is judged by; null where there is none yet. */
export function heldOut({ passAt1, loss }: Pick<RunDigest, "passAt1" | "loss">): HeldOut | null {
  const name = passAt1.length > 0 ? "pass@1" : "loss";
  const points = passAt1.length > 0 ? passAt1 : loss;
  if (points.length === 0) return null;
  const text = (value: number) => name === "loss" ? value.toFixed(3) : percent(value);
  const [step, first] = points[0], most = Math.max(1, ...points.map(([, value]) => value));
  return {
    name,
    before: points.length > 1 && step === 0 ? text(first) : null,
    after: text(points.at(-1)![1]),
    points: points.map(([step, value]) => [step, value / most]),
  };
}
