/**
 * The trusted half that runs inside the sandbox: a small Python program that starts jobs, limits them, passes on what
 * they print and ends all that they leave running. It is Python because its warm interpreter is what Python jobs are
 * forked from, because it starts in milliseconds, and because `ctypes` reaches prctl and Landlock without native code
 * of ours.
 */

import { commonFilter, jobFilter, type Place } from "./seccomp/filters.ts";
import { programUser } from "./user.ts";

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
  /** Whether many Python programs will run here, so that it pays to load what they commonly import. */
  warm: boolean;
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
    warm: options.warm,
    disk: options.disk,
    removed: options.removed,
    first: options.first,
    landlock: options.landlock,
    filters: filters ?? {},
  };
  const source = await compiled(options.python);
  return [options.python, "-I", "-B", "-c", START, JSON.stringify(config), source];
}

/** Compiling takes an interpreter as long as starting, so that is done once for all sandboxes. */
const COMPILE = `import marshal, sys
print(marshal.dumps(compile(sys.stdin.read(), "inside", "exec")).hex())`;
const START = `import marshal, sys
exec(marshal.loads(bytes.fromhex(sys.argv.pop())))`;

const programs = new Map<string, Promise<string>>();

function compiled(python: string): Promise<string> {
  const known = programs.get(python) ?? compile(python);
  programs.set(python, known);
  return known;
}

async function compile(python: string): Promise<string> {
  const read = (name: string) => Deno.readTextFile(new URL(`inside/${name}`, import.meta.url));
  const sources = await Promise.all(SOURCES.map(read));
  const process = new Deno.Command(python, {
    args: ["-I", "-c", COMPILE],
    clearEnv: true,
    cwd: "/",
    stdin: "piped",
    stdout: "piped",
    ...programUser(),
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(sources.join("\n\n")));
  await writer.close();
  const { success, stdout } = await process.output();
  if (!success) throw new Error(`Cannot start a sandbox: ${python} does not compile its program`);
  return new TextDecoder().decode(stdout).trim();
}
