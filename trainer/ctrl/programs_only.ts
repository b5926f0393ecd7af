/** A generator of whose answers only the programs go on. */

import { extractCode } from "../../sandbox/judge/extract.ts";
import { fenced } from "./prompts.ts";
import type { Writer } from "./writer.ts";

/**
 * As the published code has it: neither a critic nor the next revision is shown what a generator says around its
 * program, in training as in SFT and in evaluation. An answer without a program becomes empty.
 */
export function programsOnly(generator: Writer): Writer {
  return {
    write: async (chats, options) => {
      const written = await generator.write(chats, options);
      return written.map((answer) => {
        const { code } = extractCode(answer.text, "python");
        return { ...answer, text: code.trim() === "" ? "" : fenced(code) };
      });
    },
  };
}
