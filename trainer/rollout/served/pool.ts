/**
 * Several servers as one. Each request goes to the server with the fewest under way. One that fails is left out and its
 * requests go to the others; it is tried again, later and later, and prepared anew before it is asked anything: it may
 * have been started again, with other weights.
 */

import { setTimeout as delay } from "node:timers/promises";
import { RequestFault } from "../../endpoint/fault.ts";
import { StepAbandoned } from "../../method.ts";
import type { EngineServer } from "./engine_server.ts";

/** How long to put up with what. */
export interface PoolOptions {
  /** Requests under way at each server. */
  concurrency: number;
  /** Attempts of one request, wherever. */
  attempts: number;
  /** For how long none of the servers may answer. */
  patienceMs: number;
  /** The wait before a server is tried again; it doubles from one to the next. @default {1000} */
  backoffMs?: number;
  /** The longest such wait. @default {60000} */
  longestMs?: number;
  /** Told of servers that are left out and that come back. */
  warn: (text: string) => void;
}

/** What to do with the servers. */
export interface PoolWork<Request, Answer> {
  /** Changes where servers that were prepared before have to be again. */
  version: string;
  /** Makes a server fit to be asked. */
  prepare(server: EngineServer, signal: AbortSignal): Promise<void>;
  /** Asks it. */
  ask(server: EngineServer, request: Request, signal: AbortSignal): Promise<Answer>;
  /** Told of each answer as it comes. */
  onAnswer?: (answer: Answer) => void;
}

/** A server and how it is doing. */
class Member {
  /** What it was prepared for; null where it is left out. */
  prepared: string | null = null;
  underWay = 0;
  /** Counts the times that it was made ready: a late fault of an earlier time is none of this one. */
  life = 0;
  /** Since when it has failed without a break. */
  failingSince: number | null = null;
  failures = 0;
  /** The last of them. */
  fault: RequestFault | undefined;
  /** Settles once it is left out. */
  out = Promise.withResolvers<void>();

  constructor(readonly server: EngineServer) {}
}

/** A pool of servers that hold the same policy. */
export class EnginePool {
  readonly #members: Member[];
  readonly #options: Required<PoolOptions>;
  #waiting: { resolve: (member: Member) => void; reject: (why: unknown) => void }[] = [];
  /** Requests that had to be asked again, so far. */
  repeated = 0;

  constructor(servers: readonly EngineServer[], options: PoolOptions) {
    this.#members = servers.map((server) => new Member(server));
    this.#options = { backoffMs: 1000, longestMs: 60_000, ...options };
  }

  /** Servers that can be asked. */
  get ready(): number {
    return this.#members.filter(({ prepared }) => prepared !== null).length;
  }

  /**
   * Answers in the order of the requests. One call at a time.
   *
   * @throws {StepAbandoned} where no server answers for too long, or all fail at one request
   * @throws {RequestFault} where a server refuses what it is asked
   * @throws what `prepare` does, apart from passing faults, and the signal's reason
   */
  async run<Request, Answer>(
    requests: readonly Request[],
    work: PoolWork<Request, Answer>,
    signal?: AbortSignal,
  ): Promise<Answer[]> {
    const over = new AbortController();
    const until = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
    for (const member of this.#members) member.failingSince = null;
    const ended = new Promise<never>((_, reject) =>
      until.addEventListener("abort", () => reject(until.reason))
    );
    ended.catch((reason) => this.#dismiss(reason));
    // What fails first ends all the rest.
    const guard = <T>(task: Promise<T>) =>
      task.catch((error) => {
        over.abort(error);
        throw error;
      });
    const keepers = Promise.allSettled(
      this.#members.map((member) => guard(this.#keep(member, work, until, ended))),
    );
    try {
      return await Promise.all(
        requests.map((request) => guard(this.#answer(request, work, until))),
      );
    } catch {
      throw until.reason; // the first fault, whichever request it reached first
    } finally {
      over.abort(DONE);
      await keepers;
    }
  }

  /** Prepares a server, and again whenever it was left out, until the work is over. */
  async #keep<R, A>(
    member: Member,
    work: PoolWork<R, A>,
    signal: AbortSignal,
    ended: Promise<never>,
  ): Promise<never> {
    if (member.prepared !== work.version) member.prepared = null;
    for (;;) {
      if (member.prepared === null) {
        try {
          await work.prepare(member.server, signal);
          this.#takeIn(member, work.version);
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof RequestFault && error.passing)) throw error;
          this.#blame(member, error);
        }
      }
      if (member.prepared !== null) await Promise.race([member.out.promise, ended]);
      await this.#pause(member, signal);
    }
  }

  async #answer<R, A>(request: R, work: PoolWork<R, A>, signal: AbortSignal): Promise<A> {
    for (let attempt = 1;; attempt++) {
      const member = await this.#place(signal);
      const { life } = member;
      try {
        const answer = await work.ask(member.server, request, signal);
        member.failures = 0;
        work.onAnswer?.(answer);
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof RequestFault && error.passing)) throw error;
        if (member.life === life && member.prepared !== null) this.#blame(member, error);
        if (attempt >= this.#options.attempts) {
          throw new StepAbandoned(
            `A request failed ${attempt} times, at last so: ${error.message}. ${KEPT}`,
            { cause: error },
          );
        }
        this.repeated++;
      } finally {
        member.underWay--;
        this.#dispatch();
      }
    }
  }

  /** A place at the server with the fewest requests under way, as soon as there is one. */
  #place(signal: AbortSignal): Promise<Member> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Member>();
    this.#waiting.push({ resolve, reject });
    this.#dispatch();
    return promise;
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const free = this.#members
        .filter((m) => m.prepared !== null && m.underWay < this.#options.concurrency)
        .reduce<Member | null>((a, b) => a && a.underWay <= b.underWay ? a : b, null);
      if (!free) return;
      free.underWay++;
      this.#waiting.shift()!.resolve(free);
    }
  }

  #dismiss(reason: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(reason);
  }

  #takeIn(member: Member, version: string): void {
    if (member.failures > 0) this.#options.warn(`${member.server.url} answers again`);
    member.life++;
    member.prepared = version;
    member.failingSince = null;
    member.out = Promise.withResolvers();
    this.#dispatch();
  }

  /** Leaves a server out; gives up where that leaves none, and has for too long. */
  #blame(member: Member, fault: RequestFault): void {
    const { warn, patienceMs } = this.#options;
    const first = member.prepared !== null || member.failures === 0;
    member.prepared = null;
    member.failures++;
    member.failingSince ??= performance.now();
    member.fault = fault;
    member.out.resolve();
    if (first) {
      const others = this.#members.some((m) => m.failingSince === null);
      warn(`${fault.message}. ${others ? "Its requests go to the others" : "Waiting for it"}`);
    }
    const now = performance.now();
    const failing = (m: Member) => m.failingSince !== null && now - m.failingSince >= patienceMs;
    if (!this.#members.every(failing)) return;
    throw new StepAbandoned(
      `No inference server answers, for ${patienceMs / 1000} s (rollout.server.patience_s): ` +
        `${fault.message}. ${KEPT}`,
      { cause: fault },
    );
  }

  /** Waits before a server is tried again, but no longer than there is patience. */
  async #pause(member: Member, signal: AbortSignal): Promise<void> {
    const { backoffMs, longestMs, patienceMs } = this.#options;
    const wait = Math.max(backoffMs * 2 ** (member.failures - 1), member.fault?.retryAfterMs ?? 0);
    const left = patienceMs - (performance.now() - (member.failingSince ?? performance.now()));
    await delay(Math.min(wait, longestMs, left > 0 ? left : Infinity), undefined, { signal })
      .catch(() => signal.throwIfAborted());
  }
}

const DONE = new Error("all requests were answered");
const KEPT = "What was learned so far is saved: start the command again to go on";
