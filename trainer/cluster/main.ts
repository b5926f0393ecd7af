/** `deno task cluster`: trains on a Ray cluster, as a job, and follows it. */

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { printable } from "../../terminal/printable.ts";
import { runCommand } from "../command.ts";
import { loadConfig } from "../config.ts";
import { ConfigError } from "../config/error.ts";
import { exitCode, follow } from "./follow.ts";
import { RayJobs, rayToken } from "./ray_jobs.ts";

const USAGE =
  `Trains on a Ray cluster: places a sidecar on each GPU, runs deno task train, and follows its log.

  deno task cluster --ranks 8 CONFIG.yaml [key=value ...]
  deno task cluster --follow JOB              the log again, from its beginning
  deno task cluster --stop JOB

  --address URL         Ray's dashboard                    ($RAY_API_SERVER_ADDRESS, or http://127.0.0.1:8265)
  --ranks N             sidecars, one a GPU
  --device cuda|cpu     what each computes on                                                  (cuda)
  --cpus N              CPU cores of each                                                         (1)
  --port N              the first one's port; each takes the next one                          (7450)
  --servers N           inference servers beside them                                             (0)
  --server-command TEXT how one is started; {host} and {port} are where it shall listen
  --server-gpus N       GPUs of each                                                              (1)
  --server-port N       the first one's port                                                   (8000)
  --patience SECONDS    how long Ray may take to have room for all                              (600)
  --job NAME            the job's name                                       (the run's, and the time)
  --detach              do not follow it

The cluster's token is looked for where Ray does: RAY_AUTH_TOKEN, RAY_AUTH_TOKEN_PATH, ~/.ray/auth_token. The project,
the data and the run's folder must be under the same path on every machine, with deno on the PATH; variables such as
DATA_DIR stay here, so name files and settings. Ctrl-C ends the
following, not the job. The exit code is the job's: 0, the trainer's own, or 130 where it was stopped. See docs/scale.md.
`;

const NUMBERS = ["ranks", "cpus", "port", "servers", "server-gpus", "server-port", "patience"];

function readOptions(args: string[]) {
  const text = { type: "string" } as const, flag = { type: "boolean" } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(NUMBERS.map((name) => [name, text])),
      address: text,
      device: { type: "string", default: "cuda" },
      "server-command": text,
      job: text,
      follow: text,
      stop: text,
      detach: flag,
      help: { type: "boolean", short: "h" },
    },
  });
  const { detach, help, ...texts } = values;
  return { values: texts as Record<string, string | undefined>, detach, help, positionals };
}

/** The command line of the job, and the run's name. Everything is checked here that can be: a job would say it later. */
function jobOf({ values, positionals }: ReturnType<typeof readOptions>) {
  if (!values.ranks) throw new ConfigError(["Say how many GPUs shall train: --ranks 8"]);
  if (values.device !== "cuda" && values.device !== "cpu") {
    throw new ConfigError([`Cannot compute on "${values.device}": give --device cuda or cpu`]);
  }
  if (values.servers && !values["server-command"]) {
    throw new ConfigError([
      "Say how a server is started: --server-command 'vllm serve ... --port {port}'",
    ]);
  }
  for (const name of NUMBERS) {
    const value = values[name];
    if (value !== undefined && !(/^\d+(\.\d+)?$/.test(value))) {
      throw new ConfigError([`--${name} is a number, not "${value}"`]);
    }
  }
  const overrides = positionals.filter((one) => one.includes("="));
  const files = positionals.filter((one) => !one.includes("=")).map((file) => resolve(file));
  if (overrides.some((one) => one.startsWith("trainer.device="))) {
    throw new ConfigError([
      "trainer.device is set by Ray's placement: leave it out, and say --ranks",
    ]);
  }
  // Endpoints are known when servers have been placed; any one stands for them until then.
  const placed = values.servers
    ? ["actor_rollout_ref.rollout.server.endpoints=[http://placed.later:8000]"]
    : [];
  const config = loadConfig({ files, env: {}, overrides: [...overrides, ...placed] });
  const passed = [...NUMBERS, "device", "server-command"].flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  const driver = fileURLToPath(new URL("driver.py", import.meta.url));
  const command = ["python3", "-u", driver, ...passed, "--", ...files, ...overrides];
  return { name: config.trainer.experiment_name, entrypoint: command.map(quoted).join(" ") };
}

/** A word for a shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

async function main(args: string[]): Promise<number> {
  const options = readOptions(args), { values } = options;
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const env = Deno.env.toObject();
  const address = values.address ?? env.RAY_API_SERVER_ADDRESS ?? "http://127.0.0.1:8265";
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) {
    throw new ConfigError([`"${address}" is no address of Ray's dashboard: give http://HOST:8265`]);
  }
  const jobs = new RayJobs(address, rayToken(env));
  if (values.stop) {
    await jobs.stop(values.stop);
    console.log(`Ray was asked to stop ${values.stop}`);
    return 0;
  }
  if (values.follow) return await followed(jobs, values.follow);
  const { name, entrypoint } = jobOf(options);
  const id = values.job ??
    `${name}-${new Date().toISOString().replaceAll(/[:.]/g, "-").slice(0, 19)}`;
  await jobs.submit({
    entrypoint,
    submission_id: id,
    // The trainer finishes its step and saves when it is asked to end; Ray's own three seconds are too few. What one
    // sidecar says is not to be taken for what another has said.
    runtime_env: { env_vars: { RAY_JOB_STOP_WAIT_TIME_S: "600", RAY_DEDUP_LOGS: "0" } },
    metadata: { emend: name },
  });
  console.log(`Submitted ${id} to ${address}`);
  return options.detach ? 0 : await followed(jobs, id);
}

async function followed(jobs: RayJobs, id: string): Promise<number> {
  const left = new AbortController();
  const leave = () => left.abort();
  Deno.addSignalListener("SIGINT", leave);
  const encoder = new TextEncoder();
  const job = await follow(jobs, id, {
    write: (text) => Deno.stdout.writeSync(encoder.encode(printable(text))),
    warn: (text) => console.error(printable(`Warning: ${text}`)),
    signal: left.signal,
  });
  Deno.removeSignalListener("SIGINT", leave);
  if (!job) {
    console.error(`\n${id} goes on. Its log again: --follow ${id}; its end: --stop ${id}`);
    return 130;
  }
  if (job.status !== "SUCCEEDED") {
    console.error(printable(`${id}: ${job.status}${job.message ? `. ${job.message.trim()}` : ""}`));
  }
  return exitCode(job);
}

if (import.meta.main) await runCommand(main);
