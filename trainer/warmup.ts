/**
 * The warm-up of the built-in world: supervised fine-tuning of a model that knows nothing, until it answers and
 * refines in the right form. Real models bring that along.
 */

import type { Device } from "../gpu/device.ts";
import type { DeviceModel } from "../gpu/model/mod.ts";
import type { Config } from "./config.ts";
import { warmupRows } from "./data/secret_numbers/sft.ts";
import type { Tokenizer } from "./data/tokenizer.ts";
import { Imitation } from "./imitation.ts";
import { Interrupt } from "./run/interrupt.ts";
import { Interrupted } from "./run/interrupted.ts";
import type { Reporter } from "./run/progress.ts";
import { deriveSeed, Random } from "./seed.ts";

/**
 * Trains the model in place; a function of the configuration and its seed alone.
 *
 * @throws {Interrupted} on Ctrl-C: there is nothing to save yet
 * @throws the signal's reason once it is aborted
 */
export async function warmUp(
  device: Device,
  model: DeviceModel,
  config: Config,
  tokenizer: Tokenizer,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<void> {
  const { steps, lr, direct_rows, refinement_rows } = config.warmup;
  const seed = config.warmup.seed ?? config.trainer.seed;
  using imitation = new Imitation(device, model, {
    optimizer: { betas: [0.9, 0.98], weightDecay: 0.01 },
  });
  using interrupt = new Interrupt({ say: () => {} });
  using phase = reporter.phase("warm-up (SFT)", steps, "steps");
  for (let step = 0; step < steps; step++) {
    signal?.throwIfAborted();
    if (interrupt.requested) {
      throw new Interrupted(
        "Stopped in the warm-up, before there was anything to save; the same command begins it anew.",
      );
    }
    const random = new Random(deriveSeed(seed, "warmup", step));
    const rows = warmupRows(tokenizer, random, {
      directRows: direct_rows,
      refinementRows: refinement_rows,
    });
    const { applied, gradientNorm } = await imitation.update(rows, lr * schedule(step, steps));
    if (!applied) {
      throw new Error(
        `The warm-up's gradient is ${gradientNorm} at step ${step}. Lower warmup.lr=${lr}`,
      );
    }
    phase.advance();
  }
}

/** Up over 20 steps, level, then down over the last 40% to a twentieth. */
function schedule(step: number, steps: number): number {
  const up = Math.min(1, (step + 1) / 20);
  return up * (step < 0.6 * steps ? 1 : Math.max(0.05, (steps - step) / (0.4 * steps)));
}
