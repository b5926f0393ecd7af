/** What a critic model is asked, and how its verdict is read back. */

import type { Message } from "../data/problem.ts";
import type { CritiqueSample } from "./critique.ts";

const CRITIC_SYSTEM =
  "You are an expert in science and mathematics who reviews students' work. You are given a " +
  "question, a student's incorrect solution, and a reference solution or answer that is right. " +
  "Compare the two. Go through the student's solution step by step: for every step that is wrong, " +
  "name the step, say what the error is and why, and how it is put right. Do not blame steps that " +
  "are sound. Finish with a line of its own that reads exactly `Verdict: correct` or " +
  "`Verdict: incorrect`, your judgement of the student's final answer.";

/**
 * The chat that asks for a step-by-step critique of a wrong response: four headed sections, of which the last is
 * left for the model to fill. The reference is the data set's worked solution, else the ground truth.
 */
export function critiqueMessages(sample: CritiqueSample): Message[] {
  const sections = [
    ["Question", sample.question],
    ["Student's solution", sample.response],
    ["Reference solution", sample.reference ?? sample.gt],
    ["Critique", ""],
  ];
  const content = sections.map(([heading, body]) => `## ${heading}\n${body}`).join("\n\n");
  return [{ role: "system", content: CRITIC_SYSTEM }, { role: "user", content }];
}

/**
 * The verdict that a critique ends with; null where it has none (a critique may be cut by its length). Critics that were
 * trained on the paper's format end with `Conclusion: right` or `Conclusion: wrong`, whatever they are asked for.
 */
export function verdictOf(critique: string): "correct" | "incorrect" | null {
  const last = [...critique.matchAll(
    /\b(?:verdict|conclusion)\b\W*(?:is\W+)?(correct|right|incorrect|wrong)\b/gi,
  )].at(-1);
  if (last === undefined) return null;
  return /^(correct|right)$/i.test(last[1]) ? "correct" : "incorrect";
}
