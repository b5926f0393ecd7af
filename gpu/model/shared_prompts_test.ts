import assert from "node:assert/strict";
import { imitationLoss } from "../../trainer/algorithm/policy_loss.ts";
import { Random } from "../../trainer/seed.ts";
import { deviceTest } from "../testing/devices.ts";
import type { Model } from "./checkpoint.ts";
import { placeModel } from "./device_parameters.ts";
import { Learner } from "./learner.ts";
import { close } from "./testing/generating.ts";
import { tinyModel } from "./testing/tiny.ts";
import { tokenBatch, type TokenRow } from "./token_batch.ts";

const random = new Random(9);
const tokens = (count: number) => Array.from({ length: count }, () => random.int(40));

const windowed = tinyModel({ layers: 3, headSize: 8 });
const models: Record<string, Model> = {
  "rotary on heads of 16": tinyModel(),
  "untied, with windows": { ...windowed, config: { ...windowed.config, windows: [4, null, 7] } },
};

/** Groups of answers to a prompt; one prompt is a single token, one answer is alone, one is empty. */
const groups: [prompt: number, ...responses: number[]][] = [[9, 3, 12, 1], [1, 5, 2], [14, 4], [
  6,
  0,
  2,
]];
const rows = groups.flatMap(([length, ...responses]): TokenRow[] => {
  const prompt = tokens(length);
  return responses.map((n) => ({ prompt, response: tokens(n) }));
});
const weights = rows.map(({ response }) => Float32Array.from(response, () => random.normal()));

for (const [name, model] of Object.entries(models)) {
  deviceTest(`answers that share a prompt are what each is alone (${name})`, async (device) => {
    const learned = async (parts: number[][]) => {
      using placed = placeModel(device, structuredClone(model));
      const { config, weights: own } = placed;
      using learner = new Learner(device, config, own, imitationLoss, { optimizer: {} });
      const logProbs = rows.map((): number[] => []);
      for (const part of parts) {
        const batch = tokenBatch(part.map((i) => rows[i]));
        const weight = Float32Array.from(part.flatMap((i) => [...weights[i]]));
        const { logProb } = await learner.accumulate(batch, { weight });
        let at = 0;
        for (const i of part) {
          logProbs[i] = [...logProb.subarray(at, at += rows[i].response.length)];
        }
      }
      const gradients: number[] = [];
      for (const { data } of (await learner.gradients()).values()) {
        gradients.push(...await data.read());
      }
      return { logProbs, gradients };
    };
    const all = rows.map((_, i) => i), shuffled = all.map((i) => (3 * i) % all.length);
    assert.equal(tokenBatch(rows).prompts.rows, groups.length, "they share");
    const together = await learned([shuffled]);
    const alone = await learned(all.filter((i) => rows[i].response.length > 0).map((i) => [i]));
    close(together.logProbs, alone.logProbs, 1e-5);
    const largest = alone.gradients.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    close([together.gradients], [alone.gradients], 2e-6 * largest);
  });
}
