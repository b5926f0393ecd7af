/** A sidecar as a child of this process: it ends with it, however that ends. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LIBRARY_FOLDERS } from "../cuda/libraries.ts";
import { DeviceLost } from "../device.ts";
import { SidecarDevice } from "./client.ts";
import { connect } from "./connect.ts";

/** What a child shall be. */
export interface LaunchOptions {
  /** What computes: `cpu`, or `cuda:` and a number. */
  device: string;
  /** Threads within an operator; 0 means all cores. */
  threads: number;
}

/** Starting loads a library and takes a GPU: some seconds at most. */
const PATIENCE = 60_000;
/** What is kept of the child's last words. */
const LAST_WORDS = 4096;

/**
 * Starts a sidecar.
 *
 * @returns its device; disposing of it ends the sidecar
 * @throws an error with the child's own words, where it does not come up; {@linkcode DeviceLost} where it was killed
 */
export async function launchSidecar(options: LaunchOptions): Promise<SidecarDevice> {
  if (Deno.build.os === "windows") {
    throw new Error(
      "A sidecar cannot be started from here on Windows. Start `deno task gpu --listen 127.0.0.1:PORT` and name its address",
    );
  }
  const folder = await Deno.makeTempDir({ prefix: "emend-gpu-" }); // Nobody else may enter it.
  const path = join(folder, "socket");
  const child = new Deno.Command(await deno(), {
    args: [...ARGUMENTS, MAIN, "--child", `--device=${options.device}`, `--socket=${path}`].concat(
      `--threads=${options.threads}`,
    ),
    ...linkerFree(Deno.env.toObject()),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const words = lastWords(child.stderr);
  const explain = async () => {
    const { code, signal } = await within(2000, child.status) ?? {};
    if (signal) return `killed by ${signal}`;
    return code === undefined ? undefined : `ended with code ${code}: ${await words}`;
  };
  const name = `The sidecar (process ${child.pid})`;
  try {
    if (!await ready(child.stdout)) throw new Error("it never said that it was ready");
    const connection = await connect({ transport: "unix", path }, { name, explain });
    return new ChildDevice(connection, child);
  } catch (cause) {
    const why = await explain() ?? (cause instanceof Error ? cause.message : String(cause));
    const status = await within(0, child.status);
    end(child);
    // One that was killed may be started again; one that ended by itself would end again.
    if (status?.signal) throw new DeviceLost(`${name} was lost: ${why}`, { cause });
    throw new Error(`${name} did not start: ${why}`, { cause });
  } finally {
    // Both ends have the socket open; its name is needed no more.
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * The environment without what steers the dynamic linker (`LD_LIBRARY_PATH`, which CUDA's containers set): Deno hands
 * that on only where every program may be run. Its folders go by {@linkcode LIBRARY_FOLDERS}.
 */
export function linkerFree(
  env: Record<string, string>,
): { env: Record<string, string>; clearEnv: true } {
  const kept = Object.entries(env).filter(([name]) => !/^(LD|DYLD)_/.test(name));
  const folders = env.LD_LIBRARY_PATH ?? env[LIBRARY_FOLDERS];
  return {
    env: Object.fromEntries(folders ? [...kept, [LIBRARY_FOLDERS, folders]] : kept),
    clearEnv: true,
  };
}

class ChildDevice extends SidecarDevice {
  constructor(
    connection: ConstructorParameters<typeof SidecarDevice>[0],
    readonly child: Deno.ChildProcess,
  ) {
    super(connection);
    child.unref();
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    end(this.child);
  }
}

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

/** The permissions of `deno task gpu`. */
const ARGUMENTS = [
  "run",
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-net",
  "--allow-ffi",
];

/** This Deno by its path, or by its name where only that may be run (`--allow-run=deno`). */
async function deno(): Promise<string> {
  for (const command of [Deno.execPath(), "deno"]) {
    const { state } = await Deno.permissions.query({ name: "run", command });
    if (state === "granted") return command;
  }
  throw new Error(
    "Starting a sidecar takes the permission to start Deno, which `deno task train:gpu` has. Or start `deno task gpu` " +
      "yourself, and set trainer.device to its address",
  );
}

function end(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL"); // It holds nothing that would be lost.
  } catch {
    // It has ended.
  }
}

/** Waits for the line that says that the sidecar listens. */
async function ready(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<boolean> {
  const reader = stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const heard = async () => {
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) return false;
      text += value;
    }
    return true;
  };
  const there = await within(PATIENCE, heard());
  reader.cancel();
  return there ?? false;
}

async function lastWords(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = "";
  for await (const part of stderr.pipeThrough(new TextDecoderStream())) {
    text = (text + part).slice(-LAST_WORDS);
  }
  return text.trim();
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), milliseconds);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
