/** Critique and revision in turns: each sees only the problem, the last solution and a new critique. */

import { deriveSeed } from "../seed.ts";
import { judgmentOf } from "./judgment.ts";
import { criticMessages } from "./prompts.ts";
import { revise } from "./revise.ts";
import type { State, TestRunner } from "./state.ts";
import type { Writer } from "./writer.ts";

/** What turns are made with. */
export interface TurnParts<Tests> {
  /** Writes the critiques; one that finds no room for its words has no judgment. */
  critic: Writer;
  /** Revises, greedily. */
  generator: Writer;
  /** Runs revisions. */
  runner: TestRunner<Tests>;
}

/** How turns are taken. */
export interface TurnOptions {
  /** How many. */
  turns: number;
  /** Of critiques. */
  temperature: number;
  /** The most tokens of a critique. */
  critiqueTokens: number;
  /** The most tokens of a revision. */
  revisionTokens: number;
  /** Every draw follows from it. */
  seed: number;
}

/** What a turn came to; shares are of all solutions, in [0, 1]. */
export interface Turn {
  /** Solutions that pass after it. */
  "pass@1": number;
  /** Wrong at first, right now. */
  delta_up: number;
  /** Right at first, wrong now. */
  delta_down: number;
  /** Right solutions that its critiques call correct; NaN where there were none. */
  right_recognised: number;
  /** Wrong solutions that its critiques call incorrect; NaN where there were none. */
  wrong_recognised: number;
  /** Critiques without a judgment. */
  no_judgment: number;
}

/** Takes turns with every state; a solution that was judged correct is left as it is by its own critique. */
export async function takeTurns<Tests>(
  { critic, generator, runner }: TurnParts<Tests>,
  states: readonly State<Tests>[],
  options: TurnOptions,
): Promise<Turn[]> {
  const { turns, temperature, critiqueTokens, revisionTokens, seed } = options;
  let solutions = states.map(({ solution }) => solution);
  let passed = states.map((state) => state.passed);
  const results: Turn[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const critiques = await critic.write(
      states.map(({ problem }, i) => criticMessages(problem, solutions[i])),
      {
        maxTokens: critiqueTokens,
        temperature,
        topP: 1,
        seeds: states.map((_, i) => deriveSeed(seed, "turn", turn, i)),
      },
    );
    const revisions = await revise(
      generator,
      states.map(({ problem, face }, i) => ({
        problem,
        face,
        solution: solutions[i],
        critique: critiques[i].text,
      })),
      { maxTokens: revisionTokens },
    );
    const outcomes = await runner.run(
      states.map(({ tests }, i) => ({ code: revisions[i].code, tests })),
    );
    const judgments = critiques.map(({ text }) => judgmentOf(text));
    const now = outcomes.map((outcome) => outcome.passed);
    const right = [...passed.keys()].filter((i) => passed[i]);
    const wrong = [...passed.keys()].filter((i) => !passed[i]);
    const share = (count: number) => count / states.length;
    results.push({
      "pass@1": share(now.filter(Boolean).length),
      delta_up: share(states.filter((state, i) => !state.passed && now[i]).length),
      delta_down: share(states.filter((state, i) => state.passed && !now[i]).length),
      right_recognised: right.filter((i) => judgments[i] === "Correct").length / right.length,
      wrong_recognised: wrong.filter((i) => judgments[i] === "Incorrect").length / wrong.length,
      no_judgment: share(judgments.filter((judgment) => judgment === null).length),
    });
    solutions = revisions.map(({ answer }) => answer);
    passed = now;
  }
  return results;
}
