/** A tokenizer of whole words or signs, in the files that any Hugging Face library loads: for the built-in worlds. */

/** What such a tokenizer is made of; ids are places in the lists. */
export interface WordLevel {
  /** Tokens that are looked for before the text is cut; the special ones first. */
  added: readonly string[];
  /** How many of them are special: left out of decoded text. */
  specials: number;
  /** Every token, the added ones first. */
  tokens: readonly string[];
  /** How text is cut, `pre_tokenizer` in `tokenizer.json`. */
  cut: Record<string, unknown>;
  /** How tokens become text, `decoder` in `tokenizer.json`. */
  decoder: Record<string, unknown> | null;
  /** Ends an answer. */
  end: string;
  /** Fills rows. */
  pad: string;
  /** Stands for what is in no list. */
  unknown: string;
  /** Jinja. */
  chatTemplate: string;
}

/** The files, by name. */
export function wordLevelFiles(
  { added, specials, tokens, cut, decoder, end, pad, unknown, chatTemplate }: WordLevel,
): Map<string, Uint8Array> {
  const files: Record<string, unknown> = {
    "tokenizer.json": {
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: added.map((content, id) => ({
        id,
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: id < specials,
      })),
      normalizer: null,
      pre_tokenizer: cut,
      post_processor: null,
      decoder,
      model: {
        type: "WordLevel",
        vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
        unk_token: unknown,
      },
    },
    "tokenizer_config.json": {
      tokenizer_class: "PreTrainedTokenizerFast",
      eos_token: end,
      pad_token: pad,
      unk_token: unknown,
      clean_up_tokenization_spaces: false,
      chat_template: chatTemplate,
    },
    "generation_config.json": {
      eos_token_id: tokens.indexOf(end),
      pad_token_id: tokens.indexOf(pad),
    },
  };
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n");
  return new Map(Object.entries(files).map(([name, value]) => [name, bytes(value)]));
}
