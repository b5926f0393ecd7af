/** The text of one progress bar. */
import { duration, speed } from "./quantity.ts";

/** How far a phase is. */
export interface Advance {
  /** What is being done, one line of printable text. */
  name: string;
  /** Units done. */
  value: number;
  /** Units when the phase began: more than 0 in a resumed run. */
  from: number;
  /** Units in all. */
  total: number;
  /** What is counted, in the plural. */
  unit: string;
  /** Seconds since the phase began. */
  seconds: number;
}

/** Units a second so far, and the seconds that the rest will take at that rate; infinite before the first unit. */
export function pace({ value, from, total, seconds }: Advance): { rate: number; left: number } {
  const rate = seconds > 0 ? (value - from) / seconds : 0;
  return { rate, left: value >= total ? 0 : (total - value) / rate };
}

/** `generate ██████░░░░░░ 64/128 answers 40/s 1.6s left`, in at most `columns` columns. */
export function barLine(advance: Advance, columns: number): string {
  const { name, value, total, unit } = advance;
  const { rate, left } = pace(advance);
  const count = `${value}/${total}`, pacing = speed(rate), eta = `${duration(left)} left`;
  const BAR = 6; // Shorter ones tell nothing.
  const tails = rate > 0
    ? [[count, unit, pacing, eta], [count, pacing, eta], [count, eta], [count]]
    : [[count, unit], [count]];
  const tail = tails.map((parts) => parts.join(" "))
    .find((text) => name.length + BAR + text.length + 2 <= columns);
  if (tail === undefined) return `${count} ${name}`.slice(0, columns);
  const room = Math.min(30, columns - name.length - tail.length - 2);
  const full = Math.floor(room * Math.min(1, total > 0 ? value / total : 1));
  return `${name} ${"█".repeat(full)}${"░".repeat(room - full)} ${tail}`;
}
