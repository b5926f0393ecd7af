/** The smoothing of curves. */

/**
 * An exponential moving average that starts at the first value and not at zero (TensorBoard's): each point is the
 * weighted mean of all before it. Gaps stay gaps.
 *
 * @param weight of the past, in [0, 1); 0 changes nothing
 */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  let sum = 0, mass = 0;
  return values.map((value) => {
    if (value === null || weight === 0) return value;
    sum = weight * sum + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    return sum / mass;
  });
}
