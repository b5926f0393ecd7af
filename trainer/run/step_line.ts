/** What a person sees of one step: self-describing pairs for a log, an aligned row for a terminal. */
import { compact, duration, percent } from "./quantity.ts";

/** Seconds that a step took, in all and by phase; a phase that did not run is left out. */
export interface StepSeconds {
  /** The whole step. */
  step: number;
  /** Generating the rollouts. */
  gen?: number;
  /** Critiques. */
  critique?: number;
  /** Generating the refinements. */
  refine?: number;
  /** Running programs. */
  exec?: number;
  /** Forward, backward and optimizer. */
  update?: number;
  /** Validation. */
  val?: number;
}

/** The numbers of one step, each a mean over the batch. */
export interface StepLine {
  /** This step, from 1. */
  step: number;
  /** Steps of the whole run. */
  total: number;
  /** Loss, where that is what is shown. */
  loss?: number;
  /** Reward; null where there is none. */
  reward: number | null;
  /** Share of rollouts that are correct, in [0, 1]; null where there are none. */
  passAt1: number | null;
  /** Share of refinements that are correct, in [0, 1]; null when nothing was refined. */
  refinedCorrect: number | null;
  /** Share of groups whose rewards are all alike, so that no one learns from them, in [0, 1]; null without groups. */
  zeroVariance: number | null;
  /** Tokens of a response. */
  meanLength: number;
  /** Tokens generated a second. */
  tokensPerSecond: number;
  /** Where the time went. */
  seconds: StepSeconds;
}

interface Column {
  title: string;
  width: number;
  cell: (line: StepLine) => string;
  /** Whether a line has this column at all; the heading then stays the same through a run. @default always */
  has?: (line: StepLine) => boolean;
}

const phase = (title: string, name: keyof StepSeconds): Column => {
  const cell = ({ seconds }: StepLine) =>
    seconds[name] === undefined ? "-" : compact(seconds[name]);
  return { title, width: 4, cell };
};

/** In the order of use: a narrow terminal shows the first ones. */
const COLUMNS: Column[] = [
  { title: "step", width: 5, cell: ({ step, total }) => `${step}/${total}` },
  {
    title: "loss",
    width: 6,
    cell: ({ loss }) => loss?.toFixed(4) ?? "-",
    has: ({ loss }) => loss !== undefined,
  },
  { title: "reward", width: 6, cell: ({ reward }) => reward?.toFixed(3) ?? "-" },
  { title: "pass@1", width: 6, cell: ({ passAt1 }) => percent(passAt1) },
  { title: "refined", width: 7, cell: ({ refinedCorrect }) => percent(refinedCorrect) },
  { title: "time", width: 6, cell: ({ seconds }) => duration(seconds.step) },
  { title: "zerovar", width: 7, cell: ({ zeroVariance }) => percent(zeroVariance) },
  { title: "len", width: 4, cell: ({ meanLength }) => compact(meanLength) },
  { title: "tok/s", width: 5, cell: ({ tokensPerSecond }) => compact(tokensPerSecond) },
  phase("gen", "gen"),
  phase("crit", "critique"),
  phase("ref", "refine"),
  { ...phase("exec", "exec"), has: ({ seconds }) => seconds.exec !== undefined },
  phase("upd", "update"),
  phase("val", "val"),
];

/** `step 12/400  reward 0.312  pass@1 31.2%  …`: one line for a log, leaving out what did not happen. */
export function stepText(line: StepLine): string {
  return COLUMNS.map(({ title, cell }) => ({ title, text: cell(line) }))
    .filter(({ text }) => text !== "-").map(({ title, text }) => `${title} ${text}`).join("  ");
}

/** A step's row and the heading over it, both at most `columns` wide, leaving out the last columns if need be. */
export function stepRow(line: StepLine, columns: number): { heading: string; row: string } {
  let heading = "", row = "";
  const columnsOfLine = COLUMNS.filter(({ has }) => has?.(line) ?? true);
  for (const [i, { title, width, cell }] of columnsOfLine.entries()) {
    // The first column holds the last step's name from the first step on.
    const room = i === 0 ? Math.max(width, 2 * String(line.total).length + 1) : width;
    const gap = i === 0 ? "" : " ";
    const text = cell(line).padStart(room);
    if (Math.max(heading.length + 1 + room, row.length + 1 + text.length) > columns) break;
    heading += gap + title.padStart(room);
    row += gap + text;
  }
  return { heading, row };
}
