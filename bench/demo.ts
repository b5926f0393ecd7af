/**
 * The demonstration: on the built-in problems, does Critique-GRPO learn from critiques what GRPO cannot explore?
 */

import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { ort } from "../gpu/ort/mod.ts";
import { standard } from "../trainer/run/output.ts";
import { createReporter, type Reporter } from "../trainer/run/progress.ts";
import { duration, percent } from "../trainer/run/quantity.ts";
import { command, count } from "./command.ts";
import { ends } from "./demo/curve.ts";
import { comparison, CRITIQUE_GRPO, GRPO, report, ROW } from "./demo/report.ts";
import type { Method, Run, SeedEvent, SeedOptions } from "./demo/runs.ts";
import { bestGrpo, critiqueGrpo, describeSearch, searched, searchOf } from "./demo/search.ts";
import { svg } from "./demo/svg.ts";

/** Fixed before any of them was run; nothing was tuned on them. */
const SEEDS = [201, 202, 203, 204, 205];
const TUNING_SEEDS = [3, 4];
const RESULTS = join(import.meta.dirname!, "results");

const row: Method = { name: ROW, overrides: ["actor_rollout_ref.actor.off_policy_weight=row"] };

interface Outcome {
  runs: Run[];
  warmupSeconds: Map<number, number>;
}

/** Runs the methods with every seed, some seeds side by side. */
async function runAll(
  seeds: readonly number[],
  methods: Method[],
  steps: number | null,
  jobs: number,
  reporter: Reporter,
): Promise<Outcome> {
  const folder = await Deno.makeTempDir({ prefix: "emend-demo-" });
  const outcome: Outcome = { runs: [], warmupSeconds: new Map() };
  const waiting = [...seeds];
  using phase = reporter.phase("runs", seeds.length * methods.length, "runs");
  const worker = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      await inThread({ seed, steps, methods, folder: join(folder, String(seed)) }, (event) => {
        if ("method" in event) {
          outcome.runs.push(event);
          phase.advance();
          reporter.note(describeRun(event));
        } else {
          outcome.warmupSeconds.set(event.seed, event.warmupSeconds);
          reporter.note(`seed ${event.seed}  warm-up  ${duration(event.warmupSeconds)}`);
        }
      });
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, worker));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  outcome.runs.sort((a, b) => a.seed - b.seed); // each seed's stay in the methods' order
  return outcome;
}

/** {@linkcode runSeed} in a thread of its own. */
async function inThread(options: SeedOptions, tell: (event: SeedEvent) => void): Promise<void> {
  const worker = new Worker(new URL("./demo/worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  worker.onmessage = ({ data }: MessageEvent<SeedEvent | null>) => data ? tell(data) : resolve();
  worker.onerror = (error) => {
    error.preventDefault();
    reject(new Error(`Seed ${options.seed}: ${error.message}`));
  };
  worker.postMessage(options);
  try {
    await promise;
  } finally {
    worker.terminate();
  }
}

function describeRun(run: Run): string {
  const { first, last } = ends(run);
  return `seed ${run.seed}  ${run.method}  ${percent(first.passAt1)} -> ${
    percent(last.passAt1)
  }  ` +
    `(levels ${last.levels.map(percent).join(", ")})  ${last.step} steps, ` +
    `${last.tokens} tokens, ${duration(last.seconds)}`;
}

function machine(jobs: number): string[] {
  return [
    `${availableParallelism()} cores (${cpus()[0].model}), load ${
      loadavg()[0].toFixed(1)
    } at the end; ` +
    `${jobs} seeds side by side`,
    `Deno ${Deno.version.deno}, ONNX Runtime ${ort().library.version}`,
  ];
}

const USAGE =
  `On the built-in problems, does Critique-GRPO learn from critiques what GRPO cannot explore?

  deno task bench:demo [options]       the comparison
  deno task bench:demo --search        GRPO's best settings, on other seeds

  --seeds N,N    default ${SEEDS.join(",")}; with --search ${TUNING_SEEDS.join(",")}
  --steps N      of Critique-GRPO; default: as configs/quick.yaml says
  --jobs N       seeds side by side; default ${availableParallelism()}
  --json         print [{"case", "ours", "peer", "ratio"}] and nothing else

Writes bench/results/demo.md and demo.svg, or demo_search.json, unless --seeds or --steps make it a trial.`;

interface Options {
  seeds?: string;
  steps?: string;
  jobs: string;
  search: boolean;
  json: boolean;
}

function seedsOf({ seeds, search }: Options): number[] {
  if (seeds === undefined) return search ? TUNING_SEEDS : SEEDS;
  const numbers = seeds.split(",").map(Number);
  if (seeds.trim() !== "" && numbers.every((n) => Number.isInteger(n) && n >= 0)) return numbers;
  throw new Error(`Cannot use --seeds=${seeds}: they must be whole numbers, such as 201,202`);
}

async function main(values: Options): Promise<void> {
  const steps = values.steps === undefined ? null : count("steps", values.steps);
  const seeds = seedsOf(values), jobs = count("jobs", values.jobs);
  const trial = values.seeds !== undefined || values.steps !== undefined;
  using reporter = createReporter(values.json ? { stdout: standard("stderr") } : {});
  await Deno.mkdir(RESULTS, { recursive: true });
  const searchFile = join(RESULTS, "demo_search.json");

  if (values.search) {
    const { runs } = await runAll(seeds, searched, steps, jobs, reporter);
    const search = searchOf(runs);
    reporter.note(describeSearch(search));
    if (!trial) await Deno.writeTextFile(searchFile, JSON.stringify(search, null, 2) + "\n");
  } else {
    const search = JSON.parse(
      await Deno.readTextFile(searchFile).catch((error) => {
        throw new Error(`${error.message}. Run deno task bench:demo --search first`);
      }),
    );
    const methods = [critiqueGrpo, bestGrpo(search), row];
    const { runs, warmupSeconds } = await runAll(seeds, methods, steps, jobs, reporter);
    const text = report(runs, {
      command: ["deno task bench:demo", ...Deno.args].join(" "),
      machine: machine(jobs),
      warmupSeconds,
      search: describeSearch(search),
    });
    if (values.json) console.log(JSON.stringify(comparison(runs)));
    else reporter.note(text);
    if (!trial) {
      await Deno.writeTextFile(join(RESULTS, "demo.md"), text);
      const order = [CRITIQUE_GRPO, GRPO, ROW];
      await Deno.writeTextFile(join(RESULTS, "demo.svg"), svg(runs, order));
    }
  }
}

if (import.meta.main) {
  await command(USAGE, {
    seeds: { type: "string" },
    steps: { type: "string" },
    jobs: { type: "string", default: String(availableParallelism()) },
    search: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  }, main);
}
