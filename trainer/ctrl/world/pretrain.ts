/** Stage I in the micro-world: SFT of both models from nothing. Real models bring most of it along. */

import type { DeviceModel } from "../../../gpu/model/mod.ts";
import type { Tokenizer } from "../../data/tokenizer.ts";
import { type CourseParts, take } from "./course.ts";
import { criticRow, generatorRow } from "./sft_rows.ts";

/**
 * Teaches the generator to follow critiques.
 *
 * @param folder keeps what was learned
 * @returns wall-clock seconds, over all starts
 */
export async function pretrainGenerator(
  parts: CourseParts,
  model: DeviceModel,
  tokenizer: Tokenizer,
  folder: string,
): Promise<number> {
  const { lr, generator_steps: steps } = parts.config.ctrl.world;
  return await take(parts, model, tokenizer, {
    name: "generator (SFT)",
    folder,
    kind: generatorRow,
    steps,
    rate: (step) => lr * warmUp(step) * (step < 0.6 * steps ? 1 : coolDown(step, steps)),
  });
}

/**
 * Teaches the critic to write critiques, and stops as soon as they mend enough of the wrong programs: RL shall have room.
 *
 * @param folder keeps what was learned
 * @param success the share of wrong programs that are mended; none of them is held out
 * @returns wall-clock seconds, over all starts
 */
export async function pretrainCritic(
  parts: CourseParts,
  model: DeviceModel,
  tokenizer: Tokenizer,
  folder: string,
  success: () => Promise<number>,
): Promise<number> {
  const { lr, critic_steps: steps, critic_until } = parts.config.ctrl.world;
  return await take(parts, model, tokenizer, {
    name: "critic (SFT)",
    folder,
    kind: criticRow,
    steps,
    rate: (step) => lr * warmUp(step),
    enough: async () => {
      const found = await success();
      parts.reporter.note(
        `critic (SFT): its critiques mend ${(100 * found).toFixed(1)}% of wrong programs`,
      );
      return found >= critic_until;
    },
  });
}

const warmUp = (step: number) => Math.min(1, (step + 1) / 20);
const coolDown = (step: number, steps: number) => Math.max(0.05, (steps - step) / (0.4 * steps));
