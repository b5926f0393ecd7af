/** Results by (program, tests, limits), as many as fit into a number of bytes; the longest unused goes first. */

import type { Submission } from "./problem.ts";
import type { JudgeResult } from "./verdict.ts";

/** A bounded memory of results; a result in it is shared, and must not be changed. */
export class ResultCache {
  /** Lookups that found something. */
  hits = 0;
  /** Lookups that did not. */
  misses = 0;
  /** Results that made room for others. */
  evictions = 0;
  readonly #most: number;
  #bytes = 0;
  // A Map keeps the order of insertion: the first is the longest unused.
  readonly #entries = new Map<string, { result: JudgeResult; bytes: number }>();

  /** Empty. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Results kept. */
  get size(): number {
    return this.#entries.size;
  }

  /** Bytes that they take, as JSON in UTF-16. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The key of a submission: all that decides its result. */
  static async key(submission: Submission): Promise<string> {
    const { problem, code, language, limits, runAll } = submission;
    const text = JSON.stringify([problem, code, language, limits ?? {}, runAll ?? false]);
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return new Uint8Array(digest).toBase64();
  }

  /** What came of a submission before. */
  get(key: string): JudgeResult | undefined {
    const entry = this.#entries.get(key);
    if (!entry) {
      this.misses++;
      return undefined;
    }
    this.hits++;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.result;
  }

  /** Keeps a result, unless it alone is more than all that may be kept. */
  set(key: string, result: JudgeResult): void {
    const bytes = 2 * (key.length + JSON.stringify(result).length);
    if (bytes > this.#most) return;
    this.#drop(key);
    this.#entries.set(key, { result, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#most) break;
      this.#drop(oldest);
      this.evictions++;
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}
