/** Progress in a terminal: bars that stay below the lines written meanwhile. */
import cliProgress from "cli-progress";
import { barLine } from "./bar_line.ts";
import { type Output, styled } from "./output.ts";
import { printable, printableLine } from "../../terminal/printable.ts";
import type { Phase, Reporter } from "./progress.ts";
import { type StepLine, stepRow } from "./step_line.ts";

/** Rows under one heading. */
const HEADING_EVERY = 20;

interface Bar {
  increment(count: number): void;
}

/** See {@linkcode Reporter}. */
export class TerminalReporter implements Reporter {
  #bars: Bar[] = [];
  #screen;
  #heading = "";
  #rows = 0;

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
  ) {
    this.#screen = this.#newScreen();
  }

  /** See {@linkcode Reporter.columns}. */
  get columns(): number {
    return this.stdout.columns;
  }

  /** Shows a bar below those of the phases around it, until the phase is done. */
  phase(name: string, total: number, unit: string, from = 0): Phase {
    const title = printableLine(name), start = this.now();
    const format = (
      _options: unknown,
      { value, maxWidth }: { value: number; maxWidth: number },
    ) => {
      const seconds = (this.now() - start) / 1000;
      // The last column stays free: a full line would wrap and never be cleared.
      return barLine({ name: title, value, from, total, unit, seconds }, maxWidth - 1);
    };
    const bar = this.#screen.create(total, from, {}, { format });
    this.#bars.push(bar);
    const done = (): void => this.#remove(bar);
    return { advance: (count = 1) => bar.increment(count), done, [Symbol.dispose]: done };
  }

  /** Prints a row, under a heading every twenty rows. */
  step(line: StepLine): void {
    const { heading, row } = stepRow(line, this.columns);
    if (heading !== this.#heading || this.#rows % HEADING_EVERY === 0) {
      this.#above(this.stdout, styled(this.stdout, "dim", heading));
      this.#heading = heading;
      this.#rows = 0;
    }
    this.#rows++;
    this.#above(this.stdout, row);
  }

  /** See {@linkcode Reporter.note}. */
  note(text: string): void {
    this.#above(this.stdout, printable(text));
  }

  /** See {@linkcode Reporter.warn}. */
  warn(text: string): void {
    this.#above(this.stderr, styled(this.stderr, "yellow", `Warning: ${printable(text)}`));
  }

  /** Clears the bars away. */
  [Symbol.dispose](): void {
    for (const bar of [...this.#bars].reverse()) this.#remove(bar);
  }

  #newScreen() {
    return new cliProgress.MultiBar({
      stream: this.stdout,
      clearOnComplete: true,
      linewrap: true, // Leaves the terminal's own setting alone.
      forceRedraw: true, // A line printed above moves the bars, changed or not.
      gracefulExit: false, // Ctrl-C belongs to interrupt.ts.
      fps: 8,
    });
  }

  #remove(bar: Bar): void {
    const index = this.#bars.indexOf(bar);
    if (index < 0) return;
    this.#bars.splice(index, 1);
    if (this.#bars.length > 0) {
      this.#screen.remove(bar);
    } else {
      this.#screen.stop();
      this.#screen = this.#newScreen();
    }
  }

  /** Writes lines where the bars are now, and has the bars drawn again below. */
  #above(output: Output, text: string): void {
    if (this.#bars.length === 0) return output.write(text + "\n");
    // At this event the cursor is where the first bar begins.
    this.#screen.once("redraw-pre", () => {
      this.stdout.write("\x1b[J");
      output.write(text + "\n");
    });
    this.#screen.update();
  }
}
