/**
 * One running sandbox, with the program of {@linkcode insideCommand} at the other end of two pipes. It does one thing
 * at a time.
 */

import type { Launch } from "./launch.ts";
import { Replies } from "./replies.ts";
import { programUser } from "./user.ts";

/** What a job may use. */
export interface Limits {
  /** On the wall's clock; the whole process tree is gone after them. */
  seconds: number;
  /** Processor seconds of each process. */
  cpu: number;
  /** Address space of each process in bytes; 0 for none. */
  space: number;
  /** Memory of all processes together in bytes, looked at 20 times a second; 0 for no look. */
  memory: number;
  /** Bytes that each output stream keeps. */
  output: number;
  /** Processes and threads. */
  processes: number;
  /** Bytes of one file. */
  fileBytes: number;
  /** Open files. */
  open: number;
}

/** A job for a slot. */
export interface Job extends Limits {
  /** The command to run; null for a Python program in the interpreter that is there already. */
  argv: string[] | null;
  /** That Python program. */
  code: string;
  /** The name of its file, for tracebacks. */
  file: string;
  /** Added to the sandbox's environment. */
  environment: Record<string, string>;
  /** All of standard input; null to send it while the job runs. */
  stdin: string | null;
  /** Whether it may start processes. */
  processesAllowed: boolean;
  /** Whether the slot shall be wiped for a next job. */
  again: boolean;
}

/** What became of a job. */
export interface Outcome {
  /** On the wall's clock. */
  seconds: number;
  /** Of the processor. */
  cpu: number;
  /** Exit code, or minus the signal; null when it was killed for a reason. */
  status: number | null;
  /** Why it was killed. */
  reason: null | "time" | "memory" | "files" | "disk" | "output" | "asked";
  /** Streams (`o` and `e`) that were cut. */
  cut: string[];
}

/** Receives what a job prints. */
export type Listener = (stream: "o" | "e", bytes: Uint8Array) => void;

/** Time to start or to wipe, on a machine that is very busy. */
const PATIENCE_SECONDS = 30;

const encoder = new TextEncoder();

/** A fault of the sandbox itself, not of the program in it. */
export class SlotError extends Error {
  override name = "SlotError";
}

/** See the head of this file. */
export class Slot implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #replies: Replies;
  readonly #complaint: Promise<string>;
  readonly #ends: Deno.Signal;
  /** The folder that jobs run in, as they see it. */
  readonly work: string;
  /** Jobs that it has run. */
  jobs = 0;

  private constructor(process: Deno.ChildProcess, { work, ends }: Launch) {
    this.#process = process;
    this.#requests = process.stdin.getWriter();
    this.#replies = new Replies(process.stdout);
    this.#complaint = new Response(process.stderr).text();
    this.work = work;
    this.#ends = ends;
  }

  /**
   * Starts one and waits until it answers.
   *
   * @throws SlotError with what the command said
   */
  static async start(launch: Launch): Promise<Slot> {
    const [program, ...args] = launch.command;
    const slot = new Slot(
      new Deno.Command(program, {
        args,
        cwd: "/",
        clearEnv: true,
        env: ENVIRONMENT,
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
        ...programUser(),
      }).spawn(),
      launch,
    );
    try {
      await slot.#soon(() => slot.#expect("k"));
    } catch (error) {
      await slot[Symbol.asyncDispose]();
      throw error;
    }
    return slot;
  }

  /** Writes a file into the working folder. */
  async put(path: string, content: Uint8Array): Promise<void> {
    await this.#ask("P", { path }, [content]);
    await this.#expect("k");
  }

  /**
   * Reads a file from the working folder.
   *
   * @returns its bytes, or why there are none
   */
  async get(path: string, most: number): Promise<Uint8Array | string> {
    await this.#ask("G", { path, most }, []);
    const { kind, content } = await this.#next();
    return kind === "f" ? content.slice() : new TextDecoder().decode(content);
  }

  /** Runs a job. The slot is ready for the next request only after {@linkcode settled}. */
  async run(job: Job, listener: Listener): Promise<Outcome> {
    this.jobs++;
    const { code, stdin, file, processesAllowed, ...rest } = job;
    const main = `${this.work}/${file}`;
    const parts = [code, stdin ?? ""].map((text) => encoder.encode(text));
    const guard = processesAllowed ? "family" : job.argv ? "command" : "python";
    const live = stdin === null;
    await this.#ask("R", { ...rest, main, code: parts[0].length, guard, live }, parts);
    while (true) {
      const { kind, content } = await this.#next();
      if (kind === "o" || kind === "e") listener(kind, content.slice());
      else if (kind === "x") return JSON.parse(new TextDecoder().decode(content));
      else throw new SlotError(`Cannot understand the sandbox's answer ${JSON.stringify(kind)}`);
    }
  }

  /** After a job: whether the slot is clean again. If not, it has ended. */
  async settled(): Promise<boolean> {
    try {
      await this.#soon(() => this.#expect("k"));
      return true;
    } catch {
      return false;
    }
  }

  /** Sends input to a job that takes it live, 64 KiB at most. */
  async feed(bytes: Uint8Array): Promise<void> {
    await this.#ask("I", null, [bytes]);
  }

  /** Asks for the end of a job that takes live input. */
  async interrupt(): Promise<void> {
    await this.#ask("K", null, []);
  }

  async #ask(kind: string, head: unknown, body: Uint8Array[]): Promise<void> {
    const json = head === null ? new Uint8Array() : encoder.encode(JSON.stringify(head));
    const length = body.reduce((sum, part) => sum + part.length, 0);
    const frame = new Uint8Array(9 + json.length + length);
    const view = new DataView(frame.buffer);
    view.setUint8(0, kind.charCodeAt(0));
    view.setUint32(1, json.length);
    view.setUint32(5, length);
    let at = 9;
    for (const part of [json, ...body]) {
      frame.set(part, at);
      at += part.length;
    }
    try {
      await this.#requests.write(frame);
    } catch {
      throw await this.#fault();
    }
  }

  async #next() {
    const reply = await this.#replies.next();
    if (reply === null) throw await this.#fault();
    return reply;
  }

  async #expect(wanted: string): Promise<void> {
    const { kind } = await this.#next();
    if (kind !== wanted) throw new SlotError(`Cannot go on: the sandbox answered ${kind}`);
  }

  /** Kills the slot when what takes milliseconds takes very long. */
  async #soon<T>(action: () => Promise<T>): Promise<T> {
    const overdue = setTimeout(() => this.kill(), 1000 * PATIENCE_SECONDS);
    try {
      return await action();
    } finally {
      clearTimeout(overdue);
    }
  }

  async #fault(): Promise<SlotError> {
    this.kill();
    const said = (await this.#complaint).trim().split("\n").at(-1);
    return new SlotError(`The sandbox ended unexpectedly: ${said || "it said nothing"}`);
  }

  /** Kills everything in it at once. */
  kill(): void {
    try {
      this.#process.kill(this.#ends);
    } catch {
      // It has ended already.
    }
  }

  /** Kills it and waits until nothing of it is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.#requests.close().catch(() => {});
    await Promise.all([this.#process.status, this.#replies.drain(), this.#complaint]);
  }
}

const ENVIRONMENT = {
  PATH: "/usr/local/bin:/usr/bin:/bin",
  LANG: "C.UTF-8",
  USER: "nobody",
  LOGNAME: "nobody",
  // Numeric libraries start a thread a core otherwise, each with its own arena.
  OMP_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
};
