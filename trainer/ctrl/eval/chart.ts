/** Lines over turns as SVG: a panel a measure, a line a method. */

/** One line. */
export interface ChartLine {
  /** What it shows. */
  name: string;
  /** Its values at 0, 1, 2, …, in percent. */
  values: readonly number[];
}

/** Lines under one title. */
export interface Panel {
  /** What is measured. */
  title: string;
  /** The lines; those of one name have one colour in all panels. */
  lines: readonly ChartLine[];
}

const WIDTH = 380, HEIGHT = 260, LEFT = 46, RIGHT = 14, TOP = 34, BOTTOM = 40;
/** Okabe and Ito's colours, which colour-blind people can tell apart, and a dash for who prints in grey. */
const STYLES = [
  ["#0072b2", "none"],
  ["#d55e00", "6 3"],
  ["#009e73", "2 3"],
  ["#cc79a7", "8 3 2 3"],
  ["#e69f00", "12 4"],
  ["#56b4e9", "4 2"],
];

/** An SVG image of the panels, side by side, the legend below. */
export function chart(panels: readonly Panel[]): string {
  const names = [...new Set(panels.flatMap(({ lines }) => lines.map(({ name }) => name)))];
  const height = HEIGHT + 20 * names.length + 8, width = WIDTH * panels.length;
  const legend = names.map((name, i) => {
    const y = HEIGHT + 12 + 20 * i;
    return `<path d="M${LEFT} ${y}h28" ${stroke(i)}/>${text(LEFT + 36, y + 4, name)}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...panels.map((panel, i) => `<g transform="translate(${i * WIDTH})">${draw(panel, names)}</g>`),
    ...legend,
    "</svg>\n",
  ].join("\n");
}

function draw({ title, lines }: Panel, names: readonly string[]): string {
  const values = lines.flatMap((line) => line.values).filter(Number.isFinite);
  const last = Math.max(1, ...lines.map((line) => line.values.length - 1));
  const step = niceStep(Math.max(1, ...values) / 4), top = step * 4;
  const x = (turn: number) => LEFT + (WIDTH - LEFT - RIGHT) * turn / last;
  const y = (value: number) => HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top;
  const grid = [0, 1, 2, 3, 4].map((k) =>
    `<path d="M${LEFT} ${y(k * step)}H${WIDTH - RIGHT}" stroke="#ddd"/>` +
    text(LEFT - 6, y(k * step) + 4, String(k * step), "end")
  );
  const turns = Array.from(
    { length: last + 1 },
    (_, turn) => text(x(turn), HEIGHT - BOTTOM + 16, String(turn), "middle"),
  );
  const drawn = lines.map(({ name, values }) => {
    const points = values.map((value, turn) => `${x(turn).toFixed(1)},${y(value).toFixed(1)}`);
    const style = stroke(names.indexOf(name));
    const dots = points.map((point) => {
      const [cx, cy] = point.split(",");
      return `<circle cx="${cx}" cy="${cy}" r="2.5" fill="${colour(names.indexOf(name))}"/>`;
    });
    return `<polyline points="${points.join(" ")}" ${style}/>${dots.join("")}`;
  });
  const axis = text((LEFT + WIDTH) / 2, HEIGHT - BOTTOM + 32, "turn", "middle");
  return [text(LEFT, 20, title), ...grid, ...turns, axis, ...drawn].join("");
}

/** 1, 2 or 5 times a power of ten, not less than asked for; from 0.5, for nobody reads finer percents. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return Math.max(0.5, [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= least)!);
}

const colour = (i: number) => STYLES[i % STYLES.length][0];

function stroke(i: number): string {
  const [, dash] = STYLES[i % STYLES.length];
  return `fill="none" stroke="${colour(i)}" stroke-width="2" stroke-dasharray="${dash}"`;
}

function text(x: number, y: number, words: string, anchor = "start"): string {
  const safe = words.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${safe}</text>`;
}
