/** A model behind an OpenAI-compatible server. */

import { ChatEndpoint, type ChatEndpointOptions } from "../endpoint/chat_endpoint.ts";
import { RequestFault } from "../endpoint/fault.ts";
import { Limiter } from "../endpoint/limiter.ts";
import { retrying } from "../endpoint/retry.ts";
import type { Keep, Question, Respondent } from "./respondent.ts";

/** Options of {@linkcode EndpointRespondent}. */
export interface EndpointRespondentOptions extends ChatEndpointOptions {
  /** Requests under way. */
  concurrency: number;
  /** Requests for one answer, the first included. */
  attempts: number;
  /** The wait before the second attempt; it doubles from one to the next. @default {1000} */
  backoffMs?: number;
  /** Told once why a request is being repeated. */
  warn: (text: string) => void;
}

/** A question that stayed without an answer. */
interface Failure {
  question: Question;
  message: string;
}

/**
 * Asks a server until every question is answered. A request that fails is repeated, later and later. One that keeps
 * failing while others succeed is left for the end; when nothing succeeds any more, the server is taken for dead.
 */
export class EndpointRespondent implements Respondent {
  readonly name: string;
  readonly fingerprint = "";
  readonly #endpoint: ChatEndpoint;
  #repeated = 0;
  #answered = 0;
  #refusedInRow = 0;

  /** Sends nothing yet. */
  constructor(readonly options: EndpointRespondentOptions) {
    this.#endpoint = new ChatEndpoint(options);
    this.name = options.model;
  }

  /** See {@linkcode Respondent.answer}. */
  async answer(questions: readonly Question[], keep: Keep): Promise<void> {
    const limiter = new Limiter(this.options.concurrency);
    const dead = new AbortController();
    const failures: Failure[] = [];
    const tasks = questions.map((question) =>
      limiter.run(async () => {
        dead.signal.throwIfAborted();
        const before = this.#answered;
        try {
          keep(question, await this.#ask(question, dead.signal));
          this.#answered++;
          this.#refusedInRow = 0;
        } catch (error) {
          if (!(error instanceof RequestFault)) {
            dead.abort(error); // The disk is full, or the server is dead: no need to ask on.
            throw error;
          }
          if (!this.#isAlive(error, before)) dead.abort(this.#stopped(error));
          dead.signal.throwIfAborted();
          failures.push({ question, message: error.message });
        }
      })
    );
    const settled = await Promise.allSettled(tasks);
    const stopped = settled.find((result) => result.status === "rejected");
    if (stopped) throw dead.signal.reason ?? stopped.reason;
    if (this.#repeated > 0) {
      this.options.warn(`${this.#repeated} request(s) failed and were repeated`);
    }
    if (failures.length > 0) throw unanswered(failures);
  }

  /** Whether the trouble is with one question, as far as can be told: others are answered meanwhile. */
  #isAlive({ passing }: RequestFault, answeredBefore: number): boolean {
    if (passing) return this.#answered > answeredBefore;
    return this.#answered > 0 && ++this.#refusedInRow <= this.options.concurrency;
  }

  #ask({ problem, seed }: Question, signal: AbortSignal) {
    const { attempts, backoffMs = 1000, temperature, warn } = this.options;
    const drawn = temperature === 0 ? undefined : seed % 2 ** 31; // Some servers hold seeds in 32 bits.
    return retrying(() => this.#endpoint.complete(problem.messages, { seed: drawn, signal }), {
      attempts,
      backoffMs,
      longestMs: 60 * backoffMs,
      signal,
      onFault: ({ message }) => {
        if (this.#repeated++ === 0) warn(`${message}. Asking again`);
      },
    });
  }

  #stopped({ message, passing }: RequestFault): Error {
    const tried = passing
      ? ` (${this.options.attempts} attempt(s), and no other request succeeded)`
      : "";
    return new Error(`${message}${tried}. ${KEPT}`);
  }
}

const KEPT = "All answers so far are kept: the same command goes on from there.";

function unanswered(failures: readonly Failure[]): Error {
  const shown = failures.slice(0, 5).map(({ question: { problem, sample }, message }) =>
    `\n  ${problem.id}, answer ${sample + 1}: ${message}`
  );
  const more = failures.length - shown.length;
  return new Error(
    `${failures.length} question(s) stayed without an answer:${shown.join("")}` +
      (more > 0 ? `\n  and ${more} more` : "") + `\n${KEPT}`,
  );
}
