/** A run of a program's own that is ended in the middle: by a signal, by its reward function. */

import assert from "node:assert/strict";
import { join } from "node:path";
import {
  loadConfig,
  type RewardFunction,
  silentReporter,
  train,
  type TrainOptions,
} from "../mod.ts";
import { into, SMALL, temporaryFolder } from "./command_line.ts";
import { EVEN } from "./even_reward.ts";
import { outcome } from "./outcome.ts";

const [file, ...settings] = SMALL;

/** Trains for eight steps; `onStep` is told of each that is done. */
function small(
  folder: string,
  options: Partial<TrainOptions> = {},
  onStep: (step: number) => void = () => {},
) {
  const overrides = [...settings, "trainer.save_freq=0", into(folder)];
  const reporter = silentReporter();
  reporter.step = ({ step }) => onStep(step);
  return train({
    config: loadConfig({ files: [file], overrides }),
    reporter,
    reward: EVEN,
    ...options,
  });
}

const latest = (folder: string) => Deno.readTextFile(join(folder, "latest"));

Deno.test("a run that a signal ends saves what it has learned, and ends with the same bytes when it goes on", async () => {
  await using whole = await temporaryFolder();
  await using stopped = await temporaryFolder();
  await small(whole.path);

  const stop = new AbortController(), reason = new Error("enough");
  await assert.rejects(
    small(stopped.path, { signal: stop.signal }, (step) => {
      // In the middle of the next step.
      if (step === 3) setTimeout(() => stop.abort(reason), 10);
    }),
    reason,
  );
  assert.match(await latest(stopped.path), /^step-00000[34]\n$/);
  const result = await small(stopped.path);
  assert.equal(result?.finished, true);
  assert.deepEqual(await outcome(stopped.path), await outcome(whole.path));
});

Deno.test("a run is not begun under a signal that was aborted before", async () => {
  await using folder = await temporaryFolder();
  await assert.rejects(small(folder.path, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

Deno.test("a reward function that throws ends the run; what was learned before is saved", async () => {
  await using folder = await temporaryFolder();
  let done = 0;
  const reward: RewardFunction = {
    score(sample) {
      if (done === 3) throw new TypeError("no such column");
      return EVEN.score(sample);
    },
  };
  await assert.rejects(small(folder.path, { reward }, (step) => done = step), {
    name: "TypeError",
    message: "no such column",
  });
  assert.equal(await latest(folder.path), "step-000003\n");
});
