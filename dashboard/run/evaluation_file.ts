/** `results.json` of `deno task ctrl:eval`: how much a critic helps, turn by turn, beside the baselines. */

/** A turn of a method; shares of all solutions in [0, 1]. */
export interface EvaluatedTurn {
  /** 0: the solutions that all methods begin with. */
  turn: number;
  /** Solutions that pass after it. */
  "pass@1": number;
  /** Wrong at first, right now. */
  delta_up: number;
  /** Right at first, wrong now. */
  delta_down: number;
  /** Solutions that ran out of time. */
  timeout_rate: number;
  /** How well the judgments tell right from wrong; null where the method does not judge. */
  discrimination: { f1_macro: number } | null;
}

/** A whole evaluation. */
export interface CriticEvaluation {
  /** The folder inside of the run's; "" for the run's own. */
  folder: string;
  /** Problems. */
  tasks: number;
  /** Solutions of them. */
  solutions: number;
  /** By method, the baselines first. */
  results: { method: string; turns: EvaluatedTurn[] }[];
}

/** The evaluation in a file's text; null where it is none, for others write `results.json` too. */
export function criticEvaluation(text: string, folder: string): CriticEvaluation | null {
  try {
    const { method, tasks, solutions, results } = JSON.parse(text);
    if (method !== "ctrl:eval" || !Array.isArray(results)) return null;
    return {
      folder,
      tasks: Number(tasks),
      solutions: Number(solutions),
      results: results.filter((result) => result?.turns?.length > 0).map(({ method, turns }) => ({
        method: String(method),
        turns: turns.map(turnOf),
      })),
    };
  } catch {
    return null;
  }
}

function turnOf(turn: EvaluatedTurn): EvaluatedTurn {
  const f1 = turn.discrimination?.f1_macro;
  return {
    turn: Number(turn.turn),
    "pass@1": Number(turn["pass@1"]),
    delta_up: Number(turn.delta_up),
    delta_down: Number(turn.delta_down),
    timeout_rate: Number(turn.timeout_rate),
    discrimination: typeof f1 === "number" ? { f1_macro: f1 } : null,
  };
}
