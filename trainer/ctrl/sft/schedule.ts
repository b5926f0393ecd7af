/** The learning rate of an SFT run. */

/**
 * Up linearly over the warm-up, then half a cosine down to 0, as transformers' `get_cosine_schedule_with_warmup`.
 *
 * @param step from 0
 * @returns what the highest rate is multiplied with
 */
export function cosineSchedule(step: number, steps: number, warmUp: number): number {
  if (step < warmUp) return (step + 1) / (warmUp + 1);
  return 0.5 * (1 + Math.cos(Math.PI * (step - warmUp) / Math.max(1, steps - warmUp)));
}
