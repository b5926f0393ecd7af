/// <reference lib="dom" />
/** A curve of the size of a word. */

import { svg } from "./dom.ts";

const WIDTH = 96, HEIGHT = 22;

/** @param points [step, share in [0, 1]], steps rising */
export function sparkline(points: readonly (readonly [number, number])[]): SVGElement {
  const first = points[0]?.[0] ?? 0, last = Math.max(first + 1, points.at(-1)?.[0] ?? 1);
  const at = ([step, share]: readonly [number, number]) =>
    `${(2 + (WIDTH - 4) * (step - first) / (last - first)).toFixed(1)},${
      (HEIGHT - 2 - (HEIGHT - 4) * share).toFixed(1)
    }`;
  return svg(
    "svg",
    { class: "sparkline", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
    svg("polyline", { points: points.map(at).join(" ") }),
  );
}
