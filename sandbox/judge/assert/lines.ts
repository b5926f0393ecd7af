/** Lines of a conversation, none of them longer than a bound. */

import { Buffer } from "node:buffer";
import type { Conversation } from "../../api.ts";

/** Bytes of a line at most; a program's answer to a call is one line. */
const LONGEST = 64 * 2 ** 20;

/** Reads what a program writes, line by line. */
export class Lines {
  readonly #conversation: Conversation;
  readonly #longest: number;
  #rest: Uint8Array[] = [];

  /** Reads nothing yet. */
  constructor(conversation: Conversation, longest: number = LONGEST) {
    this.#conversation = conversation;
    this.#longest = longest;
  }

  /** The next line with its newline; null at the end, or where a line passes the bound. */
  async next(): Promise<Uint8Array | null> {
    const parts = this.#rest;
    this.#rest = [];
    let size = parts.reduce((sum, part) => sum + part.length, 0);
    for (let looked = 0;;) {
      for (; looked < parts.length; looked++) {
        const end = parts[looked].indexOf(10) + 1;
        if (end === 0) continue;
        const rest = [parts[looked].subarray(end), ...parts.slice(looked + 1)];
        this.#rest = rest.filter((part) => part.length > 0);
        return Buffer.concat([...parts.slice(0, looked), parts[looked].subarray(0, end)]);
      }
      const part = await this.#conversation.receive();
      if (part === null) return null;
      size += part.length;
      if (size > this.#longest) return null;
      parts.push(part);
    }
  }
}
