/** `metrics.jsonl`, read where it grows. */

import type { MetricsLine, MetricsTail } from "./formats.ts";

/**
 * What was written since the last look. A run that goes back to a checkpoint replaces the file, which the system
 * numbers anew: then `version` differs, and everything is sent again.
 *
 * @param path of `metrics.jsonl`
 * @param since what the last look came to
 */
export async function metricsTail(
  path: string,
  since?: { version: string; next: number },
): Promise<MetricsTail> {
  using file = await Deno.open(path);
  const { ino, dev, size } = await file.stat();
  const version = `${dev}-${ino}`;
  const from = since?.version === version && since.next <= size ? since.next : 0;
  const bytes = new Uint8Array(size - from);
  await file.seek(from, Deno.SeekMode.Start);
  let length = 0;
  while (length < bytes.length) {
    const count = await file.read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  // A line that is being written has no end yet: it comes next time.
  const whole = bytes.subarray(0, length).lastIndexOf(10) + 1;
  const text = new TextDecoder().decode(bytes.subarray(0, whole));
  return {
    version: from === 0 ? version : since!.version,
    next: from + whole,
    lines: text.split("\n").flatMap(metricsLine),
  };
}

/** A line as numbers; nothing of a line that a killed run left half written. */
export function metricsLine(line: string): MetricsLine[] {
  if (line === "") return [];
  try {
    const record = JSON.parse(line);
    if (!Number.isInteger(record?.step)) return [];
    const numbers = Object.entries(record).filter(([, x]) => typeof x === "number" || x === null);
    return [Object.fromEntries(numbers) as MetricsLine];
  } catch {
    return [];
  }
}
