/**
 * Programs a second, `print(input())` at concurrency 1, 2, 4 and 16: the warm sandbox, a sandbox a job, and as a
 * yardstick a bare `python3` process without any isolation. SandboxFusion joins in where its server's code is given.
 * All sides take turns, so that whatever else the machine does falls on all; the best of each side's turns counts.
 *
 * SandboxFusion is started by `python3 -m uvicorn sandbox.server.server:app` in PATH, with the `python3` of its own
 * `.venv` if there is one.
 */

import { availableParallelism, loadavg } from "node:os";
import { findPython } from "../sandbox/isolation/python.ts";
import { LocalSandbox } from "../sandbox/local.ts";
import { command, count } from "./command.ts";

const CODE = "print(input())";
const INPUT = "hello\n";
const LEVELS = [1, 2, 4, 16];

/** One way to run the program. */
interface Side extends AsyncDisposable {
  name: string;
  /** Runs it once and gives its output. */
  run(): Promise<string>;
}

interface Turn {
  /** Programs a second. */
  rate: number;
  /** Milliseconds that 99 of 100 programs stay under. */
  p99: number;
}

async function sandbox(name: string, files: Record<string, string>): Promise<Side> {
  const sandbox = await LocalSandbox.create({ concurrency: Math.max(...LEVELS) });
  return {
    name,
    async run() {
      const request = { code: CODE, language: "python", stdin: INPUT, files, run_timeout: 60 };
      return (await sandbox.runCode(request)).run_result?.stdout ?? "";
    },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

async function bare(): Promise<Side> {
  const python = await findPython();
  if (!python) {
    throw new Error("Cannot measure the yardstick: Python 3.9 or newer is not in /usr/bin");
  }
  return {
    name: "bare python3",
    async run() {
      const streams = { stdin: "piped", stdout: "piped", stderr: "null" } as const;
      const process = new Deno.Command(python, { args: ["-c", CODE], ...streams }).spawn();
      const writer = process.stdin.getWriter();
      await writer.write(new TextEncoder().encode(INPUT));
      await writer.close();
      return new TextDecoder().decode((await process.output()).stdout);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function sandboxFusion(path: string): Promise<Side> {
  const port = 18_080;
  const own = `${path}/.venv/bin/python3`;
  const python = await Deno.stat(own).then(() => own, () => "python3");
  const args = ["-m", "uvicorn", "sandbox.server.server:app", "--port", String(port)];
  const quiet = { stdout: "null", stderr: "null" } as const;
  const server = new Deno.Command(python, { args, cwd: path, ...quiet }).spawn();
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0;; i++) {
    if (await fetch(`${url}/v1/ping`).then((r) => r.text(), () => null)) break;
    if (i === 300) throw new Error(`Cannot start SandboxFusion in ${path}: no answer within 60 s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    name: "SandboxFusion",
    async run() {
      const body = JSON.stringify({
        code: CODE,
        language: "python",
        stdin: INPUT,
        run_timeout: 60,
      });
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${url}/run_code`, { method: "POST", body, headers });
      return (await answer.json()).run_result?.stdout ?? "";
    },
    async [Symbol.asyncDispose]() {
      server.kill("SIGTERM");
      await server.status;
    },
  };
}

async function turn(side: Side, concurrency: number, programs: number): Promise<Turn> {
  const times: number[] = [];
  const start = performance.now();
  let left = programs;
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (left-- > 0) {
      const begun = performance.now();
      const output = await side.run();
      if (output !== INPUT) throw new Error(`${side.name} answered ${JSON.stringify(output)}`);
      times.push(performance.now() - begun);
    }
  }));
  const seconds = (performance.now() - start) / 1000;
  times.sort((a, b) => a - b);
  return { rate: programs / seconds, p99: times[Math.ceil(0.99 * times.length) - 1] };
}

const USAGE = `Programs a second in the sandbox beside a bare python3, in turns, the best of each.

  deno task bench:sandbox [options]

  --json                   print [{"case", "ours", "peer", "ratio"}] and nothing else
  --programs N             a turn; default 200
  --repeats N              turns; default 3
  --sandbox-fusion PATH    SandboxFusion's code, to be measured as well`;

async function main(
  values: { json: boolean; programs: string; repeats: string; "sandbox-fusion"?: string },
): Promise<void> {
  const programs = count("programs", values.programs), repeats = count("repeats", values.repeats);
  const say = values.json ? console.error : console.log;
  const fusion = values["sandbox-fusion"];
  await using stack = new AsyncDisposableStack();
  const sides: Side[] = [];
  sides.push(stack.use(await bare()));
  sides.push(stack.use(await sandbox("warm sandbox", {})));
  sides.push(stack.use(await sandbox("sandbox a job", { "a/file": "" })));
  if (fusion) sides.push(stack.use(await sandboxFusion(fusion)));
  say(
    `${availableParallelism()} processors, load ${loadavg()[0].toFixed(1)}, best of ${repeats}`,
  );

  const results: { case: string; ours: number; peer: number; ratio: number }[] = [];
  for (const level of LEVELS) {
    const turns = new Map<Side, Turn[]>(sides.map((side) => [side, []]));
    for (const side of sides) await turn(side, level, 2 * level);
    for (let i = 0; i < repeats; i++) {
      for (const side of sides) {
        turns.get(side)!.push(await turn(side, level, programs));
      }
    }
    const best = (side: Side) => turns.get(side)!.reduce((a, b) => a.rate > b.rate ? a : b);
    const yardstick = best(sides[0]);
    for (const side of sides) {
      const { rate, p99 } = best(side);
      const ratio = rate / yardstick.rate;
      say(
        `${level} at once  ${side.name.padEnd(14)} ${rate.toFixed(0).padStart(5)} programs/s   ` +
          `p99 ${p99.toFixed(0).padStart(5)} ms   ${ratio.toFixed(2)}x bare`,
      );
      if (side === sides[0]) continue;
      results.push({ case: `${side.name} ${level}`, ours: rate, peer: yardstick.rate, ratio });
    }
  }
  if (values.json) console.log(JSON.stringify(results));
}

if (import.meta.main) {
  await command(USAGE, {
    json: { type: "boolean", default: false },
    programs: { type: "string", default: "200" },
    repeats: { type: "string", default: "3" },
    "sandbox-fusion": { type: "string" },
  }, main);
}
