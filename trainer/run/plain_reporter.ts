/** Progress as plain lines: no escape codes, no carriage returns, few enough to be read in a log. */
import { type Advance, pace } from "./bar_line.ts";
import { type Output, styled } from "./output.ts";
import { printable, printableLine } from "../../terminal/printable.ts";
import type { Phase, Reporter } from "./progress.ts";
import { duration, speed } from "./quantity.ts";
import { type StepLine, stepText } from "./step_line.ts";

/** Milliseconds between two lines about one phase; a phase that is over sooner goes unmentioned. */
const PERIOD = 10_000;

/** See {@linkcode Reporter}. */
export class PlainReporter implements Reporter {
  /**
   * See {@linkcode createReporter}, which chooses the kind.
   *
   * @param stdout gets everything but warnings
   * @param stderr gets the warnings
   * @param now the clock, milliseconds
   */
  constructor(
    private readonly stdout: Output,
    private readonly stderr: Output,
    private readonly now: () => number,
  ) {}

  /** See {@linkcode Reporter.columns}. */
  get columns(): number {
    return this.stdout.columns;
  }

  /** Tells of the phase every ten seconds, and of its end if it took that long. */
  phase(name: string, total: number, unit: string, from = 0): Phase {
    const start = this.now();
    const at: Advance = { name: printableLine(name), value: from, from, total, unit, seconds: 0 };
    let told = start, over = false;
    const done = (): void => {
      if (over) return;
      over = true;
      if (told > start) this.note(`${at.name}: ${at.value} ${unit} in ${duration(elapsed())}`);
    };
    const elapsed = (): number => (this.now() - start) / 1000;
    const advance = (count = 1): void => {
      at.value += count;
      at.seconds = elapsed();
      if (this.now() - told < PERIOD || at.value >= total) return;
      told = this.now();
      const { rate, left } = pace(at);
      this.note(
        `${at.name}: ${at.value}/${total} ${unit}, ${speed(rate)}, ${duration(left)} left`,
      );
    };
    return { advance, done, [Symbol.dispose]: done };
  }

  /** See {@linkcode Reporter.step}. */
  step(line: StepLine): void {
    this.note(stepText(line));
  }

  /** See {@linkcode Reporter.note}. */
  note(text: string): void {
    this.stdout.write(printable(text) + "\n");
  }

  /** See {@linkcode Reporter.warn}. */
  warn(text: string): void {
    this.stderr.write(styled(this.stderr, "yellow", `Warning: ${printable(text)}`) + "\n");
  }

  /** Nothing to clean up. */
  [Symbol.dispose](): void {}
}
