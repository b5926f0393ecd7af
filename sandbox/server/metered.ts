/** A sandbox that counts what it runs. */

import type {
  Conversation,
  LocalConversations,
  RunCodeInput,
  RunCodeResponse,
  Sandbox,
} from "../api.ts";
import type { Metrics } from "./metrics.ts";

/** Passes everything on; the sandbox below stays its owner's. */
export class MeteredSandbox implements Sandbox, LocalConversations {
  readonly #sandbox: Sandbox & LocalConversations;
  readonly #programs: (labels: { language: string; outcome: string }) => void;
  readonly #seconds: (seconds: number) => void;

  /** Counts from 0. */
  constructor(sandbox: Sandbox & LocalConversations, metrics: Metrics) {
    this.#sandbox = sandbox;
    this.#programs = metrics.counter("emend_sandbox_programs_total", "Programs, by how they ended");
    this.#seconds = metrics.histogram("emend_sandbox_program_seconds", "Run time of programs");
  }

  /** See {@linkcode Sandbox.runCode}. */
  async runCode(request: RunCodeInput, signal?: AbortSignal): Promise<RunCodeResponse> {
    const response = await this.#sandbox.runCode(request, signal);
    const { compile_result: compiled, run_result: ran, status } = response;
    const late = (ran ?? compiled)?.status === "TimeLimitExceeded";
    const outcome = late ? "TimeLimitExceeded" : !ran && compiled ? "CompileError" : status;
    this.#programs({ language: request.language, outcome });
    if (ran?.execution_time != null) this.#seconds(ran.execution_time);
    return response;
  }

  /** See {@linkcode LocalConversations.start}. */
  async start(request: RunCodeInput, signal?: AbortSignal): Promise<Conversation> {
    const conversation = await this.#sandbox.start(request, signal);
    this.#programs({ language: request.language, outcome: "Conversation" });
    return conversation;
  }

  /** Nothing to do. */
  async [Symbol.asyncDispose](): Promise<void> {}
}
