/// <reference lib="dom" />
/** An answer with its worth. */

import type { AnswerRecord } from "../../run/formats.ts";
import { h } from "../dom.ts";
import { decimal } from "../quantity.ts";
import { visible } from "../text/visible.ts";
import { answerText, type AnswerTextOptions } from "./answer_text.ts";
import { kind, word } from "./verdict.ts";

/** The card. `fate` is what became of the answer. */
export function answerCard(
  title: string,
  answer: AnswerRecord,
  options: AnswerTextOptions & { fate: string },
): HTMLElement {
  const { outcome, reward, score, tokens, finish, extracted, reason } = answer;
  return h(
    "div",
    { class: `answer ${options.refined ? "refinement" : "rollout"} ${kind(outcome)}` },
    h(
      "header",
      {},
      h("h3", {}, title),
      h("b", { class: kind(outcome) }, word(outcome)),
      h("span", {}, `reward ${decimal(reward)}`),
      h("span", {}, `score ${decimal(score)}`),
      h("span", {}, `${tokens} tokens`),
      finish === "length" && h("span", { class: "unread" }, "cut by length"),
      h("span", { class: "fate" }, options.fate),
    ),
    answerText(answer, options),
    h(
      "p",
      { class: "reason" },
      extracted !== null &&
        ["answer ", h("code", { dir: "auto" }, visible(extracted.slice(0, 200))), " · "],
      visible(reason.slice(0, 500)),
    ),
  );
}
