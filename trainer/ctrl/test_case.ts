/** Tests as a person reads them, short enough to be written down with every step. */

/** A test. */
export interface TestCase {
  /** What a program is given, shortened. */
  input: string;
  /** What it should give, shortened; null where the input is an assertion that says so itself. */
  expected: string | null;
}

/** A test that failed. */
export interface TestFailure {
  /** Its place among the tests, from 0. */
  test: number;
  /** What the program gave, shortened; null where it gave nothing. */
  got: string | null;
  /** Why it failed, in a line or a few; empty where `got` says it all. */
  message: string;
}

/** Tests of a problem that are written down: some problems have hundreds. */
export const DESCRIBED = 32;

/** Characters of an input, or of what a program gave: some have megabytes. */
const LENGTH = 300;

/** The beginning of a text; "…" says that there is more. */
export function shortened(text: string): string {
  return text.length > LENGTH ? text.slice(0, LENGTH) + "…" : text;
}
