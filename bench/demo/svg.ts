/** The demonstration's curves as an SVG: a thin line for each seed, a thick one for each method's mean. */

import { type Curve, curveOf, meanCurve } from "./curve.ts";
import type { Run } from "./runs.ts";

const WIDTH = 720, HEIGHT = 400;
const LEFT = 56, RIGHT = 16, TOP = 40, BOTTOM = 48;
/** Distinguishable with the common colour blindnesses (Okabe and Ito). */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

/** Draws pass@1 over generated tokens. @param methods in the order of the legend, at most four */
export function svg(runs: readonly Run[], methods: readonly string[]): string {
  const last = Math.max(...runs.map(({ points }) => points.at(-1)!.tokens));
  const x = (tokens: number) => round(LEFT + (WIDTH - LEFT - RIGHT) * tokens / last);
  const y = (share: number) => round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share);
  const line = (curve: Curve, colour: string, style: string) =>
    `<polyline points="${curve.map(([t, v]) => `${x(t)},${y(v)}`).join(" ")}" ` +
    `fill="none" stroke="${colour}" ${style}/>`;
  const text = (at: [number, number], content: string, attributes = "") =>
    `<text x="${at[0]}" y="${at[1]}" ${attributes}>${content}</text>`;

  const values = [0, 0.25, 0.5, 0.75, 1].flatMap((v) => [
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(v)}" y2="${y(v)}" stroke="#ddd"/>`,
    text([LEFT - 8, y(v) + 4], v.toFixed(2), `text-anchor="end"`),
  ]);
  const gap = tick(last);
  const tokens = Array.from({ length: Math.floor(last / gap) + 1 }, (_, i) => i * gap).map((t) =>
    text([x(t), HEIGHT - BOTTOM + 18], `${t / 1000}k`, `text-anchor="middle"`)
  );
  const curves = methods.map((method) => runs.filter((run) => run.method === method).map(curveOf));
  const thin = `stroke-width="1" stroke-opacity="0.35"`;
  const thick = `stroke-width="3" stroke-linejoin="round"`;
  const legend = methods.flatMap((method, i) => [
    `<line x1="${LEFT + 210 * i}" x2="${LEFT + 24 + 210 * i}" y1="20" y2="20" stroke="${
      COLOURS[i]
    }" stroke-width="3"/>`,
    text([LEFT + 30 + 210 * i, 24], method),
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
    `font-family="sans-serif" font-size="12" fill="#333">`,
    `<title>Held-out pass@1 over generated tokens</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...values,
    ...tokens,
    text(
      [(LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8],
      "generated tokens (rollouts and refinements)",
      `text-anchor="middle"`,
    ),
    ...curves.flatMap((seeds, i) => seeds.map((curve) => line(curve, COLOURS[i], thin))),
    ...curves.map((seeds, i) => line(meanCurve(seeds), COLOURS[i], thick)),
    ...legend,
    `</svg>`,
    "",
  ].join("\n");
}

/** The distance of the ticks: 1, 2 or 5 times a power of ten, so that there are four to ten of them. */
function tick(last: number): number {
  const power = 10 ** Math.floor(Math.log10(last / 4));
  return [5, 2, 1].map((n) => n * power).find((gap) => last / gap >= 4) ?? power;
}

const round = (value: number) => Math.round(10 * value) / 10;
