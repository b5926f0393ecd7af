/** Why a run cannot go on: its updates have no finite gradient any more. */

import type { DeviceModel } from "../../gpu/model/mod.ts";
import type { RunFolder } from "./folder.ts";

/** What is known of it. */
export interface Divergence {
  /** Updates in a row whose gradient was not finite. */
  skipped: number;
  /** The step with the first of them. */
  since: number;
  /** Updates that the optimizer has made. */
  updates: number;
  /** Means over the last step's updates. */
  metrics: Record<string, number>;
  /** The policy's. */
  weights: DeviceModel["weights"];
  /** Where the policy came from. */
  modelPath: string;
  /** The learning rate in the configuration. */
  learningRate: number;
}

/** The error that ends the run: what was seen, what is to blame, how to go on. */
export async function divergence(folder: RunFolder, seen: Divergence): Promise<Error> {
  const { skipped, since, updates, metrics, weights, modelPath, learningRate } = seen;
  const what = `Stopped after ${skipped} updates in a row without a finite gradient ` +
    `(the first in step ${since}; norm ${metrics.grad_norm}, loss ${metrics.pg_loss}, ` +
    `entropy ${metrics.entropy}). They were skipped and changed no weight.`;
  const broken = await notFinite(weights);
  if (updates === 0) {
    const why = broken
      ? `Weight "${broken}" of ${modelPath} is not finite: use an undamaged copy of the model.`
      : `No update was made before: check the model in ${modelPath}, and the rewards.`;
    return new Error(`${what} ${why}`);
  }
  const weight = broken ? `Weight "${broken}" is not finite any more. ` : "";
  return new Error(
    `${what} ${weight}Lower actor_rollout_ref.actor.optim.lr=${learningRate}; to go on from before it went ` +
      `wrong, write the name of an older checkpoint in ${folder.checkpoints} into ${folder.latest}.`,
  );
}

/** The first weight with a NaN or an infinity. */
async function notFinite(weights: DeviceModel["weights"]): Promise<string | undefined> {
  for (const [name, { data }] of weights.tensors()) {
    if (!(await data.read()).every(Number.isFinite)) return name;
  }
}
