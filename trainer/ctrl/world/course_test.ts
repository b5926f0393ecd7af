import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { LocalDevice } from "../../../gpu/local_device.ts";
import { placeModel } from "../../../gpu/model/mod.ts";
import { loadConfig } from "../../config.ts";
import { type Reporter, silentReporter } from "../../run/progress.ts";
import { take } from "./course.ts";
import { generatorRow } from "./sft_rows.ts";
import { newMicroModel } from "./tiny_model.ts";
import { microTokenizer } from "./tokenizer_files.ts";

const STEPS = 5;

/** Takes a course of STEPS steps; after `until` steps the process is gone. */
async function course(folder: string, until = Infinity, seed = 1) {
  const config = loadConfig({
    files: [fileURLToPath(new URL("../../../configs/ctrl_quick.yaml", import.meta.url))],
    overrides: [
      `trainer.seed=${seed}`,
      "trainer.threads=1",
      "trainer.save_freq=2",
      "ctrl.world.rows=2",
    ],
  });
  let steps = 0;
  const advance = () => {
    if (++steps === until) throw new Error("killed");
  };
  const reporter: Reporter = {
    ...silentReporter(),
    phase: () => ({ advance, done() {}, [Symbol.dispose]() {} }),
  };
  const device = new LocalDevice({ threads: 1 });
  const model = placeModel(device, newMicroModel(seed, "generator"));
  const seconds = await take({ config, device, reporter }, model, microTokenizer("generator"), {
    name: "course",
    folder,
    kind: generatorRow,
    steps: STEPS,
    rate: () => 1e-3,
  });
  return { weights: await model.weights.data.read(), steps, seconds };
}

Deno.test("a course that was killed goes on from its checkpoint and ends as one that was not", async () => {
  const whole = await Deno.makeTempDir(), part = await Deno.makeTempDir();
  const { weights } = await course(whole);
  await assert.rejects(course(part, 4), /killed/);
  const resumed = await course(part);
  assert.equal(resumed.steps, STEPS - 2);
  assert.deepEqual(resumed.weights, weights);

  const again = await course(part);
  assert.equal(again.steps, 0, "it is over");
  assert.deepEqual(again.weights, weights);
  assert.equal(again.seconds, resumed.seconds);
  const lines = (await Deno.readTextFile(`${part}/metrics.jsonl`)).trim().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line).step), range(STEPS));

  await assert.rejects(course(part, Infinity, 2), /trainer.seed=1, not 2/);
});

const range = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
