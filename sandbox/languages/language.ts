/** What the sandbox knows about a programming language. */

/** A command: a program by name, found among the host's tools, and its arguments. */
export type Command = [tool: string, ...args: string[]];

/** One language: where the program's text goes and what is started. */
export interface Language {
  /** Names in requests; the first is the usual one. */
  names: string[];
  /** The file that holds the program's text. */
  file: string | ((code: string) => string);
  /** Translates it. @default none */
  compile?: (file: string) => Command;
  /** Runs it; null for Python in the interpreter that is there already. */
  run: ((file: string, code: string) => Command) | null;
  /** Added to the environment. @default nothing */
  environment?: Record<string, string>;
  /** Whether its runtime reserves far more address space than it uses, so that only used memory can be limited. */
  reserves?: boolean;
  /** More folders of the host that its tools need. @default none */
  needs?: () => Promise<string[]>;
}
