/** The group that is learned from: refinements take the places of as many rollouts. */

/** A response as it enters a group. */
export interface GroupMember {
  /** Token ids; the last one is the end token exactly when `finish` is `"stop"`. */
  tokens: readonly number[];
  /** What it is worth. */
  reward: number;
  /** Its score, for the metrics. */
  score: number;
  /** `"length"` where it was cut; it gets no invented end token. */
  finish: "stop" | "length";
  /** Of each token, what it had when it was drawn, under the prompt that it was drawn from. */
  logprobs?: readonly number[];
}

/** A row of the assembled group. */
export interface GroupRow extends GroupMember {
  /** The *original* prompt, under which a refinement is learned too. */
  prompt: readonly number[];
  /** True where the row is a refinement: the prefix mask is then true on all of its tokens. */
  refined: boolean;
}

/**
 * The rollouts that make room for `count` refinements: those of least reward, the last ones on ties.
 *
 * The method leaves this open. Displacing the worst keeps what the policy got right by itself in the group, and
 * with it a contrast to learn from where the refinement is right as well. (Displaced rollouts leave the baseline
 * too, so it rises: a group's advantages still sum to 0.)
 *
 * @returns indices into the rewards; the j-th makes room for the j-th refinement
 * @throws {RangeError} where there are fewer rollouts than refinements
 */
export function displacedRollouts(rewards: readonly number[], count: number): number[] {
  if (count > rewards.length) {
    throw new RangeError(
      `Cannot put ${count} refinements into a group of ${rewards.length}: n_prefix must not exceed n`,
    );
  }
  return [...rewards.keys()].sort((a, b) => rewards[a] - rewards[b] || b - a).slice(0, count);
}

/**
 * A prompt's group: its rollouts, some of them replaced by the selected refinements, correct or not. Its size is
 * that of the rollouts; its rewards, and so its baseline, are those of its rows.
 *
 * @param group.prompt token ids of the original prompt
 * @param group.refinements those selected, best first, no longer than `max_refinement_length`
 *   ({@linkcode truncateRefinement} before they are scored)
 */
export function assembleGroup(group: {
  prompt: readonly number[];
  rollouts: readonly GroupMember[];
  refinements: readonly GroupMember[];
}): GroupRow[] {
  const { prompt, rollouts, refinements } = group;
  const row = (member: GroupMember, refined: boolean): GroupRow => {
    const { tokens, reward, score, finish, logprobs } = member;
    // A refinement's are under another prompt than the row's: they are of no use to it.
    return {
      prompt,
      tokens,
      reward,
      score,
      finish,
      refined,
      ...(!refined && logprobs && { logprobs }),
    };
  };
  const rows = rollouts.map((rollout) => row(rollout, false));
  const displaced = displacedRollouts(rollouts.map((r) => r.reward), refinements.length);
  for (const [j, i] of displaced.entries()) rows[i] = row(refinements[j], true);
  return rows;
}

/**
 * A refinement's first `maxLength` tokens. To be called before scoring, so that what is rewarded is what is learned.
 * One that is cut ends by `"length"`; no end token is put after it.
 */
export function truncateRefinement<
  T extends { tokens: readonly number[]; finish: "stop" | "length" },
>(refinement: T, maxLength: number): T {
  if (refinement.tokens.length <= maxLength) return refinement;
  return { ...refinement, tokens: refinement.tokens.slice(0, maxLength), finish: "length" };
}
