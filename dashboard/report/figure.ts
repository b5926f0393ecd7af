/** A metric's curve as an SVG file, for a paper or a README. */

import { columns } from "../page/chart/columns.ts";
import { smooth } from "../page/chart/smooth.ts";
import { decimal } from "../page/quantity.ts";
import type { MetricsLine } from "../run/formats.ts";

const WIDTH = 480, HEIGHT = 280, LEFT = 52, RIGHT = 14, TOP = 34, BOTTOM = 40;

/**
 * The figure; null where the run has fewer than two values.
 *
 * @param metrics of the run
 * @param metric the one to draw: raw in the background, smoothed in front
 */
export function figure(metrics: readonly MetricsLine[], metric: string): string | null {
  const { steps, values: [values] } = columns([metrics], metric);
  if (steps.length < 2) return null;
  const numbers = values as number[];
  const share = numbers.every((value) => value >= 0 && value <= 1) && metric !== "actor/entropy";
  const low = share ? 0 : Math.min(0, ...numbers),
    high = share ? 1 : Math.max(...numbers) * 1.05 || 1;
  const x = (step: number) =>
    LEFT + (WIDTH - LEFT - RIGHT) * (step - steps[0]) / (steps.at(-1)! - steps[0]);
  const y = (value: number) =>
    HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low);
  const path = (curve: readonly (number | null)[]) =>
    curve.map((value, i) => `${i ? "L" : "M"}${x(steps[i]).toFixed(1)} ${y(value!).toFixed(1)}`)
      .join("");
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const rows = ticks.map((t) => low + t * (high - low)).map((value) =>
    `<path class="grid" d="M${LEFT} ${y(value).toFixed(1)}H${WIDTH - RIGHT}"/>` +
    `<text x="${LEFT - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${
      decimal(value)
    }</text>`
  );
  const marks = round(steps[0], steps.at(-1)!).map((step) =>
    `<text x="${x(step).toFixed(1)}" y="${
      HEIGHT - BOTTOM + 18
    }" text-anchor="middle">${step}</text>`
  );
  const dense = steps.length > 15;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
<title>${metric} by step</title>
<style>
svg { background: #fff; font: 12px system-ui, sans-serif; fill: #444 }
.name { font-weight: 600; fill: #111 } .grid { stroke: #e3dfd6 } path { fill: none }
.raw { stroke: #1d5a9c; opacity: 0.3 } .curve { stroke: #1d5a9c; stroke-width: 2; stroke-linejoin: round }
</style>
<text class="name" x="${LEFT}" y="20">${metric}</text>
${rows.join("")}
${marks.join("")}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">step</text>
${dense ? `<path class="raw" d="${path(values)}"/>\n` : ""}<path class="curve" d="${
    path(dense ? smooth(values, 0.6) : values)
  }"/>
</svg>
`;
}

/** Three to six round steps between two. */
function round(first: number, last: number): number[] {
  const rough = Math.max(1, (last - first) / 4), power = 10 ** Math.floor(Math.log10(rough));
  const every = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const start = Math.ceil(first / every);
  return Array.from(
    { length: Math.floor(last / every) - start + 1 },
    (_, i) => (start + i) * every,
  );
}
