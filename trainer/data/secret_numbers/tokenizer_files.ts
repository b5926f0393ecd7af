/** The tokenizer of the secret numbers, in the files that any Hugging Face library loads. */

import { Tokenizer } from "../tokenizer.ts";
import { wordLevelFiles } from "../word_level.ts";
import { ASSISTANT, END, PAD, SPECIAL_TOKENS, TEXT_TOKENS, UNKNOWN, USER } from "./vocabulary.ts";

/** The system message says nothing that a tiny model could use: it is left out. */
const CHAT_TEMPLATE = "{% for message in messages %}" +
  `{% if message.role == 'user' %}{{ '${USER}' + message.content }}` +
  `{% elif message.role == 'assistant' %}{{ '${ASSISTANT}' + message.content + '${END}' }}` +
  "{% endif %}{% endfor %}" +
  `{% if add_generation_prompt %}{{ '${ASSISTANT}' }}{% endif %}`;

/** The characters that mean something in a regular expression, in Oniguruma as in JavaScript. */
const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/**
 * The files of the tokenizer, by name; {@linkcode Tokenizer.save} writes the same ones. Text is cut wherever a token
 * matches; what is left between two of them is unknown.
 */
export function secretNumbersTokenizerFiles(): Map<string, Uint8Array> {
  return wordLevelFiles({
    added: SPECIAL_TOKENS,
    specials: SPECIAL_TOKENS.length,
    tokens: [...SPECIAL_TOKENS, ...TEXT_TOKENS],
    cut: {
      type: "Split",
      pattern: { Regex: TEXT_TOKENS.map(escape).join("|") },
      behavior: "Isolated",
      invert: false,
    },
    decoder: { type: "Fuse" },
    end: END,
    pad: PAD,
    unknown: UNKNOWN,
    chatTemplate: CHAT_TEMPLATE,
  });
}

/** The tokenizer of the secret numbers. */
export function secretNumbersTokenizer(): Tokenizer {
  return Tokenizer.from(secretNumbersTokenizerFiles(), "secret_numbers");
}
