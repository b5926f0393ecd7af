/** Numbers as a person reads them: short, with their unit. */

/** A duration: `3.4s`, `1m 06s`, `2h 05m`; `?` when it is not known. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  if (seconds < 59.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  const two = (n: number): string => String(Math.floor(n)).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${two(whole % 3600 / 60)}m`;
}

/** A count or a rate in at most four characters or so: `0.42`, `7.5`, `143`, `1.2k`, `35k`, `2.1M`. */
export function compact(value: number): string {
  if (!Number.isFinite(value)) return "?";
  for (const [unit, letter] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) {
    if (value >= 0.9995 * unit) {
      return (value / unit).toFixed(value < 9.95 * unit ? 1 : 0) + letter;
    }
  }
  if (Number.isInteger(value) || value >= 99.5) return value.toFixed(0);
  return value < 1 ? value.toFixed(2) : value.toFixed(1);
}

/** Units a second: `45.2/s`; a slow pace the other way round: `25.0s each`. */
export function speed(rate: number): string {
  return rate > 0 && rate < 0.1 ? `${duration(1 / rate)} each` : `${compact(rate)}/s`;
}

/** A share in [0, 1] as `31.2%`; a dash when there is nothing it could be a share of (null, NaN). */
export function percent(share: number | null): string {
  return share === null || Number.isNaN(share) ? "-" : `${(100 * share).toFixed(1)}%`;
}
