/**
 * What is said to the generator and to the critic: the structure of arXiv 2502.03492, appendix "Prompts", in our own
 * words. A revision is a chat: the problem, the generator's solution, the critique.
 */

import type { Message } from "../data/problem.ts";

/** How a program meets its tests: as a whole, through standard input and output, or as functions that are called. */
export type Interface = "stdio" | "functions";

const FORMATS: Record<Interface, string> = {
  stdio:
    "Write a Python program that reads standard input and writes standard output. Put it into one ``` block.",
  functions: "Write Python code without test cases. Put it into one ``` block.",
};

/** Asks the generator for a first solution. */
export function generatorMessages(problem: string, face: Interface = "stdio"): Message[] {
  return [user(
    "Solve this programming problem within its constraints.",
    section("Problem", problem),
    section("Format", FORMATS[face]),
  )];
}

const TASK = "Analyse an answer to a problem and give constructive feedback that helps to improve" +
  " it. Do not write the solution yourself.";

const FEEDBACK = `Analysis:
(what the answer does, and where it is right or wrong)

Improvement suggestions:
(what to change)

Overall judgment: (Correct or Incorrect)`;

/** Asks the critic for a critique. */
export function criticMessages(problem: string, solution: string): Message[] {
  return [user(
    TASK,
    section("Problem", problem),
    section("Answer", solution),
    section("Format", FEEDBACK),
  )];
}

/** Asks a critic that is told what came of the tests; what it writes is learned without the hint. */
export function hintedCriticMessages(problem: string, solution: string, hint: string): Message[] {
  return [user(
    `${TASK} Reason about the hint and let it guide you, but never mention the hint: the reader does not know it.`,
    section("Problem", problem),
    section("Answer", solution),
    section("Hint", hint),
    section("Format", FEEDBACK),
  )];
}

/** Asks the generator to revise: it sees the problem, this one solution and this one critique. */
export function revisionMessages(
  problem: string,
  solution: string,
  critique: string,
  face: Interface = "stdio",
): Message[] {
  return [
    ...generatorMessages(problem, face),
    { role: "assistant", content: solution },
    { role: "user", content: `${critique.trim()}\n\nFinalise your answer in the same format.` },
  ];
}

/** A program as an answer's block; the fence is longer than any in the program. */
export function fenced(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}python\n${code.trimEnd()}\n${fence}`;
}

function section(title: string, text: string): string {
  return `## ${title}\n${text}`;
}

function user(...parts: string[]): Message {
  return { role: "user", content: parts.join("\n\n") };
}
