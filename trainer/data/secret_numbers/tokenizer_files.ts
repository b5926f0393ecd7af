/** The tokenizer of the secret numbers, in the files that any Hugging Face library loads. */

import { Tokenizer } from "../tokenizer.ts";
import { ASSISTANT, END, PAD, SPECIAL_TOKENS, TEXT_TOKENS, UNKNOWN, USER } from "./vocabulary.ts";

/** The system message says nothing that a tiny model could use: it is left out. */
const CHAT_TEMPLATE = "{% for message in messages %}" +
  `{% if message.role == 'user' %}{{ '${USER}' + message.content }}` +
  `{% elif message.role == 'assistant' %}{{ '${ASSISTANT}' + message.content + '${END}' }}` +
  "{% endif %}{% endfor %}" +
  `{% if add_generation_prompt %}{{ '${ASSISTANT}' }}{% endif %}`;

/** The characters that mean something in a regular expression, in Oniguruma as in JavaScript. */
const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** Text is cut wherever a token matches; what is left between two of them is unknown. */
function tokenizerJson(): Record<string, unknown> {
  const tokens = [...SPECIAL_TOKENS, ...TEXT_TOKENS];
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: "Split",
      pattern: { Regex: TEXT_TOKENS.map(escape).join("|") },
      behavior: "Isolated",
      invert: false,
    },
    post_processor: null,
    decoder: { type: "Fuse" },
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      unk_token: UNKNOWN,
    },
  };
}

/** The files of the tokenizer, by name; {@linkcode Tokenizer.save} writes the same ones. */
export function secretNumbersTokenizerFiles(): Map<string, Uint8Array> {
  const eos = SPECIAL_TOKENS.indexOf(END), pad = SPECIAL_TOKENS.indexOf(PAD);
  const files: Record<string, unknown> = {
    "tokenizer.json": tokenizerJson(),
    "tokenizer_config.json": {
      tokenizer_class: "PreTrainedTokenizerFast",
      eos_token: END,
      pad_token: PAD,
      unk_token: UNKNOWN,
      clean_up_tokenization_spaces: false,
      chat_template: CHAT_TEMPLATE,
    },
    "generation_config.json": { eos_token_id: eos, pad_token_id: pad },
  };
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n");
  return new Map(Object.entries(files).map(([name, value]) => [name, bytes(value)]));
}

/** The tokenizer of the secret numbers. */
export function secretNumbersTokenizer(): Tokenizer {
  return Tokenizer.from(secretNumbersTokenizerFiles(), "secret_numbers");
}
