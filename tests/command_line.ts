/** The command line as its user runs it: a child process. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { environmentKeys } from "../trainer/config/layers.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The tasks of `deno.json`. */
export const TASKS: Record<string, { command: string }> = JSON.parse(
  Deno.readTextFileSync(join(ROOT, "deno.json")),
).tasks;

/** What a task runs, its permissions included, from whichever folder. */
function argumentsOf(task: string): string[] {
  const [, ...args] = TASKS[task].command.split(" ");
  return args.map((arg) => arg.endsWith(".ts") ? join(ROOT, arg) : arg);
}

/** Variables that would change a run; empty ones count as not set. */
const OURS = Object.keys(environmentKeys);

/** The smallest run that still warms up, refines, validates and saves: about a second besides the start. */
export const SMALL: readonly string[] = [
  fileURLToPath(new URL("../configs/quick.yaml", import.meta.url)),
  "warmup.steps=15",
  "data.train_batch_size=4",
  "data.val_max_samples=12",
  "actor_rollout_ref.actor.ppo_mini_batch_size=4",
  "actor_rollout_ref.rollout.n=4",
  "trainer.total_training_steps=8",
  "trainer.save_freq=2",
  "trainer.test_freq=4",
  "trainer.threads=1",
];

/** How a command ended. */
export interface Ended {
  code: number;
  signal: Deno.Signal | null;
  stdout: string;
  stderr: string;
}

/** How a command is started. */
export interface StartOptions {
  /** Commands to put before it. */
  before?: readonly string[];
  /** Variables beside those of this process. */
  env?: Record<string, string>;
  /** @default "train" */
  task?: string;
  /** The folder that it is started in. @default the repository's */
  cwd?: string;
}

/** A command under way. */
export class Command {
  /** What it has printed so far. */
  stdout = "";
  stderr = "";
  readonly ended: Promise<Ended>;
  readonly #child: Deno.ChildProcess;
  #wake = Promise.withResolvers<void>();
  #over = false;

  constructor(
    args: readonly string[],
    { before = [], env, task = "train", cwd = ROOT }: StartOptions = {},
  ) {
    const [program, ...rest] = [...before, Deno.execPath(), ...argumentsOf(task), ...args];
    const child = this.#child = new Deno.Command(program, {
      args: rest,
      cwd,
      env: {
        ...Object.fromEntries(OURS.map((name) => [name, ""])),
        INIT_CWD: "",
        NO_COLOR: "1",
        ...env,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const read = async (name: "stdout" | "stderr") => {
      for await (const text of child[name].pipeThrough(new TextDecoderStream())) {
        this[name] += text;
        this.#wakeUp();
      }
    };
    this.ended = (async () => {
      const [{ code, signal }] = await Promise.all([
        child.status,
        read("stdout"),
        read("stderr"),
      ]);
      this.#over = true;
      this.#wakeUp();
      return { code, signal, stdout: this.stdout, stderr: this.stderr };
    })();
  }

  /** The process's number. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Waits until it has printed this, or has ended. */
  async printed(pattern: RegExp): Promise<void> {
    while (!this.#over && !pattern.test(this.stdout)) await this.#wake.promise;
  }

  /** Waits until this holds, or the command has ended. */
  async until(condition: () => boolean): Promise<void> {
    while (!this.#over && !condition()) await sleep(1);
  }

  /** Sends a signal; one that has ended does not mind. */
  kill(signal: Deno.Signal): void {
    if (this.#over) return;
    try {
      this.#child.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // It ended meanwhile.
    }
  }

  #wakeUp(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}

/** Runs a task, `deno task train` unless said otherwise, with these arguments to its end. */
export function run(args: readonly string[], options?: StartOptions): Promise<Ended> {
  return new Command(args, options).ended;
}

/** `trainer.default_local_dir=…`. */
export const into = (folder: string): string => `trainer.default_local_dir=${folder}`;

/** Waits some milliseconds. */
export const sleep = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms));

/** A folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "emend-test-" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** The lines of a run's `metrics.jsonl`. */
export async function metricsOf(folder: string): Promise<Record<string, number | null>[]> {
  const text = await Deno.readTextFile(join(folder, "metrics.jsonl"));
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}
