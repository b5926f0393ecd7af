/** Every number that the plan of a cluster rests on, with where it comes from. */

/** How a number is known. */
export type Kind = "measured here" | "published" | "assumed";

/** A number and its origin. */
export interface Input {
  value: number;
  unit: string;
  what: string;
  kind: Kind;
  source: string;
}

const input = (value: number, unit: string, what: string, kind: Kind, source: string): Input => ({
  value,
  unit,
  what,
  kind,
  source,
});

/** By the names that `plan.ts` uses. */
export const INPUTS = {
  flops: input(989e12, "FLOP/s", "H100 SXM, bfloat16, dense", "published", "NVIDIA's data sheet"),
  hbm: input(3.35e12, "B/s", "its memory's bandwidth", "published", "NVIDIA's data sheet"),
  memory: input(80e9, "B", "its memory", "published", "NVIDIA's data sheet"),
  nvlink: input(
    370e9,
    "B/s",
    "reduce-scatter or all-gather among the 8 of a machine (bus bandwidth)",
    "published",
    "NCCL's maintainer, github.com/NVIDIA/nccl-tests/issues/212",
  ),
  nic: input(
    50e9,
    "B/s",
    "network of a GPU: 8 adapters of 400 Gb/s a machine",
    "published",
    "MLPerf Inference v3.1, Dell XE9680 (8 H100 SXM)",
  ),
  nicShare: input(
    0.8,
    "",
    "share of it that sums between machines reach",
    "assumed",
    "as NCCL has of NVLink's 450 GB/s",
  ),
  mfu: input(
    0.4,
    "",
    "share of the FLOP/s in training, log-probabilities and prefill",
    "assumed",
    "nanochat logs 0.40 to 0.46 in pre-training; prime-rl's trainer 0.11 to 0.27 at 0.6B",
  ),
  decodeShare: input(
    0.5,
    "",
    "share of the memory's bandwidth in decoding",
    "assumed",
    "the check above comes out a fifth too low",
  ),
  usable: input(0.9, "", "share of the memory that may be planned", "assumed", "vLLM's default"),
  prompt: input(200, "tokens", "mean prompt", "assumed", "competition mathematics"),
  response: input(
    1500,
    "tokens",
    "mean response, exponential up to the limit",
    "assumed",
    "a 7B model early in training",
  ),
  folder: input(2e9, "B/s", "a shared folder, writing and reading", "assumed", "a fast NFS"),
  verified: input(15161, "1/s", "answers checked", "measured here", "bench/results/verifier.md"),
} as const;

/** A decoder's sizes. */
export interface Shape {
  name: string;
  family: "qwen2" | "qwen3" | "llama";
  parameters: number;
  vocabulary: number;
  layers: number;
  hidden: number;
  intermediate: number;
  heads: number;
  kvHeads: number;
  headSize: number;
}

/** From the models' `config.json`; parameters as their safetensors index counts them. */
export const MODELS: readonly Shape[] = [
  {
    name: "Qwen2.5-7B",
    family: "qwen2",
    parameters: 7_615_616_512,
    vocabulary: 152_064,
    layers: 28,
    hidden: 3584,
    intermediate: 18_944,
    heads: 28,
    kvHeads: 4,
    headSize: 128,
  },
  {
    name: "Qwen3-8B",
    family: "qwen3",
    parameters: 8_190_735_360,
    vocabulary: 151_936,
    layers: 36,
    hidden: 4096,
    intermediate: 12_288,
    heads: 32,
    kvHeads: 8,
    headSize: 128,
  },
];

/** The recipe's step (configs/critique_grpo.yaml). */
export const RECIPE = {
  prompts: 128,
  n: 8,
  nPrefix: 1,
  maxResponse: 6144,
  maxPrompt: 2048,
  updates: 2,
} as const;
