/** The micro-world's tokenizers, in the files that any Hugging Face library loads. */

import { Tokenizer } from "../../data/tokenizer.ts";
import {
  ASSISTANT,
  END,
  PAD,
  PHRASE_TOKENS,
  SPECIAL_TOKENS,
  SUGGESTIONS,
  TOKENS,
  UNKNOWN,
  USER,
} from "./vocabulary.ts";

/** Who reads: they have one vocabulary and different eyes. */
export type Reader = "critic" | "generator";

/**
 * The critic reads everything but a system message. The generator reads of a revision's chat the critique from its
 * suggestions on, then its own program: not the statement, so that it cannot mend a program by itself. The program
 * comes last, so that what is copied always stands as far back; a tiny model learns that at once.
 */
const TEMPLATES: Readonly<Record<Reader, string>> = {
  critic: "{% for message in messages %}{% if message.role != 'system' %}" +
    `{{ '${USER}' + message.content }}{% endif %}{% endfor %}`,
  generator: `{{ '${USER}${SUGGESTIONS}' + messages[-1].content.split('${SUGGESTIONS}')[-1] }}` +
    `{{ '${ASSISTANT}' + messages[-2].content + '${END}' }}`,
};

function tokenizerJson(): Record<string, unknown> {
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [...SPECIAL_TOKENS, ...PHRASE_TOKENS].map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: id < SPECIAL_TOKENS.length,
    })),
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(TOKENS.map((token, id) => [token, id])),
      unk_token: UNKNOWN,
    },
  };
}

/** The files of a tokenizer, by name. */
export function microTokenizerFiles(reader: Reader): Map<string, Uint8Array> {
  const files: Record<string, unknown> = {
    "tokenizer.json": tokenizerJson(),
    "tokenizer_config.json": {
      tokenizer_class: "PreTrainedTokenizerFast",
      eos_token: END,
      pad_token: PAD,
      unk_token: UNKNOWN,
      clean_up_tokenization_spaces: false,
      chat_template: `${TEMPLATES[reader]}{% if add_generation_prompt %}${ASSISTANT}{% endif %}`,
    },
    "generation_config.json": {
      eos_token_id: SPECIAL_TOKENS.indexOf(END),
      pad_token_id: SPECIAL_TOKENS.indexOf(PAD),
    },
  };
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n");
  return new Map(Object.entries(files).map(([name, value]) => [name, bytes(value)]));
}

/** The tokenizer of one of the two models. */
export function microTokenizer(reader: Reader): Tokenizer {
  return Tokenizer.from(microTokenizerFiles(reader), `micro_programs (${reader})`);
}
