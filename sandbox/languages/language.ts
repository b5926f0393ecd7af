/** What the sandbox knows about a programming language. */

import { BadRequest } from "../bad_request.ts";
import { tool, TOOL_FOLDERS } from "../isolation/tools.ts";

/** A command: program and arguments; a program without a slash is one of the language's tools. */
export type Command = [program: string, ...args: string[]];

/** What of the host a language works with. */
export interface Toolchain {
  /** Its tools: path by name. */
  tools: Record<string, string>;
  /** Folders and files outside of the system's own that they need. @default none */
  binds?: string[];
  /** Added to the environment. @default nothing */
  environment?: Record<string, string>;
}

/** One language: where the program's text goes and what is started. */
export interface Language {
  /** Names in requests; the first is the usual one. */
  names: string[];
  /** The file that holds the program's text. */
  file: string | ((code: string) => string);
  /**
   * Finds what it needs.
   *
   * @throws BadRequest that names what is missing
   */
  toolchain(): Promise<Toolchain>;
  /** Translates it. @default none */
  compile?: (file: string) => Command;
  /** Runs it; null for Python in the interpreter that is there already. */
  run: ((file: string) => Command) | null;
  /** Whether its runtime reserves far more address space than it uses, so that only used memory can be limited. */
  reserves?: boolean;
}

/**
 * Finds tools where systems put them.
 *
 * @throws BadRequest that names the first that is missing
 */
export async function installed(language: string, ...names: string[]): Promise<Toolchain> {
  const tools: Record<string, string> = {};
  for (const name of names) {
    const path = await tool(name);
    if (!path) {
      throw new BadRequest(
        `Cannot run ${language}: ${name} is not installed here (looked in ${
          TOOL_FOLDERS.join(", ")
        })`,
      );
    }
    tools[name] = path;
  }
  return { tools };
}
