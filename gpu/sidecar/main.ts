/** `deno task gpu`: a sidecar, which computes for a run in another process. */

import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { cudaProvider } from "../cuda/provider.ts";
import { LocalDevice } from "../local_device.ts";
import { ort } from "../ort/mod.ts";
import { parseAddress } from "./address.ts";
import { listen, type ListenOptions } from "./listen.ts";
import { isCuda } from "./open.ts";
import { EMEND } from "./protocol.ts";
import { serve } from "./server.ts";

const USAGE = `Computes for runs in other processes, on one device.

  deno task gpu                                    the CPU, at a socket in your own folder
  deno task gpu --device cuda:0 --socket ./gpu0.sock the first GPU
  deno task gpu --listen 127.0.0.1:7450            at a TCP port; clients must know the token

  --device      cpu, or cuda: and the GPU's number                                   (cpu)
  --socket      path of a Unix socket, which only you can open
  --listen      HOST:PORT; what is sent is not encrypted: use it on a network that is yours alone
  --token-file  holds the token; without it, EMEND_GPU_TOKEN does
  --threads     CPU threads; 0: all cores                                            (0)
  --check       make the device, say what it is, and stop

Train there: deno task train trainer.device=./gpu0.sock
`;

interface Options {
  device: string;
  threads: number;
  where: ListenOptions;
  token: string | undefined;
  /** The parent's end of standard input closes when the parent ends. */
  child: boolean;
  check: boolean;
}

function readOptions(args: string[]): Options | null {
  const { values } = parseArgs({
    args,
    options: {
      device: { type: "string", default: "cpu" },
      socket: { type: "string" },
      listen: { type: "string" },
      "token-file": { type: "string" },
      threads: { type: "string", default: "0" },
      child: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const { device, socket, listen, child, check } = values;
  if (device !== "cpu" && !isCuda(device)) {
    throw new Error(`Cannot compute on "${device}". Give --device cpu, or cuda: and a number`);
  }
  const threads = Number(values.threads);
  if (!Number.isInteger(threads) || threads < 0) {
    throw new Error(`Cannot use --threads ${values.threads}: give a whole number from 0`);
  }
  if (socket !== undefined && listen !== undefined) {
    throw new Error("Give --socket or --listen, not both");
  }
  const file = values["token-file"];
  const token = file ? Deno.readTextFileSync(file).trim() : Deno.env.get("EMEND_GPU_TOKEN");
  const where: ListenOptions = listen === undefined
    ? { transport: "unix", path: socket ?? defaultSocket(device) }
    : parseAddress(listen);
  if (where.transport === "tcp" && !token) {
    throw new Error(
      "A TCP port is open to everyone who can reach it: set EMEND_GPU_TOKEN or --token-file",
    );
  }
  return { device, threads, where, child, check, token: token || undefined };
}

/** In a folder of the user's own: elsewhere someone else could have made it first. */
function defaultSocket(device: string): string {
  const { XDG_RUNTIME_DIR, HOME } = Deno.env.toObject();
  const path = join(
    XDG_RUNTIME_DIR || join(HOME, ".cache"),
    "emend",
    `${device.replace(":", "")}.sock`,
  );
  Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return path;
}

/** A child ends with its parent and not before: a polite end reaches both, and the parent still finishes its step. */
async function endsWithParent(): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => {});
  for await (const _ of Deno.stdin.readable);
  Deno.exit(0);
}

/** MPI cannot be begun twice in a process, and a collective that lost a rank may never end. */
function disbanded(): never {
  console.log(
    "The group that this sidecar was a rank of has ended, and so does it. Start it again for another",
  );
  Deno.exit(0);
}

async function main(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (options === null) return console.log(USAGE);
  if (options.child) endsWithParent();
  const { device: name, threads, where, token } = options;
  const provider = name === "cpu" ? undefined : cudaProvider(Number(name.split(":")[1]));
  const device = new LocalDevice({ threads, provider });
  const { version, path } = ort().library;
  const what = `${name}, ONNX Runtime ${version} (${path}), Emend ${EMEND}, process ${Deno.pid}`;
  if (options.check) return console.log(what);
  const { listener, address } = await listen(where);
  console.log(`${address} is ready: ${what}`);
  await serve(listener, device, { token, say: console.error, disbanded });
}

try {
  await main(Deno.args);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  if (Deno.env.get("EMEND_DEBUG")) console.error(error);
  Deno.exit(1);
}
