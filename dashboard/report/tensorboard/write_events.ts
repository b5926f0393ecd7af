/**
 * A run's metrics as a TensorBoard event file.
 *
 * Made from `metrics.jsonl` when asked, not beside it while a run trains: a run that goes back to a checkpoint
 * replaces its metrics, and an event file, to which one can only append, would show both pasts.
 */

import { join } from "node:path";
import type { MetricsLine } from "../../run/formats.ts";
import { scalarRecord, versionRecord } from "./event.ts";

/** Always the same name, so that writing again replaces; `tfevents` in it is what TensorBoard looks for. */
const NAME = "events.out.tfevents.0.emend";

/**
 * Writes the file, in place of an earlier one.
 *
 * @param folder TensorBoard shows it as a run of this name
 * @param end when the last line was written
 * @returns the file's path
 */
export async function writeEvents(
  folder: string,
  metrics: readonly MetricsLine[],
  end: Date,
): Promise<string> {
  await Deno.mkdir(folder, { recursive: true });
  const times = wallTimes(metrics, end.getTime() / 1000);
  const records = metrics.map((line, i) => {
    const { step, ...rest } = line;
    const scalars = Object.fromEntries(
      Object.entries(rest).filter((entry): entry is [string, number] => entry[1] !== null),
    );
    return scalarRecord({ wallTime: times[i], step, scalars });
  });
  const path = join(folder, NAME), temporary = `${path}.tmp`;
  const all = [versionRecord(times[0] ?? end.getTime() / 1000), ...records];
  await Deno.writeFile(temporary, ReadableStream.from(all));
  await Deno.rename(temporary, path);
  return path;
}

/** Lines carry no clock, but each says how long its step took: counted back from the last. */
function wallTimes(metrics: readonly MetricsLine[], end: number): number[] {
  const times = new Array<number>(metrics.length);
  let at = end;
  for (let i = metrics.length - 1; i >= 0; i--) {
    times[i] = at;
    at -= Number(metrics[i]["timing_s/step"] ?? 0) + Number(metrics[i]["timing_s/testing"] ?? 0);
  }
  return times;
}
