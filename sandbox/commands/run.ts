/** `deno task sandbox run`: one program, and what it did. */

import { extname } from "node:path";
import { LocalSandbox } from "../local.ts";
import { printable, printableLine } from "../../terminal/printable.ts";
import { argumentsOf, textOf, wholeNumber } from "./arguments.ts";

const USAGE = `Runs one program in the sandbox and shows what it did.

  deno task sandbox run FILE [--stdin F] [options]

  --stdin F          a file to give it as standard input (nothing)
  --language NAME    such as python, cpp, bash (by the file's ending)
  --timeout SECONDS  of wall time (10)
  --memory-mb MB     (1024)
  --help

Its output goes to standard output and standard error without control characters; the exit code is its own, 124 where
time ran out.
`;

/** Languages by the endings of files. */
const BY_ENDING: Record<string, string> = {
  ".py": "python",
  ".js": "javascript",
  ".mjs": "javascript",
  ".ts": "typescript",
  ".sh": "bash",
  ".c": "c",
  ".cpp": "cpp",
  ".cc": "cpp",
  ".go": "go",
  ".java": "java",
  ".rs": "rust",
};

/** The language of a file, by its ending. @throws {Error} where it tells none */
export function languageOf(path: string): string {
  const language = BY_ENDING[extname(path).toLowerCase()];
  if (language) return language;
  const endings = Object.keys(BY_ENDING).join(", ");
  throw new Error(`Cannot tell the language of ${path}: add --language, or use one of ${endings}`);
}

/** Runs a program; its exit code. */
export async function runMain(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(args, {
    stdin: { type: "string" },
    language: { type: "string" },
    timeout: { type: "string" },
    "memory-mb": { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (positionals.length !== 1) throw new Error(`run takes one file; got ${positionals.length}`);
  const [path] = positionals;
  const language = values.language ?? languageOf(path);
  const code = await textOf(path, "the program");
  const stdin = values.stdin === undefined ? "" : await textOf(values.stdin, "the input");
  const run_timeout = wholeNumber("timeout", values.timeout, 10, [1, 86_400]);
  const memoryMB = wholeNumber("memory-mb", values["memory-mb"], 1024, [16, 1 << 20]);

  await using sandbox = await LocalSandbox.create({ concurrency: 1, memoryMB });
  const response = await sandbox.runCode({ code, language, stdin, run_timeout });
  const { compile_result: compiled, run_result: ran } = response;
  const shown = ran ?? compiled;
  if (shown?.stdout) console.log(printable(shown.stdout).replace(/\n$/, ""));
  if (shown?.stderr) console.error(printable(shown.stderr).replace(/\n$/, ""));
  if (response.status === "Success" && !shown?.truncated) return 0;

  const notes = [
    ran || !compiled ? "" : "it did not compile",
    shown?.status === "TimeLimitExceeded" ? "it ran out of time" : "",
    shown?.truncated ? "its output was cut" : "",
    printableLine(response.message),
  ].filter(Boolean);
  const exit = shown?.return_code ?? null;
  console.error(`[${response.status}${exit ? `, exit code ${exit}` : ""}] ${notes.join("; ")}`);
  if (shown?.status === "TimeLimitExceeded") return 124;
  return exit === null ? 1 : exit < 0 ? 128 - exit : exit;
}
