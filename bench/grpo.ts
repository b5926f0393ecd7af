/**
 * A whole GRPO step against TRL's GRPOTrainer: sample 8 completions of each of 16 prompts, score, centre, one AdamW step.
 *
 *     deno run -A bench/grpo.ts [--threads 2] [--json]
 *
 * Same weights (1M parameters), prompts and limits, trivial reward, no KL, no reference model, float32. In the first
 * case every completion has the full length; in the second the model may draw the end token, which at random weights
 * comes about once in 64 tokens. TRL pads to the longest completion, and chooses its batch size.
 */

import { LocalDevice } from "../gpu/local_device.ts";
import { placeModel, writeSafetensors } from "../gpu/model/mod.ts";
import { groupAdvantages } from "../trainer/algorithm/advantage.ts";
import { lossWeights } from "../trainer/algorithm/loss_weights.ts";
import { LocalPolicy } from "../trainer/policy.ts";
import { deriveSeed } from "../trainer/seed.ts";
import { bench, type Case, type Settings, type Spent } from "./harness.ts";
import { CLIPPED_LOSS, randomModel, randomTokens } from "./model.ts";
import { Peer } from "./peer.ts";

const SHAPE = { vocab: 64, hidden: 128, layers: 4, heads: 4, kvHeads: 2, intermediate: 512 };
const PROMPTS = 16, PROMPT_LENGTH = 16, GENERATIONS = 8;
/** As grpo_peer.py's tokenizer has it; 0 is its padding. */
const END = 1;

interface Load {
  name: string;
  /** The longest completion. */
  maxLength: number;
  /** Whether the end token may be drawn. */
  ends: boolean;
}

const LOADS: Load[] = [
  { name: "grpo 1M", maxLength: 64, ends: false },
  { name: "grpo 1M varied", maxLength: 256, ends: true },
];

/** Lengths of the completions of all turns. */
interface Lengths {
  mean: number;
  max: number;
}

/** The share of even tokens, as grpo_peer.py has it. */
const reward = (tokens: readonly number[]) =>
  tokens.reduce((even, t) => even + (t % 2 === 0 ? 1 : 0), 0) / tokens.length;

function ours({ maxLength, ends }: Load, prompts: readonly number[][], { threads }: Settings) {
  const device = new LocalDevice({ threads });
  const model = randomModel(SHAPE);
  const length = PROMPT_LENGTH + maxLength;
  const policy = new LocalPolicy(device, placeModel(device, model), {
    loss: CLIPPED_LOSS,
    oldIsCurrent: true, // one update a batch, as TRL has it with num_iterations=1
    temperature: 1,
    betas: [0.9, 0.999],
    weightDecay: 0.01,
    gradClip: 1,
    maxTokensPerMicroBatch: PROMPTS * GENERATIONS * length,
    endTokens: ends ? [END] : [],
    slots: PROMPTS * GENERATIONS,
    trainLength: length,
    contextLength: length,
  });
  const drawn: number[] = [];
  let step = 0;

  const turn = async (): Promise<void> => {
    step++;
    const requests = prompts.flatMap((prompt, p) =>
      Array.from({ length: GENERATIONS }, (_, k) => ({
        prompt,
        maxTokens: maxLength,
        seed: deriveSeed("grpo", step, p, k),
      }))
    );
    const completions = await policy.generate(requests, { temperature: 1, topP: 1, topK: 0 });
    drawn.push(...completions.map(({ tokens }) => tokens.length));
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
      { lossRemoveTokenMean: false, maxResponseLength: maxLength, offPolicyWeight: "row" },
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
  const lengths = (): Lengths => ({
    mean: drawn.reduce((sum, n) => sum + n, 0) / drawn.length,
    max: Math.max(...drawn),
  });
  return { turn, policy, lengths };
}

const cases: Case[] = LOADS.map((load) => ({
  name: load.name,
  unit: "ms",
  prepare: async (settings) => {
    // Prompts hold neither the padding nor the end token.
    const prompts = randomTokens(PROMPTS, PROMPT_LENGTH, SHAPE.vocab - 2)
      .map((prompt) => prompt.map((token) => token + 2));
    const { turn, policy, lengths } = ours(load, prompts, settings);
    const peer = await Peer.start("grpo_peer.py");
    const weights = await Deno.makeTempFile({ suffix: ".safetensors" });
    await writeSafetensors(weights, policy.model.weights.tensors());
    const prepared = await peer.ask<{ parameters: number; tried: Record<string, number> }>({
      do: "prepare",
      shape: SHAPE,
      weights,
      prompts,
      generations: GENERATIONS,
      maxLength: load.maxLength,
      ends: load.ends,
      threads: settings.threads,
    });
    await Deno.remove(weights);
    const { parameters } = policy.model.weights.layout;
    if (parameters !== prepared.parameters) {
      throw new Error(`The models differ: ${parameters} and ${prepared.parameters} parameters`);
    }
    let theirs: Lengths;
    const shown = ({ mean, max }: Lengths) => `${mean.toFixed(1)} tokens, at most ${max}`;
    return {
      amount: 1,
      ours: turn,
      peer: async () => {
        const { lengths, ...spent } = await peer.ask<Spent & { lengths: Lengths }>({ do: "step" });
        theirs = lengths;
        return spent;
      },
      get notes() {
        return [
          `${parameters} parameters, ${PROMPTS * GENERATIONS} completions of ${shown(lengths())}`,
          `the peer's ${shown(theirs)}`,
          `peer's best of ${
            Object.entries(prepared.tried).map(([how, s]) => `${how} ${s.toFixed(2)} s`).join(", ")
          }`,
        ];
      },
      async [Symbol.asyncDispose]() {
        policy[Symbol.dispose]();
        await peer[Symbol.asyncDispose]();
      },
    };
  },
}));

async function versions(): Promise<Record<string, string>> {
  await using peer = await Peer.start("grpo_peer.py");
  return await peer.ask({ do: "versions" });
}

if (import.meta.main) {
  await bench({
    name: "grpo",
    title: "A GRPO step beside TRL's GRPOTrainer",
    about:
      `${GENERATIONS} completions of each of ${PROMPTS} prompts, a trivial reward, one AdamW step, float32, no KL.`,
    versions,
    cases,
  });
}
