/** Stage I in the micro-world: SFT of both models from nothing. Real models bring most of it along. */

import type { Device } from "../../../gpu/device.ts";
import type { DeviceModel } from "../../../gpu/model/mod.ts";
import type { Config } from "../../config.ts";
import type { Tokenizer } from "../../data/tokenizer.ts";
import { Imitation } from "../../imitation.ts";
import type { Reporter } from "../../run/progress.ts";
import { criticRow, generatorRow, type RowKind, sftRows } from "./sft_rows.ts";

/** What both need. */
export interface PretrainParts {
  /** Computes. */
  device: Device;
  /** Seed, steps, rates. */
  config: Config;
  /** Shows progress. */
  reporter: Reporter;
}

/** Tokens of the longest row. */
const ROW = 128;
/** Steps between two looks at the critic. */
const LOOK_EVERY = 50;

/** Teaches the generator to follow critiques. */
export async function pretrainGenerator(
  parts: PretrainParts,
  model: DeviceModel,
  tokenizer: Tokenizer,
): Promise<void> {
  const { lr, generator_steps: steps } = parts.config.ctrl.world;
  await train(parts, model, tokenizer, {
    name: "generator (SFT)",
    kind: generatorRow,
    steps,
    rate: (step) => lr * warmUp(step) * (step < 0.6 * steps ? 1 : coolDown(step, steps)),
  });
}

/**
 * Teaches the critic to write critiques, and stops as soon as they mend enough of the wrong programs: RL shall have room.
 *
 * @param success the share of wrong programs that are mended; none of them is held out
 */
export async function pretrainCritic(
  parts: PretrainParts,
  model: DeviceModel,
  tokenizer: Tokenizer,
  success: () => Promise<number>,
): Promise<void> {
  const { lr, critic_steps: steps, critic_until } = parts.config.ctrl.world;
  let found = 0;
  await train(parts, model, tokenizer, {
    name: "critic (SFT)",
    kind: criticRow,
    steps,
    rate: (step) => lr * warmUp(step),
    enough: async (step) => step % LOOK_EVERY === 0 && (found = await success()) >= critic_until,
  });
  parts.reporter.note(
    `critic (SFT): its critiques mend ${(100 * found).toFixed(1)}% of wrong programs`,
  );
}

interface Course {
  name: string;
  kind: RowKind;
  steps: number;
  rate: (step: number) => number;
  enough?: (step: number) => Promise<boolean>;
}

async function train(
  { device, config, reporter }: PretrainParts,
  model: DeviceModel,
  tokenizer: Tokenizer,
  { name, kind, steps, rate, enough }: Course,
): Promise<void> {
  const { rows: count, lr } = config.ctrl.world;
  const { seed } = config.trainer;
  const optimizer = { betas: [0.9, 0.98] as const, weightDecay: 0.01 };
  using imitation = new Imitation(device, model, { optimizer, maxLength: ROW });
  using phase = reporter.phase(name, steps, "steps");
  for (let step = 0; step < steps; step++) {
    const rows = sftRows(kind, tokenizer, { seed, step, steps, count });
    const { applied, gradientNorm } = await imitation.update(rows, rate(step));
    if (!applied) {
      throw new Error(
        `The gradient of ${name} is ${gradientNorm} at step ${step}. Lower ctrl.world.lr=${lr}`,
      );
    }
    phase.advance();
    if (await enough?.(step + 1)) return;
  }
}

const warmUp = (step: number) => Math.min(1, (step + 1) / 20);
const coolDown = (step: number, steps: number) => Math.max(0.05, (steps - step) / (0.4 * steps));
