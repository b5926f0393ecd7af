/** `deno task sandbox`: starts the server. */

import { availableParallelism } from "node:os";
import { DatasetFolder } from "../datasets/folder.ts";
import { LocalSandbox } from "../local.ts";
import { printableLine } from "../../terminal/printable.ts";
import { createApp } from "../server/app.ts";
import { listen } from "../server/serve.ts";
import { argumentsOf, wholeNumber } from "./arguments.ts";

const USAGE = `Runs programs that nobody trusts, for whoever asks over HTTP (SandboxFusion's API).

  deno task sandbox [options]                          the server
  deno task sandbox run FILE [--stdin F]               one program
  deno task sandbox judge --problem P.json --solution S.py   all tests of a problem
  deno task sandbox critique --help                          the same, then a critic, a revision, the tests again

Options of the server:
  --host HOST         address to listen on; beyond loopback only with --token (127.0.0.1)
  --port PORT         0 takes a free one (8080)
  --concurrency N     requests at work at once (this machine's processors)
  --memory-mb MB      memory of a program whose request does not say (1024)
  --token SECRET      callers must send Authorization: Bearer SECRET ($SANDBOX_TOKEN)
  --datasets FOLDER   serves each NAME.jsonl in it as the data set NAME (none)
  --unsafe            runs without isolation where nothing isolates
  --help

Ctrl-C answers what is under way and stops; a second Ctrl-C stops at once.
`;

/** Serves until it is asked to stop; the exit code. */
export async function serveMain(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(args, {
    host: { type: "string" },
    port: { type: "string" },
    concurrency: { type: "string" },
    "memory-mb": { type: "string" },
    token: { type: "string" },
    datasets: { type: "string" },
    unsafe: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (positionals.length > 0) {
    throw new Error(
      `Unknown command ${JSON.stringify(positionals[0])}: there are run, judge and critique`,
    );
  }
  const port = wholeNumber("port", values.port, 8080, [0, 65535]);
  const concurrency = wholeNumber(
    "concurrency",
    values.concurrency,
    availableParallelism(),
    [1, 1024],
  );
  const memoryMB = wholeNumber("memory-mb", values["memory-mb"], 1024, [16, 1 << 20]);
  const token = values.token ?? Deno.env.get("SANDBOX_TOKEN");
  if (token === "") throw new Error("--token takes a secret; got an empty one");
  const datasets = new DatasetFolder(values.datasets ?? null);
  await checkFolder(datasets, values.datasets);

  await using sandbox = await LocalSandbox.create({
    concurrency,
    memoryMB,
    unsafe: values.unsafe,
  });
  const app = createApp({ sandbox, concurrency, datasets, token });
  await using server = listen(app, { host: values.host ?? "127.0.0.1", port, token });

  const { name, covers, gaps } = sandbox.isolation;
  console.log(`Sandbox at ${server.endpoint}, ${concurrency} at once, ${memoryMB} MB each`);
  console.log(`Isolation: ${name}. ${printableLine(covers)}`);
  for (const gap of gaps) console.log(`  not covered: ${printableLine(gap)}`);
  await stopRequested();
  console.log("Stopping when what is under way is answered; Ctrl-C again stops at once");
  return 0;
}

async function checkFolder(datasets: DatasetFolder, path: string | undefined): Promise<void> {
  try {
    await datasets.names();
  } catch (error) {
    throw new Error(`Cannot serve the data sets in ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function stopRequested(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = () => {
      if (asked) Deno.exit(130);
      asked = true;
      resolve();
    };
    Deno.addSignalListener("SIGINT", stop);
    Deno.addSignalListener("SIGTERM", stop);
  });
}
