/** A course of SFT in the micro-world, kept as it goes: what was killed goes on from its last checkpoint. */

import type { Device } from "../../../gpu/device.ts";
import type { DeviceModel } from "../../../gpu/model/mod.ts";
import type { Config } from "../../config.ts";
import type { Tokenizer } from "../../data/tokenizer.ts";
import { Imitation } from "../../imitation.ts";
import { findCheckpoint, removeLeftovers, saveCheckpoint } from "../../run/checkpoint.ts";
import { RunFolder } from "../../run/folder.ts";
import type { Reporter } from "../../run/progress.ts";
import { type RowKind, sftRows } from "./sft_rows.ts";

/** What every course needs. */
export interface CourseParts {
  /** Computes. */
  device: Device;
  /** Seed, steps, rates. */
  config: Config;
  /** Shows progress. */
  reporter: Reporter;
}

/** What is learned, and for how long. */
export interface Course {
  /** What a person sees. */
  name: string;
  /** The folder of its checkpoints and metrics; locked by the run that it belongs to. */
  folder: string;
  /** The rows. */
  kind: RowKind;
  /** Steps at most. */
  steps: number;
  /** The learning rate of a step, from 0. */
  rate: (step: number) => number;
  /** Looks at the model every {@linkcode LOOK_EVERY} steps; true ends the course. */
  enough?: () => Promise<boolean>;
}

/** Tokens of the longest row. */
const ROW = 128;
/** Steps between two looks. */
const LOOK_EVERY = 50;

interface State {
  /** Whether the course is over. */
  done: boolean;
  /** The optimizer's steps. */
  updates: number;
  /** Wall-clock seconds, over all starts. */
  seconds: number;
}

/**
 * Trains a model in place, or what is left of it; a finished course only loads what it came to.
 *
 * @returns wall-clock seconds of the course, over all of its starts
 * @throws where the gradient is not finite, or the folder's course had another seed
 */
export async function take(
  { device, config, reporter }: CourseParts,
  model: DeviceModel,
  tokenizer: Tokenizer,
  { name, folder: path, kind, steps, rate, enough }: Course,
): Promise<number> {
  const started = performance.now();
  const { rows: count, lr } = config.ctrl.world;
  const { seed, save_freq } = config.trainer;
  const optimizer = { betas: [0.9, 0.98] as const, weightDecay: 0.01 };
  using imitation = new Imitation(device, model, { optimizer, maxLength: ROW });
  const folder = await RunFolder.create(path);
  await removeLeftovers(folder);
  const found = await findCheckpoint(folder, (text) => reporter.warn(text));
  if (found && found.seed !== seed) {
    throw new Error(
      `${path} was trained with trainer.seed=${found.seed}, not ${seed}. Set trainer.experiment_name to another name`,
    );
  }
  let state: State = { done: false, updates: 0, seconds: 0 };
  if (found) {
    state = found.state as unknown as State;
    await imitation.load(found.dir, state.updates);
  }
  if (state.done) return state.seconds;
  const before = state.seconds;
  await folder.rewind(found?.step ?? 0);
  using phase = reporter.phase(name, steps, "steps", found?.step ?? 0);
  for (let step = found?.step ?? 0; !state.done;) {
    const rows = sftRows(kind, tokenizer, { seed, step, steps, count });
    const { applied, gradientNorm, loss } = await imitation.update(rows, rate(step));
    if (!applied) {
      throw new Error(
        `The gradient of ${name} is ${gradientNorm} at step ${step}. Lower ctrl.world.lr=${lr}`,
      );
    }
    step++;
    phase.advance();
    await folder.appendMetrics({ step, "train/loss": loss, "train/grad_norm": gradientNorm });
    const look = step % LOOK_EVERY === 0;
    const done = look && (await enough?.() ?? false) || step === steps;
    if (!done && !(save_freq > 0 && step % save_freq === 0)) continue;
    const seconds = before + (performance.now() - started) / 1000;
    state = { done, updates: imitation.updates, seconds };
    await saveCheckpoint(folder, {
      step,
      epoch: 0,
      seed,
      state,
      maxToKeep: 1,
      write: async (dir) => {
        await imitation.save(dir);
        await tokenizer.save(dir);
      },
    });
  }
  return state.seconds;
}
