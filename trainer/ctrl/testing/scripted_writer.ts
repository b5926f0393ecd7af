/** A Writer that follows a script. */

import type { Message } from "../../data/problem.ts";
import type { WriteOptions, Writer, Written } from "../writer.ts";

/** Answers each chat as the function says; counts the chats. */
export class ScriptedWriter implements Writer {
  /** Chats answered. */
  calls = 0;

  /** @param script an answer, or null for a fault */
  constructor(
    readonly script: (chat: readonly Message[], seed: number) => string | null,
  ) {}

  /** See {@linkcode Writer.write}. */
  write(chats: readonly (readonly Message[])[], { seeds }: WriteOptions): Promise<Written[]> {
    this.calls += chats.length;
    return Promise.resolve(chats.map((chat, i) => {
      const text = this.script(chat, seeds?.[i] ?? 0);
      return text === null ? { text: "", fault: "scripted" } : { text };
    }));
  }
}
