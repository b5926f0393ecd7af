/** A sandbox on this machine. */

import { Buffer } from "node:buffer";
import { availableParallelism } from "node:os";
import {
  type CommandRunResult,
  type Conversation,
  type LocalConversations,
  type RunCodeInput,
  type RunCodeRequest,
  runCodeRequestSchema,
  type RunCodeResponse,
  type Sandbox,
} from "./api.ts";
import { Gate } from "./gate.ts";
import { LiveConversation } from "./isolation/conversation.ts";
import type { Isolation } from "./isolation/isolation.ts";
import { limitsOf } from "./isolation/limits.ts";
import { Pool } from "./isolation/pool.ts";
import { findIsolation, type IsolationName } from "./isolation/probe.ts";
import { type Job, Slot, SlotError } from "./isolation/slot.ts";
import { explanation, Transcript } from "./isolation/transcript.ts";
import { fitsWarm, type Plan, planOf } from "./plan.ts";

/** How a {@linkcode LocalSandbox} works. */
export interface LocalSandboxOptions {
  /** Programs at once; further ones wait in line, outside of any limit. @default the machine's processors */
  concurrency?: number;
  /** Memory of a program, unless its request says less or more. @default 1024 */
  memoryMB?: number;
  /** Bytes kept of each output stream. @default 1 MiB */
  outputBytes?: number;
  /** Whether to run without isolation where nothing isolates. @default false */
  unsafe?: boolean;
  /** Uses this isolation and no other. @default the first that works */
  isolation?: IsolationName;
}

/** Bytes of a file that is fetched. */
const FETCHED_BYTES = 16 << 20;
/** Seconds that starting a job and ending its processes may take at most, on top of its own. */
const GRACE_SECONDS = 30;

/** See {@linkcode LocalSandbox.create}. */
export class LocalSandbox implements Sandbox, LocalConversations {
  /** What isolates programs here. */
  readonly isolation: Isolation;
  readonly #gate: Gate;
  readonly #warm: Pool;
  readonly #memoryMB: number;
  readonly #outputBytes: number;

  private constructor(isolation: Isolation, options: LocalSandboxOptions) {
    const concurrency = options.concurrency ?? availableParallelism();
    this.isolation = isolation;
    this.#gate = new Gate(concurrency);
    this.#warm = new Pool(() => isolation.launch({ proc: false, binds: [] }), concurrency);
    this.#memoryMB = options.memoryMB ?? 1024;
    this.#outputBytes = options.outputBytes ?? 1 << 20;
  }

  /**
   * Finds out, by running a program, what can isolate programs on this machine.
   *
   * @throws an Error when nothing can, and `unsafe` was not asked for
   */
  static async create(options: LocalSandboxOptions = {}): Promise<LocalSandbox> {
    return new LocalSandbox(await findIsolation(options), options);
  }

  /**
   * Runs a program.
   *
   * @throws BadRequest for what can never run; a ZodError when the request is not one; the signal's reason
   */
  async runCode(input: RunCodeInput, signal?: AbortSignal): Promise<RunCodeResponse> {
    const request = runCodeRequestSchema.parse(input);
    const plan = await planOf(request);
    using _place = await this.#gate.enter(signal);
    try {
      const warm = this.isolation.reusable && fitsWarm(plan, request);
      return warm
        ? await this.#runWarm(plan, request, signal)
        : await this.#runAlone(plan, request, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof SlotError)) throw error;
      return { ...NOTHING, status: "SandboxError", message: error.message };
    }
  }

  /**
   * Starts a program that is talked to.
   *
   * @throws as {@linkcode runCode}; an Error when it does not compile
   */
  async start(input: RunCodeInput, signal?: AbortSignal): Promise<Conversation> {
    const request = runCodeRequestSchema.parse(input);
    const plan = await planOf(request);
    const place = await this.#gate.enter(signal);
    const warm = this.isolation.reusable && fitsWarm(plan, request);
    let slot: Slot | undefined;
    const leave = async (clean: boolean) => {
      signal?.removeEventListener("abort", kill);
      if (slot && warm) clean ? this.#warm.give(slot) : this.#warm.discard(slot);
      else await slot?.[Symbol.asyncDispose]();
      place[Symbol.dispose]();
    };
    const kill = () => slot?.kill();
    try {
      slot = warm ? await this.#warm.take() : await this.#startAlone(plan, signal);
      signal?.addEventListener("abort", kill, { once: true });
      await this.#prepare(slot, plan);
      const compiled = plan.compile && await this.#compile(slot, plan, request, signal);
      if (compiled && failed(compiled.result)) {
        throw new Error(`Cannot start the program: it does not compile: ${compiled.result.stderr}`);
      }
      const job = this.#job(plan, request, { argv: plan.run, stdin: null, again: warm });
      return new LiveConversation(slot, job, leave);
    } catch (error) {
      await leave(false);
      signal?.throwIfAborted();
      throw error;
    }
  }

  /** In a sandbox that serves others before and after. */
  async #runWarm(plan: Plan, request: RunCodeRequest, signal?: AbortSignal) {
    const slot = await this.#warm.take();
    try {
      const job = this.#job(plan, request, { argv: null, stdin: request.stdin ?? "", again: true });
      const ran = await runIn(slot, job, signal);
      this.#warm.give(slot);
      return answer(null, ran);
    } catch (error) {
      this.#warm.discard(slot);
      throw error;
    }
  }

  /** In a sandbox that is ended afterwards. */
  async #runAlone(plan: Plan, request: RunCodeRequest, signal?: AbortSignal) {
    await using slot = await this.#startAlone(plan, signal);
    await this.#prepare(slot, plan);
    const compiled = plan.compile && await this.#compile(slot, plan, request, signal);
    if (compiled && failed(compiled.result)) return answer(compiled, null);
    const job = this.#job(plan, request, {
      argv: plan.run,
      stdin: request.stdin ?? "",
      again: false,
    });
    const ran = await runIn(slot, job, signal);
    if (!await slot.settled()) throw new SlotError("The sandbox ended after the program");
    return await this.#fetch(slot, request, answer(compiled, ran));
  }

  async #startAlone({ toolchain }: Plan, signal?: AbortSignal): Promise<Slot> {
    signal?.throwIfAborted();
    const { binds = [] } = toolchain;
    return await Slot.start(await this.isolation.launch({ proc: true, binds }));
  }

  async #prepare(slot: Slot, plan: Plan): Promise<void> {
    for (const { path, content } of plan.files) await slot.put(path, content);
  }

  async #compile(slot: Slot, plan: Plan, request: RunCodeRequest, signal?: AbortSignal) {
    const job = this.#job(plan, request, { argv: plan.compile, stdin: "", again: false });
    const limits = {
      seconds: request.compile_timeout,
      cpu: 8 * Math.ceil(request.compile_timeout),
    };
    // A compiler is not what the memory limit is about, and some reserve much.
    const ran = await runIn(
      slot,
      { ...job, ...limits, space: 0, processesAllowed: true },
      signal,
    );
    if (!await slot.settled()) throw new SlotError("The sandbox ended after the compiler");
    return ran;
  }

  async #fetch(slot: Slot, { fetch_files }: RunCodeRequest, answer: RunCodeResponse) {
    const refused: string[] = [];
    for (const path of fetch_files) {
      const content = await slot.get(path, FETCHED_BYTES);
      if (typeof content === "string") {
        refused.push(`cannot fetch ${JSON.stringify(path)}: ${content}`);
      } else answer.files[path] = Buffer.from(content).toString("base64");
    }
    answer.message = [answer.message, ...refused].filter(Boolean).join("; ");
    return answer;
  }

  #job(plan: Plan, request: RunCodeRequest, how: Pick<Job, "argv" | "stdin" | "again">): Job {
    const { language, toolchain, file } = plan;
    return {
      ...limitsOf({
        seconds: request.run_timeout,
        memoryMB: request.memory_limit_MB > 0 ? request.memory_limit_MB : this.#memoryMB,
        outputBytes: this.#outputBytes,
        reserves: language.reserves ?? false,
        watched: !how.again,
      }),
      ...how,
      code: how.argv ? "" : request.code,
      file,
      environment: toolchain.environment ?? {},
      processesAllowed: !how.again && this.isolation.processes,
    };
  }

  /** Ends all sandboxes; programs that still run are waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#warm[Symbol.asyncDispose]();
  }
}

const NOTHING = {
  message: "",
  compile_result: null,
  run_result: null,
  executor_pod_name: null,
  files: {},
};

interface Ran {
  result: CommandRunResult;
  explanation: string;
}

async function runIn(slot: Slot, job: Job, signal?: AbortSignal): Promise<Ran> {
  const kill = () => slot.kill();
  signal?.throwIfAborted();
  signal?.addEventListener("abort", kill, { once: true });
  const overdue = setTimeout(kill, 1000 * (job.seconds + GRACE_SECONDS));
  try {
    const transcript = new Transcript();
    const outcome = await slot.run(job, transcript.listener);
    return { result: transcript.result(outcome), explanation: explanation(outcome) };
  } finally {
    clearTimeout(overdue);
    signal?.removeEventListener("abort", kill);
  }
}

const failed = (result: CommandRunResult) =>
  result.status !== "Finished" || result.return_code !== 0;

function answer(compiled: Ran | null, ran: Ran | null): RunCodeResponse {
  const last = (ran ?? compiled)!;
  return {
    status: failed(last.result) ? "Failed" : "Success",
    message: last.explanation,
    compile_result: compiled?.result ?? null,
    run_result: ran?.result ?? null,
    executor_pod_name: null,
    files: {},
  };
}
