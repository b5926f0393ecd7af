/** The micro-world as the states of a run. */

import type { Config } from "../../config.ts";
import type { Tokenizer } from "../../data/tokenizer.ts";
import type { States } from "../method.ts";
import { criticMessages } from "../prompts.ts";
import type { State, TestRunner } from "../state.ts";
import { heldOutProblems, type MicroProblem, trainingProblem } from "./problem.ts";
import { evaluate, programText } from "./program.ts";
import type { MicroTest } from "./runner.ts";
import { extractCode } from "../../../sandbox/judge/extract.ts";

/** A run's states; whether a solution is right is found out in the sandbox. */
export async function microStates(
  config: Config,
  tokenizer: Tokenizer,
  runner: TestRunner<readonly MicroTest[]>,
): Promise<States<readonly MicroTest[]>> {
  const { data, trainer, ctrl } = config;
  if (trainer.total_training_steps === null) {
    throw new Error(
      "Set trainer.total_training_steps: builtin:micro_programs has no end, so total_epochs does not say when to stop",
    );
  }
  const tested = async (problems: readonly MicroProblem[], first: number) => {
    const states = problems.map((problem, i) => stateOf(problem, first + i, tokenizer));
    const outcomes = await runner.run(states.map(({ solution, tests }) => ({
      code: extractCode(solution, "python").code,
      tests,
    })));
    return states.map((state, i) => ({
      ...state,
      passed: outcomes[i].passed,
      outcome: outcomes[i],
    }));
  };
  const size = data.train_batch_size;
  return {
    batchAt: async (step) => {
      const indices = Array.from({ length: size }, (_, i) => step * size + i);
      const problems = indices.map((index) => trainingProblem(trainer.seed, index));
      return { epoch: 0, states: await tested(problems, step * size) };
    },
    epochAt: () => 0,
    totalSteps: trainer.total_training_steps,
    heldOut: await tested(heldOutProblems(trainer.seed, ctrl.world.held_out), 0),
  };
}

function stateOf(
  { statement, program, wanted, inputs }: MicroProblem,
  index: number,
  tokenizer: Tokenizer,
): State<readonly MicroTest[]> {
  const solution = programText(program);
  return {
    id: `micro:${index}`,
    source: "micro_programs",
    problem: statement,
    solution,
    passed: false,
    tests: inputs.map(([a, b]) => [a, b, evaluate(wanted, a, b)]),
    prompt: tokenizer.encodeChat(criticMessages(statement, solution)),
  };
}
