/** From critiques to revised programs: the frozen generator, greedily. */

import { extractCode } from "../../sandbox/judge/extract.ts";
import type { Message } from "../data/problem.ts";
import { type Interface, revisionMessages } from "./prompts.ts";
import type { Writer } from "./writer.ts";

/** A revision of a solution. */
export interface Revision {
  /** The whole answer. */
  answer: string;
  /** The program in it; empty where there is none. */
  code: string;
  /** Tokens written; 0 where that is not known, or where an equal chat had been answered before. */
  tokens: number;
  /** Why the generator wrote nothing. */
  fault?: string;
}

/** What is revised, and why. */
export interface Criticised {
  /** The statement. */
  problem: string;
  /** The answer that was criticised. */
  solution: string;
  /** What was said about it. */
  critique: string;
  /** How its program meets its tests. @default "functions" */
  face?: Interface;
}

/** Has solutions revised; equal chats are answered once, for the answer is greedy. */
export async function revise(
  generator: Writer,
  items: readonly Criticised[],
  { maxTokens, signal }: { maxTokens: number; signal?: AbortSignal },
): Promise<Revision[]> {
  const chats = new Map<string, { chat: Message[]; first: number }>();
  const keys = items.map(({ problem, solution, critique, face = "functions" }, i) => {
    const chat = revisionMessages(problem, solution, critique, face);
    const key = JSON.stringify(chat);
    if (!chats.has(key)) chats.set(key, { chat, first: i });
    return key;
  });
  const different = [...chats.keys()];
  const written = await generator.write(different.map((key) => chats.get(key)!.chat), {
    maxTokens,
    temperature: 0,
    topP: 1,
    signal,
  });
  const answers = new Map(different.map((key, k) => [key, written[k]]));
  return keys.map((key, i) => {
    const { text, tokens = 0, fault } = answers.get(key)!;
    const once = chats.get(key)!.first === i;
    const { code } = extractCode(text, "python");
    return { answer: text, code, tokens: once ? tokens : 0, fault };
  });
}
