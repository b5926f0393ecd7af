/** A run on the device that its configuration names; lost with a sidecar, it goes on from the last checkpoint. */

import { type Device, DeviceLost } from "../../gpu/device.ts";
import { openDevice } from "../../gpu/sidecar/open.ts";
import { type DeviceModel, type Model, placeModel } from "../../gpu/model/mod.ts";
import type { Config } from "../config.ts";
import { computeType } from "../setup.ts";
import { findCheckpoint, type FoundCheckpoint, removeLeftovers } from "./checkpoint.ts";
import type { OpenRun } from "./open.ts";
import type { Reporter } from "./progress.ts";

/** Losses in a row, with no checkpoint between them, after which another attempt would only burn time. */
const MOST_LOSSES = 3;
/** A sidecar that others start may take this long to come back, in milliseconds. */
const PATIENCE = 60_000;

/** What a run is tried with. */
export interface OnDeviceOptions {
  /** `trainer.device` and `trainer.threads`. */
  config: Config;
  /** Where checkpoints are looked for. */
  opened: OpenRun;
  /** Told of every loss. */
  reporter: Reporter;
  /** What the run begins with; handed over to the first device. */
  model: Model;
  /** The same again, for another device. */
  reload: () => Model;
}

/**
 * Opens the device and runs; where the device is lost, does so again from the last checkpoint.
 *
 * @param attempt the run from a checkpoint, or from the start; it is called once for each device
 * @throws where the device cannot be had, or was lost three times without a new checkpoint between
 */
export async function onDevice<Result>(
  { config, opened: { folder, found: first }, reporter, model, reload }: OnDeviceOptions,
  attempt: (
    device: Device,
    model: DeviceModel,
    found: FoundCheckpoint | null,
  ) => Promise<Result>,
): Promise<Result> {
  const { device: name, threads } = config.trainer;
  let found = first, losses = 0;
  while (true) {
    try {
      using device = await openDevice(name, { threads, patience: losses > 0 ? PATIENCE : 0 });
      using placed = placeModel(
        device,
        losses > 0 ? reload() : model,
        computeType(config, device),
      );
      return await attempt(device, placed, found);
    } catch (error) {
      const lost = deviceLost(error);
      if (!lost) throw error;
      const before = found?.step;
      await removeLeftovers(folder);
      found = await findCheckpoint(folder, (text) => reporter.warn(text));
      losses = found?.step === before ? losses + 1 : 1;
      if (losses === MOST_LOSSES) {
        throw new Error(
          `${lost.message}, for the ${losses}rd time without a new checkpoint. The run can be gone on with; is there ` +
            `enough memory for actor_rollout_ref.actor.ppo_max_token_len_per_gpu?`,
          { cause: error },
        );
      }
      await folder.rewind(found?.step ?? -1);
      reporter.warn(
        `${lost.message}. ${
          Array.isArray(name) ? "All are replaced, and go" : "Another one goes"
        } on ${found ? `from step ${found.step}` : "from the start"}`,
      );
    }
  }
}

/** The loss behind an error; a checkpoint that could not be saved wraps it. */
function deviceLost(error: unknown): DeviceLost | undefined {
  if (error instanceof DeviceLost) return error;
  return error instanceof Error ? deviceLost(error.cause) : undefined;
}
