/// <reference lib="dom" />
/** A program's group: what was asked, the program and its tests, each critique, the revision and its tests. */

import { type CriticRecord, type CritiqueRecord, testOutcome } from "../../run/critic_formats.ts";
import { h } from "../dom.ts";
import { decimal, signed } from "../quantity.ts";
import { richText } from "../text/rich_text.ts";
import { segments } from "../text/segments.ts";
import { visible } from "../text/visible.ts";
import { advantageBars } from "./advantage_bars.ts";
import { answerText } from "./answer_text.ts";
import { backLink, groupBar, type GroupOptions } from "./group_parts.ts";
import { programDiff } from "./program_diff.ts";
import { programText } from "./program_text.ts";
import { testTable } from "./test_table.ts";
import { count, kind, word } from "./verdict.ts";

/** The elements of a critic's group. */
export function criticGroupView(record: CriticRecord, options: GroupOptions): HTMLElement[] {
  const { critiques, problem, tests, source, id } = record;
  const program = record.program ?? firstCode(record.solution);
  const called = count(critiques.map((critique) => judgmentOf(critique) ?? "no judgment"));
  return [
    backLink(options),
    h(
      "section",
      { class: "problem" },
      h("div", { class: "text", dir: "auto" }, richText(problem)),
      h(
        "p",
        { class: "facts" },
        source !== null && h("span", {}, visible(String(source))),
        id !== null && h("span", {}, visible(String(id))),
      ),
    ),
    h(
      "section",
      { class: `answer solution ${kind(testOutcome(record))}` },
      h(
        "header",
        {},
        h("h3", {}, "The program"),
        h("b", { class: kind(testOutcome(record)) }, word(testOutcome(record))),
        h("span", {}, `its critiques: ${called}`),
      ),
      programText(program),
      testTable(record, tests),
      wholeAnswer(record.solution, program),
    ),
    groupBar(
      `Its ${critiques.length} critiques`,
      "critiques",
      ["read", "source", "logprob"],
      options,
    ),
    advantageBars(critiques.map((critique, i) => ({
      label: String(i + 1),
      kind: kind(testOutcome(critique)),
      title: `critique ${i + 1}: the revision ${word(testOutcome(critique))}, reward ${
        decimal(critique.reward)
      }, advantage ${signed(critique.advantage)}`,
      advantage: critique.advantage,
      reward: critique.reward,
      refined: false,
      target: `critique-${i + 1}`,
    }))),
    ...critiques.map((critique, i) => thread(critique, i, record, program, options)),
  ];
}

function thread(
  critique: CritiqueRecord,
  i: number,
  { passed, tests, critiques }: CriticRecord,
  program: string,
  { mode }: GroupOptions,
): HTMLElement {
  const { reward, advantage, tokens, finish, revision, fault } = critique;
  const outcome = testOutcome(critique), revised = critique.program ?? firstCode(revision);
  const twin = critiques.findIndex((other) =>
    other.text === critique.text && other.revision === revision
  );
  return h(
    "section",
    { class: "thread", id: `critique-${i + 1}` },
    h(
      "div",
      { class: `answer rollout ${twin < i ? kind(outcome) : ""}` },
      h(
        "header",
        {},
        h("h3", {}, `Critique ${i + 1}`),
        judged(judgmentOf(critique), passed),
        h("span", {}, `reward ${decimal(reward)}`),
        tokens !== undefined && h("span", {}, `${tokens} tokens`),
        finish === "length" && h("span", { class: "unread" }, "cut by length"),
        h("span", { class: "fate" }, `advantage ${signed(advantage)}`),
      ),
      twin < i
        ? h("p", { class: "note" }, `Word for word critique ${twin + 1}, and so is its revision.`)
        : answerText(critique, {
          mode: mode === "weight" ? "read" : mode,
          weight: null,
          refined: false,
        }),
    ),
    twin === i && h(
      "div",
      { class: `answer refinement ${kind(outcome)}` },
      h(
        "header",
        {},
        h("h3", {}, "Revision"),
        h("b", { class: kind(outcome) }, word(outcome)),
      ),
      fault ? h("p", { class: "reason" }, `The generator wrote nothing: ${visible(fault)}`) : null,
      revised.trim() === ""
        ? h("p", { class: "note" }, "No program was found in the answer.")
        : programDiff(program, revised),
      testTable(critique, tests),
      wholeAnswer(revision, revised),
    ),
  );
}

/** One of the two words; the file may hold anything. */
function judgmentOf({ judgment }: CritiqueRecord): "Correct" | "Incorrect" | null {
  return judgment === "Correct" || judgment === "Incorrect" ? judgment : null;
}

/** What a critique calls the program, and whether that is so. */
function judged(judgment: ReturnType<typeof judgmentOf>, passed: boolean): HTMLElement {
  if (judgment === null) {
    return h("b", { class: "unread" }, "no judgment, which earns nothing");
  }
  const right = judgment === (passed ? "Correct" : "Incorrect");
  return h(
    "b",
    { class: right ? "right" : "wrong" },
    `says ${judgment}${right ? "" : `, though the program ${passed ? "passes" : "fails"}`}`,
  );
}

/** The answer that a program was found in, where it says more than the program. */
function wholeAnswer(answer: string, program: string): HTMLElement | null {
  const around = answer.replace(program.trim(), "").replace(/```\w*/g, "").trim();
  if (around === "") return null;
  return h(
    "details",
    { class: "whole" },
    h("summary", {}, "The whole answer"),
    answerText({ text: answer }, { mode: "source", weight: null, refined: false }),
  );
}

/** The program of an answer in a run that did not write it down. */
function firstCode(answer: string): string {
  return segments(answer).find((segment) => segment.kind === "code")?.body ?? answer;
}
