/** What tests of generation share: models on a device, draws, and the training graph as judge. */

import assert from "node:assert/strict";
import { uniform } from "../../../trainer/seed.ts";
import type { Device } from "../../device.ts";
import type { Model } from "../checkpoint.ts";
import type { Drawing } from "../sampler.ts";
import { type DeviceModel, placeModel } from "../device_parameters.ts";
import type { Continuation } from "../../decoding.ts";
import { Learner } from "../learner.ts";
import { tokenBatch, type TokenRow } from "../token_batch.ts";

/** Tokens of the tests' models. */
export const VOCABULARY = 40;

/** Draws from the whole distribution. */
export const FULL: Drawing = { temperature: 0.9, topP: 1, topK: 0 };

/** A model on the device of a test. */
export interface Placed extends DeviceModel {
  device: Device;
}

/** Puts a model on a device. */
export const place = (device: Device, model: Model): Placed => ({
  device,
  ...placeModel(device, model),
});

/** Draws of its own for each sequence, as the trainer does. */
export const drawing = (seed: number) => (t: number) => uniform(seed, t);

/** The training graph's log-probability of each response's tokens. */
export async function trainingLogProbs(
  { device, config, weights }: Placed,
  rows: TokenRow[],
  temperature = 1,
): Promise<number[][]> {
  const objective = () => {
    throw new Error("nothing is trained here");
  };
  using learner = new Learner(device, config, weights, objective, { temperature, optimizer: {} });
  const { logProb } = await learner.logProbs(tokenBatch(rows));
  let at = 0;
  return rows.map(({ response }) => [...logProb.subarray(at, at += response.length)]);
}

/** Equal tokens, and log-probabilities to float32 round-off. */
export function same(found: Continuation[], wanted: Continuation[]): void {
  assert.deepEqual(found.map((c) => c.tokens), wanted.map((c) => c.tokens));
  assert.deepEqual(found.map((c) => c.ended), wanted.map((c) => c.ended));
  close(found.map((c) => c.logProbs), wanted.map((c) => c.logProbs), 1e-5);
}

/** Numbers no further apart than a tolerance. */
export function close(found: number[][], wanted: number[][], tolerance: number): void {
  const right = wanted.flat();
  found.flat().forEach((x, i) => {
    assert.ok(Math.abs(x - right[i]) <= tolerance, `${x}, not ${right[i]}`);
  });
  assert.deepEqual(found.map((r) => r.length), wanted.map((r) => r.length));
}
