/// <reference lib="dom" />
/** What a model wrote, as a reader wants to see it. */

import type { AnswerRecord } from "../../run/formats.ts";
import { h, replace } from "../dom.ts";
import { decimal } from "../quantity.ts";
import { richText } from "../text/rich_text.ts";
import { shade, SHADED, tokenText } from "../text/token_text.ts";
import { visible } from "../text/visible.ts";
import type { TextMode } from "./text_mode.ts";

/** Characters shown before a reader asks for more. */
const SHOWN = 12_000;

/** How an answer is shown. */
export interface AnswerTextOptions {
  /** See {@linkcode TextMode}. */
  mode: TextMode;
  /** f(π), where the run's settings tell it. */
  weight: ((logprob: number) => number) | null;
  /** By token, log-probabilities under the original prompt, of a refinement that was learned from. */
  learned?: number[] | null;
  /** Whether it is a refinement: only those have an off-policy weight. */
  refined: boolean;
}

/** What is shown of an answer. */
export type WrittenText = Pick<AnswerRecord, "text" | "token_lengths" | "logprobs">;

/** The text of an answer. */
export function answerText(answer: WrittenText, options: AnswerTextOptions): HTMLElement {
  const { text } = answer;
  const element = h("div", { class: `text ${options.mode}`, dir: "auto" });
  const { parts, note } = content(answer, options);
  if (text.length <= SHOWN || typeof parts[0] !== "string") {
    replace(element, parts.length > 0 ? parts : h("i", {}, "nothing"));
  } else {
    const all = `Show all ${text.length.toLocaleString("en")} characters`;
    const more = h("button", { onclick: () => element.replaceChildren(visible(text)) }, all);
    replace(element, `${visible(text.slice(0, SHOWN))}… `, more);
  }
  return note ? h("div", {}, element, h("p", { class: "note" }, note)) : element;
}

function content(
  { text, token_lengths: lengths, logprobs }: WrittenText,
  { mode, weight, learned, refined }: AnswerTextOptions,
): { parts: (Node | string)[]; note?: string } {
  if (mode === "read" && text.length <= SHOWN) return { parts: richText(text) };
  const plain = [visible(text)];
  if (mode === "read" || mode === "source") return { parts: plain };
  if (mode === "weight" && !refined) {
    return { parts: plain };
  }
  const values = mode === "weight" ? learned : logprobs;
  if (mode === "weight" && (!values || !weight)) {
    return {
      parts: plain,
      note: "No f(π): this refinement was not learned from, or the run did not record its tokens.",
    };
  }
  if (!lengths || !values) {
    return {
      parts: plain,
      note: "The run did not record this answer's tokens, so nothing is shaded.",
    };
  }
  const parts = tokenText(text, lengths, (token) => {
    const logprob = values[token], p = Math.exp(logprob);
    if (mode === "logprob") {
      return { title: `log-prob ${decimal(logprob)}, p ${decimal(p)}`, shade: shade(p) };
    }
    const f = weight!(logprob);
    return { title: `f(π) ${decimal(f)}, π ${decimal(p)}`, shade: shade(f) };
  });
  const note = lengths.length > SHADED ? `Only the first ${SHADED} tokens are shaded.` : undefined;
  return { parts, note };
}
