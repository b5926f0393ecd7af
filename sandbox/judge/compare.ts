/** Whether an output is the expected one: by lines, forgiving case, outer spaces and the last digits of numbers. */

/** Relative difference up to which two numbers are the same. */
const TOLERANCE = 1e-5;

/** A decimal number and nothing else, as programs print them. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Why an output is not the expected one, in a line; null where it is. */
export function difference(actual: string, expected: string): string | null {
  const got = actual.trim().split(/\r\n|\n|\r/), wanted = expected.trim().split(/\r\n|\n|\r/);
  if (got.length !== wanted.length) {
    return `${lines(got.length)} where ${lines(wanted.length)} ${
      wanted.length === 1 ? "was" : "were"
    } expected`;
  }
  const wrong = got.findIndex((line, i) => !sameLine(line, wanted[i]));
  if (wrong < 0) return null;
  return `line ${wrong + 1}: expected ${quoted(wanted[wrong])}, got ${quoted(got[wrong])}`;
}

function sameLine(actual: string, expected: string): boolean {
  const a = actual.trim().toLowerCase(), b = expected.trim().toLowerCase();
  if (a === b) return true;
  if (!NUMBER.test(a) || !NUMBER.test(b)) return false;
  const x = Number(a), y = Number(b);
  if (!Number.isFinite(x) || !Number.isFinite(y)) return false;
  return x === y || Math.abs(x - y) < TOLERANCE * Math.abs(y);
}

function lines(count: number): string {
  return count === 1 ? "1 line" : `${count} lines`;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 200 ? text.slice(0, 200) + "…" : text);
}
