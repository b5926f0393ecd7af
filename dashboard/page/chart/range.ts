/** How far a chart reaches. */

const SHARE =
  /pass@1$|^reward\/|^critic\/rewards\/|^(val-)?ctrl\/|trainer_idle$|frac_|_correct$|score_mean$|clip_ratio$|clipfrac$|_prob$/;

/** Shares keep to [0, 1], so that a small wiggle does not look like a cliff; all else fits its numbers. */
export function range(low: number | null, high: number | null, metric: string): [number, number] {
  if (low === null || high === null) return [0, 1];
  if (SHARE.test(metric) && low >= 0 && high <= 1) return [0, 1.02];
  const spread = high - low, size = Math.max(Math.abs(low), Math.abs(high));
  // A constant that was smoothed wiggles in its last digit: no axis has marks so fine.
  const room = (spread > 1e-6 * size ? spread : size || 1) * 0.06;
  return [low >= 0 && low - room < 0 ? 0 : low - room, high + room];
}
