/**
 * The trusted half that runs inside the sandbox: a small Python program that starts jobs, limits them, passes on what
 * they print and ends all that they leave running. It is Python because its warm interpreter is what Python jobs are
 * forked from, because it starts in milliseconds, and because `ctypes` reaches prctl and Landlock without native code
 * of ours.
 */

import { commonFilter, jobFilter, type Place } from "./seccomp/filters.ts";

/** In the order in which they are joined to one program. */
const SOURCES = ["limits.py", "python_job.py", "files.py", "job.py", "requests.py"];

/** What the program inside is told when it starts. */
export interface InsideOptions {
  /** The interpreter, as seen inside. */
  python: string;
  /** The folder where jobs run, as seen inside; writable. */
  work: string;
  /** The writable folders, which are emptied between jobs. */
  wiped: string[];
  /** Bytes that files in them may have together, where nothing else limits them; null where something does. */
  disk: number | null;
  /** Whether the working folder is removed at the end. */
  removed: boolean;
  /** Where it runs, for the system call filters; null for none. */
  place: Place | null;
  /** Whether it is the first process of its own process numbers. */
  first: boolean;
  /** Paths that jobs may read, or write where true, by Landlock; null where a mount namespace does that. */
  landlock: [path: string, writable: boolean][] | null;
}

/**
 * The command that starts it.
 *
 * @returns the program and its arguments; nothing secret is among them
 */
export async function insideCommand(options: InsideOptions): Promise<string[]> {
  const { place } = options;
  const filters = place && {
    always: commonFilter(place).toHex(),
    python: jobFilter(place, { processes: false, exec: false }).toHex(),
    command: jobFilter(place, { processes: false, exec: true }).toHex(),
    family: jobFilter(place, { processes: true, exec: true }).toHex(),
  };
  const config = {
    work: options.work,
    wiped: options.wiped,
    disk: options.disk,
    removed: options.removed,
    first: options.first,
    landlock: options.landlock,
    filters: filters ?? {},
  };
  return [options.python, "-I", "-B", "-c", await program(), JSON.stringify(config)];
}

let joined: Promise<string> | undefined;

function program(): Promise<string> {
  joined ??= Promise.all(
    SOURCES.map((name) => Deno.readTextFile(new URL(`inside/${name}`, import.meta.url))),
  ).then((sources) => sources.join("\n\n"));
  return joined;
}
