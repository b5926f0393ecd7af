/** From a request to what is done in a sandbox. */

import { Buffer } from "node:buffer";
import type { RunCodeRequest } from "./api.ts";
import { BadRequest } from "./bad_request.ts";
import { language, languageNames } from "./languages/mod.ts";
import type { Command, Language, Toolchain } from "./languages/language.ts";
import { checkPath } from "./paths.ts";

/** What is done for a request. */
export interface Plan {
  /** How its language works. */
  language: Language;
  /** What that works with here. */
  toolchain: Toolchain;
  /** Path of the program's text. */
  file: string;
  /** Written before anything runs. */
  files: { path: string; content: Uint8Array }[];
  /** Translates the program; null: nothing to translate. */
  compile: string[] | null;
  /** Runs it; null: in the interpreter that is there already. */
  run: string[] | null;
}

/** Words of a Python program that may start processes; where they stand for something else, nothing is lost. */
const STARTS_PROCESSES =
  /subprocess|multiprocessing|ProcessPool|fork|popen|os\.system|\.exec[lv]|\.spawn|\bpty\b|posix_spawn/;

/**
 * Whether a program can run in a warm sandbox that is wiped for the next one: Python without files, and without a
 * sign that it starts processes, which a warm sandbox denies.
 */
export function fitsWarm(plan: Plan, request: RunCodeRequest): boolean {
  return plan.run === null && plan.files.length === 0 && request.fetch_files.length === 0 &&
    !STARTS_PROCESSES.test(request.code);
}

/**
 * Decides what to do.
 *
 * @throws BadRequest for an unknown language, a missing tool, a path that leaves the working folder, bad base64
 */
export async function planOf(request: RunCodeRequest): Promise<Plan> {
  const known = language(request.language);
  if (!known) {
    throw new BadRequest(
      `Cannot run language ${JSON.stringify(request.language)}: known are ${
        languageNames.join(", ")
      }`,
    );
  }
  const files = Object.entries(request.files).map(([path, content]) => {
    checkPath(path, "files");
    return { path, content: decoded(path, content ?? "") };
  });
  for (const path of request.fetch_files) checkPath(path, "fetch_files");
  const file = typeof known.file === "string" ? known.file : known.file(request.code);
  // Python in the warm interpreter needs no file.
  if (known.run) files.push({ path: file, content: new TextEncoder().encode(request.code) });
  const toolchain = await known.toolchain();
  const resolved = ([program, ...args]: Command) => [toolchain.tools[program] ?? program, ...args];
  const compile = known.compile?.(file), run = known.run?.(file);
  return {
    language: known,
    toolchain,
    file,
    files,
    compile: compile ? resolved(compile) : null,
    run: run ? resolved(run) : null,
  };
}

function decoded(path: string, base64: string): Uint8Array {
  const bytes = Buffer.from(base64, "base64");
  // Buffer skips what is no base64; what it read must be all there was.
  const same = bytes.toString("base64").replace(/=+$/, "") ===
    base64.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
  if (same) return bytes;
  throw new BadRequest(`Cannot use files ${JSON.stringify(path)}: its content is not base64`);
}
