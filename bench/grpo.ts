/**
 * A whole GRPO step against TRL's GRPOTrainer: sample 8 completions of each of 16 prompts, score, centre, one AdamW step.
 *
 *     deno run -A bench/grpo.ts [--threads 2] [--json]
 *
 * Same model (1M parameters), prompt and completion lengths, trivial reward, no KL, no reference model, float32.
 */

import { LocalDevice } from "../gpu/local_device.ts";
import { placeModel } from "../gpu/model/mod.ts";
import { groupAdvantages } from "../trainer/algorithm/advantage.ts";
import { lossWeights } from "../trainer/algorithm/loss_weights.ts";
import { LocalPolicy } from "../trainer/policy.ts";
import { deriveSeed } from "../trainer/seed.ts";
import { bench, type Case, type Settings, type Spent } from "./harness.ts";
import { CLIPPED_LOSS, randomModel, randomTokens } from "./model.ts";
import { Peer } from "./peer.ts";

const SHAPE = { vocab: 64, hidden: 128, layers: 4, heads: 4, kvHeads: 2, intermediate: 512 };
const PROMPTS = 16, PROMPT_LENGTH = 16, GENERATIONS = 8, COMPLETION_LENGTH = 64;

/** The share of even tokens, as grpo_peer.py has it. */
const reward = (tokens: readonly number[]) =>
  tokens.reduce((even, t) => even + (t % 2 === 0 ? 1 : 0), 0) / tokens.length;

function ours({ threads }: Settings) {
  const device = new LocalDevice({ threads });
  const length = PROMPT_LENGTH + COMPLETION_LENGTH;
  const policy = new LocalPolicy(device, placeModel(device, randomModel(SHAPE)), {
    loss: CLIPPED_LOSS,
    oldIsCurrent: true, // one update a batch, as TRL has it with num_iterations=1
    temperature: 1,
    betas: [0.9, 0.999],
    weightDecay: 0.01,
    gradClip: 1,
    maxTokensPerMicroBatch: PROMPTS * GENERATIONS * length,
    endTokens: [],
    slots: PROMPTS * GENERATIONS,
    trainLength: length,
    contextLength: length,
  });
  const prompts = randomTokens(PROMPTS, PROMPT_LENGTH, SHAPE.vocab);
  let step = 0;

  const turn = async (): Promise<void> => {
    step++;
    const requests = prompts.flatMap((prompt, p) =>
      Array.from({ length: GENERATIONS }, (_, k) => ({
        prompt,
        maxTokens: COMPLETION_LENGTH,
        seed: deriveSeed("grpo", step, p, k),
      }))
    );
    const completions = await policy.generate(requests, { temperature: 1, topP: 1, topK: 0 });
    const group = (row: number) => Math.floor(row / GENERATIONS);
    const advantages = prompts.flatMap((_, p) => {
      const rewards = completions.filter((_, row) => group(row) === p).map((c) => reward(c.tokens));
      return groupAdvantages(rewards, { normByStd: true });
    });
    const weights = lossWeights(
      completions.map(({ tokens }, row) => ({
        length: tokens.length,
        refined: false,
        group: group(row),
      })),
      { lossRemoveTokenMean: false, maxResponseLength: COMPLETION_LENGTH, offPolicyWeight: "row" },
    );
    const rows = completions.map(({ tokens }, row) => ({
      prompt: requests[row].prompt,
      response: tokens,
      advantage: advantages[row],
      refined: false,
      weight: weights[row],
    }));
    await policy.update(rows, 1e-6);
  };
  return { turn, policy };
}

const step: Case = {
  name: "grpo 1M",
  unit: "ms",
  prepare: async (settings) => {
    const { turn, policy } = ours(settings);
    const { parameters } = policy.model.weights.layout;
    const peer = await Peer.start("grpo_peer.py");
    const prepared = await peer.ask<{ parameters: number }>({
      do: "prepare",
      shape: SHAPE,
      prompts: PROMPTS,
      promptLength: PROMPT_LENGTH,
      generations: GENERATIONS,
      completionLength: COMPLETION_LENGTH,
      threads: settings.threads,
    });
    if (parameters !== prepared.parameters) {
      throw new Error(`The models differ: ${parameters} and ${prepared.parameters} parameters`);
    }
    return {
      amount: 1,
      ours: turn,
      peer: () => peer.ask<Spent>({ do: "step", steps: 1 }),
      notes: [
        `${parameters} parameters, ${PROMPTS * GENERATIONS} completions of ${COMPLETION_LENGTH}`,
      ],
      async [Symbol.asyncDispose]() {
        policy[Symbol.dispose]();
        await peer[Symbol.asyncDispose]();
      },
    };
  },
};

async function versions(): Promise<Record<string, string>> {
  await using peer = await Peer.start("grpo_peer.py");
  return await peer.ask({ do: "versions" });
}

if (import.meta.main) await bench(versions, [step]);
