/** Numbers in few characters. */

/** Three significant digits, without an exponent where a person reads the number faster without. */
export function decimal(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size >= 1e6 || size < 1e-4) return value.toExponential(1).replace("e+", "e");
  if (size >= 1e3) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}

/** `120ms`, `4.2s`, `3m 20s`, `2h 5m`. */
export function seconds(value: number): string {
  if (value < 1) return `${Math.round(value * 1000)}ms`;
  if (value < 60) return `${Number(value.toPrecision(2))}s`;
  const minutes = Math.floor(value / 60);
  if (minutes < 60) return `${minutes}m ${Math.round(value % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

/** `97.4%`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

/** With its sign: `+1.32`. */
export function signed(value: number): string {
  return `${value > 0 ? "+" : value < 0 ? "−" : "±"}${decimal(Math.abs(value))}`;
}

/** How long ago: `just now`, `5m ago`, `3 days ago`. */
export function ago(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes}m ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}h ago`;
  return `${Math.floor(minutes / 1440)} days ago`;
}
