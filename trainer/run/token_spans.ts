/** Which characters of a text each token spells, so that a page can show what each token was worth. */

import type { Tokenizer } from "../data/tokenizer.ts";

/** Measures tokens. A token's own text is decoded once in a run, not once a response. */
export class TokenSpans {
  #decode: (ids: readonly number[]) => string;
  #texts = new Map<number, string>();

  /** @param tokenizer the one that decoded the responses */
  constructor(tokenizer: Pick<Tokenizer, "decode">) {
    this.#decode = (ids) => tokenizer.decode(ids, { skipSpecialTokens: true });
  }

  /**
   * How many UTF-16 units of the text each token spells: special tokens none, and the last of several tokens that
   * spell one character all of it.
   *
   * @param text what the tokens decode to
   * @returns null where the tokens do not decode one by one (a decoder that joins words by spaces)
   */
  lengths(tokens: readonly number[], text: string): number[] | null {
    const lengths: number[] = [];
    let at = 0, partial: number[] = [];
    for (const id of tokens) {
      partial.push(id);
      const spelled = partial.length === 1 ? this.#textOf(id) : this.#decode(partial);
      // Bytes that are not yet a character decode to U+FFFD.
      const whole = text.startsWith(spelled, at) &&
        (partial.length > 3 || !spelled.endsWith("\ufffd"));
      lengths.push(whole ? spelled.length : 0);
      if (!whole) continue;
      at += spelled.length;
      partial = [];
    }
    return at === text.length ? lengths : null;
  }

  #textOf(id: number): string {
    let text = this.#texts.get(id);
    if (text === undefined) this.#texts.set(id, text = this.#decode([id]));
    return text;
  }
}
