/** Problems as prompts in tokens, and which of these are too long. */

import { Buffer } from "node:buffer";
import type { Problem } from "./data/problem.ts";
import type { Tokenizer } from "./data/tokenizer.ts";
import type { PromptedProblem } from "./step.ts";

/** Makes prompts, by a model's tokenizer and chat template. */
export class Prompts {
  /** @param maxLength `data.max_prompt_length` */
  constructor(readonly tokenizer: Tokenizer, readonly maxLength: number) {}

  /** A problem with its prompt. */
  of(problem: Problem): PromptedProblem {
    return { ...problem, prompt: this.tokenizer.encodeChat(problem.messages) };
  }

  /** Whether a prompt is short enough. */
  fits({ prompt }: PromptedProblem): boolean {
    return prompt.length <= this.maxLength;
  }

  /**
   * Those problems whose prompts are short enough.
   *
   * A token is a byte of text or more, so prompts of few bytes need not be tokenised for it. Should a tokenizer see that
   * differently, it shows when the prompt is drawn.
   *
   * @param name of all of them together, for messages
   * @param say is told how many others there are
   * @throws where there are only others
   */
  within(problems: readonly Problem[], name: string, say: (text: string) => void): Problem[] {
    let longest = 0;
    const short = problems.filter(({ messages }) => {
      const text = this.tokenizer.renderChat(messages);
      if (Buffer.byteLength(text) <= this.maxLength) return true;
      const { length } = this.tokenizer.encode(text);
      longest = Math.max(longest, length);
      return length <= this.maxLength;
    });
    if (short.length === problems.length) return short;
    const told =
      `${
        problems.length - short.length
      } of ${problems.length} prompts of ${name} were dropped: they are longer than ` +
      `data.max_prompt_length=${this.maxLength} tokens (the longest has ${longest})`;
    if (short.length === 0) throw new Error(`No problem of ${name} is left. ${told}. Raise it`);
    say(told);
    return short;
  }
}
