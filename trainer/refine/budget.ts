/** What fits the context: a refinement's prompt holds question, response and critique, and the refinement follows. */

/** The two bounds of a refinement, in tokens. */
export interface ContextBounds {
  /** The most tokens, prompt and completion together, that the model takes. */
  contextLength: number;
  /** The most tokens of a refinement. */
  maxRefinementLength: number;
}

/** A plan for a batch of refinements. */
export interface RefinementBudget {
  /** For each prompt the most tokens to draw; 0 where it is dropped. */
  maxTokens: number[];
  /** Prompts that leave no room at all: they are not to be generated. */
  dropped: number;
  /** Prompts that leave room, but less than `maxRefinementLength`. */
  cut: number;
}

/**
 * How much may be drawn after each refinement prompt, so that question + response + critique + refinement fit the
 * context. Prompts are never shortened: a refinement of half a solution would be another task.
 *
 * @param promptLengths tokens of each rendered refinement prompt
 */
export function refinementBudget(
  promptLengths: readonly number[],
  bounds: ContextBounds,
): RefinementBudget {
  const rooms = promptLengths.map((length) => bounds.contextLength - length);
  return {
    maxTokens: rooms.map((room) => Math.max(0, Math.min(room, bounds.maxRefinementLength))),
    dropped: rooms.filter((room) => room <= 0).length,
    cut: rooms.filter((room) => room > 0 && room < bounds.maxRefinementLength).length,
  };
}
