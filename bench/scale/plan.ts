/** What a step takes on a cluster: arithmetic over `inputs.ts`, phase by phase. */

import { held, outside } from "./memory.ts";
import { INPUTS, RECIPE, type Shape } from "./inputs.ts";

const I = Object.fromEntries(
  Object.entries(INPUTS).map(([name, { value }]) => [name, value]),
) as Record<keyof typeof INPUTS, number>;

/** GPUs of a machine, joined by NVLink. */
const MACHINE = 8;
/** Tokens between two points of the sum over decoding steps. */
const GRAIN = 16;

/** Who generates, and who learns. */
export interface Cluster {
  /** Sidecars that learn. */
  ranks: number;
  /** Inference servers, a GPU each; 0: the ranks generate. */
  servers: number;
  /** The ranks' cache grows by pages, as a server's does; as it is built, each slot has room for the longest sequence. */
  paged?: boolean;
}

/** What is asked of a step. */
export interface Work {
  shape: Shape;
  /** Responses a step, and again as many refinements where those are made. */
  samples: number;
  refined: boolean;
  prompt: number;
  /** Mean response, in tokens. */
  response: number;
  maxResponse: number;
  updates: number;
}

/** The recipe's step on a model. */
export function recipe(shape: Shape, response: number = I.response): Work {
  const { prompts, n, maxResponse, updates } = RECIPE;
  return {
    shape,
    samples: prompts * n,
    refined: true,
    prompt: I.prompt,
    response,
    maxResponse,
    updates,
  };
}

/** Bytes of the key-value cache for a token, in bfloat16. */
export const kvBytes = ({ layers, kvHeads, headSize }: Shape): number =>
  2 * 2 * layers * kvHeads * headSize;

/** Forward FLOP of sequences of a length: 2 a parameter and token, and causal attention. */
export function forward(
  { parameters, layers, heads, headSize }: Shape,
  sequences: number,
  length: number,
): number {
  return sequences * length * (2 * parameters + 2 * layers * heads * headSize * length);
}

/** The scale of an exponential that is cut at `most` and then has this mean; Infinity where all are of that length. */
export function cutExponential(mean: number, most: number): number {
  if (mean >= most) return Infinity;
  let low = 1, high = 1e9;
  for (let i = 0; i < 200; i++) {
    const tau = (low + high) / 2;
    if (tau * (1 - Math.exp(-most / tau)) < mean) low = tau;
    else high = tau;
  }
  return low;
}

/** Seconds in which GPUs draw responses. */
export function decoding(
  { shape, samples, response, maxResponse }: Work,
  prompt: number,
  gpus: number,
  slots: number,
): number {
  const each = samples / gpus, active = Math.max(1, Math.min(each, slots));
  const tau = cutExponential(response, maxResponse), kv = kvBytes(shape);
  let seconds = 0;
  const steps = (alive: number, context: number, count: number) => {
    const bytes = 2 * shape.parameters + alive * kv * context;
    const gpu = Math.max(
      bytes / (I.hbm * I.decodeShare),
      2 * shape.parameters * alive / (I.flops * I.mfu),
    );
    seconds += count * gpu;
  };
  // Sequences wait for a slot; then the last ones run out.
  steps(active, prompt + response / 2, (each - active) * response / active);
  for (let at = 0; at < maxResponse; at += GRAIN) {
    const left = Math.exp(-at / tau);
    if (samples * left < 1) break;
    steps(Math.max(1, active * left), prompt + at, GRAIN);
  }
  return seconds;
}

/**
 * Seconds that a reduce-scatter of float32 gradients and an all-gather take, which brings embedding and head in float32,
 * and what is multiplied in bfloat16.
 *
 * @param nics bytes a second between machines
 */
export function summing(shape: Shape, ranks: number, nics = I.nic * MACHINE): number {
  const between = ranks > MACHINE ? nics * I.nicShare : Infinity;
  const bytes = (4 + 2) * shape.parameters + 2 * outside(shape);
  return bytes * (ranks - 1) / ranks / Math.min(I.nvlink, between);
}

/** A step's phases, in seconds. */
export interface Plan {
  rollout: number;
  refinement: number;
  reward: number;
  logProbs: number;
  update: number;
  sums: number;
  sync: number;
  total: number;
  /** Sequences that a GPU decodes at once. */
  slots: number;
}

/** Plans a step. */
export function plan(work: Work, { ranks, servers, paged = servers > 0 }: Cluster): Plan {
  const { shape, samples, prompt, response, maxResponse, updates } = work;
  const gpus = servers || ranks;
  const refining = prompt + response + 100; // and the critique
  const room = I.memory * I.usable - (servers ? 2 * shape.parameters : held(shape, ranks));
  const longest = paged ? refining + response / 2 : prompt + 2 * maxResponse;
  const slots = Math.max(1, Math.min(256, Math.floor(room / (kvBytes(shape) * longest))));
  const prefill = (length: number, prompts: number) =>
    forward(shape, prompts, length) / (gpus * I.flops * I.mfu);
  const drawn = (length: number, prompts: number) =>
    decoding(work, length, gpus, slots) + prefill(length, prompts);
  const pass = forward(shape, samples, prompt + response) / (ranks * I.flops * I.mfu);
  const phases = {
    rollout: drawn(prompt, samples / RECIPE.n),
    refinement: work.refined ? drawn(refining, samples) : 0,
    reward: (work.refined ? 2 : 1) * samples / I.verified,
    logProbs: updates > 1 ? pass : 0,
    update: 4 * pass, // forward, backward twice that, and forward again for the checkpoints
    sums: updates * summing(shape, ranks),
    sync: servers ? 2 * 4 * shape.parameters / I.folder : 0,
  };
  const total = Object.values(phases).reduce((sum, seconds) => sum + seconds, 0);
  return { ...phases, total, slots };
}

/** GRPO of Llama 3.1 8B on 16 H100 as NVIDIA published it: 97.7 s a step. */
export const PUBLISHED = {
  source: "github.com/NVIDIA-NeMo/RL, docs/about/performance-summary.md, v0.4",
  seconds: 97.7,
  cluster: { ranks: 16, servers: 0, paged: true },
  work: {
    shape: {
      name: "Llama-3.1-8B",
      family: "llama",
      parameters: 8_030_261_248,
      vocabulary: 128_256,
      layers: 32,
      hidden: 4096,
      intermediate: 14_336,
      heads: 32,
      kvHeads: 8,
      headSize: 128,
    },
    samples: 2048,
    refined: false,
    prompt: 100,
    response: 960,
    maxResponse: 3996,
    updates: 4,
  } satisfies Work,
};
