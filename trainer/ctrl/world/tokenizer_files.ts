/** The micro-world's tokenizers, in the files that any Hugging Face library loads. */

import { Tokenizer } from "../../data/tokenizer.ts";
import { wordLevelFiles } from "../../data/word_level.ts";
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

/** The files of a tokenizer, by name. */
export function microTokenizerFiles(reader: Reader): Map<string, Uint8Array> {
  return wordLevelFiles({
    added: [...SPECIAL_TOKENS, ...PHRASE_TOKENS],
    specials: SPECIAL_TOKENS.length,
    tokens: TOKENS,
    cut: { type: "WhitespaceSplit" },
    decoder: null,
    end: END,
    pad: PAD,
    unknown: UNKNOWN,
    chatTemplate: `${TEMPLATES[reader]}{% if add_generation_prompt %}${ASSISTANT}{% endif %}`,
  });
}

/** The tokenizer of one of the two models. */
export function microTokenizer(reader: Reader): Tokenizer {
  return Tokenizer.from(microTokenizerFiles(reader), `micro_programs (${reader})`);
}
