/**
 * Where nothing else works: Python compiled to WebAssembly, in a child Deno without permissions. It needs no
 * installation, but each program costs half a second, and only the standard library's pure part is there.
 */

import { createRequire } from "node:module";
import { dirname } from "node:path";
import { BadRequest } from "../bad_request.ts";
import type { Isolation, PythonJob } from "./isolation.ts";
import { type Outcome, SlotError } from "./slot.ts";
import { Transcript } from "./transcript.ts";

const CHILD = new URL("pyodide_child.ts", import.meta.url).pathname;
const HEAP_MB = 256;
/** Pyodide's own start on a very busy machine; it is not the program's time. */
const START_SECONDS = 60;

/** Finds out whether it works. */
export async function pyodide(): Promise<Isolation> {
  const found = await Deno.realPath(createRequire(import.meta.url).resolve("pyodide"));
  const runPython = (job: PythonJob) => run(dirname(found), job);
  const probe = { code: "print(6 * 7)", stdin: "", seconds: 60, output: 100 };
  const { stdout, stderr } = await runPython(probe);
  if (stdout !== "42\n") throw new Error(`a first program failed: ${stderr?.trim()}`);
  console.error(
    "WARNING: neither bubblewrap nor Landlock works here, so Python runs in Pyodide: only Python, without " +
      "packages, half a second a program, and a program may use up to 4 GB of memory. Install bubblewrap.",
  );
  return {
    name: "pyodide",
    covers: "files, network and processes, by WebAssembly in a child Deno without permissions",
    gaps: [
      "only Python runs, without files, packages and conversations",
      "memory is limited by WebAssembly's 4 GB only",
      "the boundary is a JavaScript engine, not the kernel",
    ],
    reusable: false,
    processes: false,
    launch: () => Promise.reject(new BadRequest("Cannot run this in Pyodide: install bubblewrap")),
    runPython,
  };
}

async function run(files: string, { code, stdin, seconds, output, signal }: PythonJob) {
  // Should this process be killed, nobody is left to end a program that loops: its processor time is bounded too.
  const most = String(8 * (START_SECONDS + Math.ceil(seconds)));
  const child = new Deno.Command("/bin/sh", {
    args: [
      ...["-c", 'ulimit -t "$0"; exec "$@"', most, Deno.execPath(), "run"],
      ...["--no-prompt", "--cached-only", `--allow-read=${files}`],
      ...[`--v8-flags=--max-old-space-size=${HEAP_MB}`, CHILD],
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal,
  }).spawn();
  let late = false, start = NaN;
  const within = (seconds: number) =>
    setTimeout(() => {
      late = true;
      try {
        child.kill("SIGKILL");
      } catch {
        late = false; // It has ended already.
      }
    }, 1000 * seconds);
  let overdue = within(START_SECONDS);
  const transcript = new Transcript();
  const cut: string[] = [];
  const read = async (kind: "o" | "e", stream: ReadableStream<Uint8Array>) => {
    let left = output;
    for await (let bytes of stream) {
      if (kind === "o" && isNaN(start)) {
        // The first byte tells that Pyodide is ready.
        clearTimeout(overdue);
        start = performance.now();
        overdue = within(seconds);
        bytes = bytes.subarray(1);
      }
      if (left > 0) transcript.listener(kind, bytes.subarray(0, left));
      if (bytes.length > left && !cut.includes(kind)) cut.push(kind);
      left = Math.max(0, left - bytes.length);
    }
  };
  const writer = child.stdin.getWriter();
  const fed = writer.write(new TextEncoder().encode(JSON.stringify({ code, stdin })))
    .then(() => writer.close()).catch(() => {}); // It may end without reading.
  const [status] = await Promise.all([
    child.status,
    read("o", child.stdout),
    read("e", child.stderr),
    fed,
  ]).finally(() => clearTimeout(overdue));
  signal?.throwIfAborted();
  if (isNaN(start)) {
    const { stderr } = transcript.result({ seconds: 0, cpu: 0, status: 1, reason: null, cut });
    throw new SlotError(`Pyodide did not start: ${stderr || `no sign within ${START_SECONDS} s`}`);
  }
  const outcome: Outcome = {
    seconds: (performance.now() - start) / 1000,
    cpu: 0,
    status: late ? null : status.signal ? -9 : status.code,
    reason: late ? "time" : null,
    cut,
  };
  return transcript.result(outcome);
}
