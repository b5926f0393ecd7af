/** What a solution is judged by: the tests of one problem, whatever format they came in. */

/** A program's input and the output that is expected of it; `stdin` and `stdout`, or names of files. */
export interface StdioTest {
  /** `stdin`, and files that lie in the program's folder: name → text. */
  input: Readonly<Record<string, string>>;
  /** `stdout`, and files that the program writes: name → text. */
  output: Readonly<Record<string, string>>;
}

/** A program that decides whether an output is right, called as testlib's checkers are: `input output answer`. */
export interface Checker {
  /** Its source. */
  code: string;
  /** `python`, `cpp` or `c`. */
  language: string;
  /** Files beside it, such as `testlib.h`: name → text. @default {{}} */
  files?: Readonly<Record<string, string>>;
}

/** A whole program, run once a test. */
export interface StdioProblem {
  /** Which of the two. */
  kind: "stdio";
  /** At least one. */
  tests: readonly StdioTest[];
  /** Decides in place of a comparison with the expected output. */
  checker?: Checker;
}

/** Python functions, called by assertions. */
export interface AssertProblem {
  /** Which of the two. */
  kind: "assert";
  /** Runs before the program, in its namespace: imports, helper functions of the statement. */
  preamble: string;
  /** Runs before the tests, in theirs; what it defines, the program cannot replace. */
  setup: readonly string[];
  /** Python statements; a test passes when they raise nothing. At least one. */
  tests: readonly string[];
  /** Builtins that the tests want from the program none the less, such as a function called `sum`. */
  names: readonly string[];
}

/** The tests of one problem. */
export type Problem = StdioProblem | AssertProblem;

/** What a program may use; the API's defaults where left out. */
export interface Limits {
  /** Seconds for the compiler. @default {10} */
  compileTimeout?: number;
  /** Seconds a run: a stdio test each, all assertions of a problem together. @default {10} */
  runTimeout?: number;
  /** Megabytes. @default {-1}, the sandbox's own limit */
  memoryMB?: number;
}

/** A solution to judge. */
export interface Submission {
  /** What it is judged by. */
  problem: Problem;
  /** The program. */
  code: string;
  /** A language of the sandbox. */
  language: string;
  /** What it may use. */
  limits?: Limits;
  /** Goes on after a test that failed. @default {false} */
  runAll?: boolean;
}
