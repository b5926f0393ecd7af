import assert from "node:assert/strict";
import { loadConfig } from "./config.ts";
import { Run } from "./loop.ts";
import { type Method, StepAbandoned, type StepReport } from "./method.ts";
import { findCheckpoint } from "./run/checkpoint.ts";
import { RunFolder } from "./run/folder.ts";
import { silentReporter } from "./run/progress.ts";

/** Counts steps; fails where it is told to, once. */
class Counting implements Method<number> {
  readonly config = loadConfig({
    overrides: [
      "data.train_files=none.jsonl",
      "trainer.save_freq=100",
      "trainer.test_freq=2",
      "trainer.val_before_train=false",
    ],
  });
  readonly reporter = silentReporter();
  readonly totalSteps = 6;
  readonly tokenizer = { save: () => Promise.resolve() } as never;
  readonly policy = {
    model: {} as never,
    updates: 0,
    save: () => Promise.resolve(),
    load: () => Promise.resolve(),
  };
  done: number[] = [];

  constructor(public failAt: { step?: number; validation?: number }) {}

  epochAt = () => 0;

  step(step: number): Promise<StepReport> {
    if (this.failAt.step === step) return Promise.reject(new StepAbandoned("gone"));
    this.done.push(step);
    return Promise.resolve({
      metrics: { step: step + 1 },
      line: {
        step: step + 1,
        total: 6,
        reward: null,
        passAt1: null,
        refinedCorrect: null,
        zeroVariance: null,
        meanLength: 0,
        tokensPerSecond: 0,
        seconds: { step: 0 },
      },
      rollouts: [],
      learning: { metrics: {}, updates: 1, skipped: 0 },
    });
  }

  validate(): Promise<Record<string, number>> {
    const gone = this.failAt.validation === this.done.at(-1);
    return gone ? Promise.reject(new StepAbandoned("gone")) : Promise.resolve({ "val/loss": 1 });
  }

  conclude = () => Promise.resolve(this.done.length);
}

for (const failAt of [{ step: 3 }, { validation: 3 }]) {
  Deno.test(`what was learned is kept where ${JSON.stringify(failAt)} cannot be done`, async () => {
    const folder = await RunFolder.create(await Deno.makeTempDir());
    const method = new Counting(failAt);
    await assert.rejects(new Run(method, folder).go(null), StepAbandoned);
    const found = await findCheckpoint(folder, () => {});
    assert.equal(found?.step, failAt.step ?? 4);

    method.failAt = {};
    await folder.rewind(found!.step);
    await new Run(method, folder).go(found);
    assert.deepEqual(method.done, [0, 1, 2, 3, 4, 5]);
    const steps = (await folder.readMetrics()).map(({ step }) => step);
    assert.deepEqual(steps, [0, 1, 2, 3, 4, 5, 6]);
  });
}
