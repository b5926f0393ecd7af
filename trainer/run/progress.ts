/** What a person sees of a run: bars in a terminal, plain lines in a pipe or a log. */
import { nowhere, type Output, standard } from "./output.ts";
import { PlainReporter } from "./plain_reporter.ts";
import type { StepLine } from "./step_line.ts";
import { TerminalReporter } from "./terminal_reporter.ts";

/** One stretch of work with a known end. Disposing of it ends it, so `using` cleans up after an error too. */
export interface Phase extends Disposable {
  /** Counts units as done. @param count how many, default 1 */
  advance(count?: number): void;
  /** Ends the phase; a second call does nothing. */
  done(): void;
}

/** Tells a person how a run is doing. All text is made printable first: it may quote a model. */
export interface Reporter extends Disposable {
  /** Columns that a table or a plot may use. */
  readonly columns: number;
  /**
   * Begins a phase; phases nest (a run's steps, and in each its answers).
   *
   * @param name what is being done, a word or two
   * @param total units in all
   * @param unit what is counted, in the plural
   * @param from units done before, in a resumed run; they do not count for the rate. @default 0
   */
  phase(name: string, total: number, unit: string, from?: number): Phase;
  /** Tells one step's numbers, on one line. */
  step(line: StepLine): void;
  /** Tells anything else; may have several lines. */
  note(text: string): void;
  /** Warns, on standard error. */
  warn(text: string): void;
}

/** Where a reporter writes, and its clock. */
export interface ReporterOptions {
  /** Gets everything but warnings. @default standard output */
  stdout?: Output;
  /** Gets the warnings. @default standard error */
  stderr?: Output;
  /** Milliseconds. @default Date.now */
  now?: () => number;
}

/** The reporter that suits the output: bars where it is a terminal, else lines without any escape codes. */
export function createReporter(options: ReporterOptions = {}): Reporter {
  const { stdout = standard("stdout"), stderr = standard("stderr"), now = Date.now } = options;
  const Kind = stdout.isTTY ? TerminalReporter : PlainReporter;
  return new Kind(stdout, stderr, now);
}

/** A reporter that tells nothing, for programs that train in the background. */
export function silentReporter(): Reporter {
  return createReporter({ stdout: nowhere, stderr: nowhere });
}
