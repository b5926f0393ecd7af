/**
 * Drawing tokens inside the graph: temperature, top-k, top-p, from one uniform number a row.
 *
 * By inverting the cumulative distribution: token = the first whose cumulated mass exceeds u · total. One number a
 * row makes a draw repeatable whatever else is in the batch; Gumbel noise would need one a token of the vocabulary.
 *
 * Large vocabularies are cumulated a block at a time: ONNX Runtime's CumSum adds up on CUDA, for each of n entries,
 * all that lie before it, which at 150,000 tokens would take longer than the model.
 */

import { float32, int64, type TensorData, type TensorView } from "../device.ts";
import * as g from "../graph/mod.ts";
import type { DecoderConfig } from "./config.ts";

/** How tokens are drawn: temperature 0 is greedy; topP 1 and topK 0 keep everything. */
export interface Drawing {
  /** Divides the logits. */
  temperature: number;
  /** The likeliest tokens are kept that reach this mass, in (0, 1]. */
  topP: number;
  /** At most this many of the likeliest tokens are kept. */
  topK: number;
}

/** How the graph draws: the likeliest; from everything; from the likeliest few. */
export type SamplerKind = "greedy" | "full" | "truncated";

/** The sampler that a drawing needs. */
export function kindOf({ temperature, topP, topK }: Drawing, config: DecoderConfig): SamplerKind {
  if (temperature === 0) return "greedy";
  return topP >= 1 && (topK <= 0 || topK >= config.vocabSize) ? "full" : "truncated";
}

/** A drawn token and its log-probability under the distribution that it was drawn from, both [batch, 1]. */
export interface Drawn {
  token: g.Tensor;
  logProb: g.Tensor;
}

/** Up to so many entries are cumulated in one piece. */
const FEW = 1024;
/** Entries of a block. */
const BLOCK = 256;

const wholeBlocks = (entries: number) => BLOCK * Math.ceil(entries / BLOCK);

/**
 * Appends a sampler. Besides the logits it declares the inputs of {@linkcode samplerInputs}, and `uniform` [batch, 1]
 * unless greedy.
 *
 * @param logits [batch, vocabulary]
 */
export function sampler(logits: g.Tensor, kind: SamplerKind): Drawn {
  const graph = logits.graph;
  if (kind === "greedy") {
    const token = graph.node("ArgMax", [logits], [logits.shape[0], 1], {
      type: "int64",
      attributes: { axis: -1, keepdims: 1 },
    });
    return { token, logProb: pick(logSoftmax(logits), token) };
  }
  const uniform = graph.input("uniform", [logits.shape[0], 1]);
  const logProbs = logSoftmax(g.div(logits, graph.input("temperature", [])));
  if (kind === "full") {
    const p = g.exp(logProbs), size = logits.size(-1);
    const token = size <= FEW
      ? firstBeyond(cumulate(p), uniform, graph.integers([size - 1]))
      : invertInBlocks(padded(p, 0), uniform);
    return { token, logProb: pick(logProbs, token) };
  }
  return truncated(logProbs, uniform);
}

/**
 * What a sampler reads besides logits and uniform numbers: nothing when greedy; `temperature` [] else; when truncated
 * also `topP` [], `sorted` [1] int64, how many of the likeliest are sorted, and `topK` [] where these are whole blocks.
 */
export function samplerInputs(
  { temperature, topP, topK }: Drawing,
  kind: SamplerKind,
  vocabSize: number,
): Record<string, TensorView<TensorData>> {
  if (kind === "greedy") return {};
  const inputs: Record<string, TensorView<TensorData>> = {
    temperature: float32([temperature], []),
  };
  if (kind === "full") return inputs;
  const kept = topK > 0 ? Math.min(topK, vocabSize) : vocabSize;
  Object.assign(inputs, { topP: float32([topP], []) });
  if (vocabSize <= FEW) return { ...inputs, sorted: int64([kept]) };
  return { ...inputs, sorted: int64([wholeBlocks(kept)]), topK: float32([kept], []) };
}

/**
 * Sorted, the tokens that top-p keeps are a prefix: those before which less than topP has been cumulated. As in vLLM
 * and transformers, top-p sees the distribution that top-k has left, renormalised.
 */
function truncated(logProbs: g.Tensor, uniform: g.Tensor): Drawn {
  const graph = logProbs.graph, [batch] = logProbs.shape, large = logProbs.size(-1) > FEW;
  const sum = large ? cumulateInBlocks : cumulate;
  let [best, order] = graph.multi(
    "TopK",
    [large ? padded(logProbs, -Infinity) : logProbs, graph.input("sorted", [1], "int64")],
    [[batch, "kept"], [batch, "kept"]],
    { type: ["float32", "int64"], attributes: { axis: -1 } },
  );
  let within: g.Tensor | undefined;
  if (large) {
    const rank = sum(g.add(g.zerosLike(best), 1));
    within = g.compare("LessOrEqual", rank, graph.input("topK", []));
    best = g.where(within, best, -Infinity);
  }
  const afterK = logSoftmax(best);
  const p = g.exp(afterK), before = g.sub(sum(p), p);
  let kept = g.cast(g.compare("Less", before, graph.input("topP", [])), "float32");
  if (within) kept = g.mul(kept, g.cast(within, "float32"));
  const mass = sum(g.mul(p, kept));
  const last = g.sub(count(kept), graph.integers([1]));
  const rank = firstBeyond(mass, uniform, last);
  return {
    token: pick(order, rank),
    logProb: g.sub(pick(afterK, rank), g.log(largest(mass))),
  };
}

function logSoftmax(x: g.Tensor): g.Tensor {
  return x.graph.node("LogSoftmax", [x], x.shape, { attributes: { axis: -1 } });
}

/** One entry of each row. */
function pick(from: g.Tensor, index: g.Tensor): g.Tensor {
  return from.graph.node("GatherElements", [from, index], index.shape, {
    type: from.type,
    attributes: { axis: 1 },
  });
}

/** Rows filled up to whole blocks. */
function padded(x: g.Tensor, fill: number): g.Tensor {
  const size = x.size(-1), whole = wholeBlocks(size);
  if (whole === size) return x;
  const { graph } = x;
  return graph.node(
    "Pad",
    [x, graph.integers([0, 0, 0, whole - size]), graph.scalar(fill)],
    [x.shape[0], whole],
  );
}

function cumulate(p: g.Tensor, exclusive = 0): g.Tensor {
  const axis = p.graph.constant(BigInt64Array.of(BigInt(p.shape.length - 1)), []);
  return p.graph.node("CumSum", [p, axis], p.shape, { attributes: { exclusive } });
}

const inBlocks = (p: g.Tensor) => g.reshape(p, [p.shape[0], "blocks", BLOCK]);

function cumulateInBlocks(p: g.Tensor): g.Tensor {
  const blocks = inBlocks(p), [batch] = p.shape;
  const before = cumulate(g.sum(blocks, [-1]), 1);
  return g.reshape(g.add(cumulate(blocks), g.reshape(before, [batch, "blocks", 1])), p.shape);
}

/** The entry on which u · total falls, of rows of whole blocks: its block first, then its place there. */
function invertInBlocks(p: g.Tensor, uniform: g.Tensor): g.Tensor {
  const graph = p.graph, [batch] = p.shape, blocks = inBlocks(p);
  const mass = cumulate(g.sum(blocks, [-1]));
  const block = firstBeyond(mass, uniform, lastWithMass(mass));
  const target = g.mul(uniform, largest(mass));
  const before = largest(g.mul(mass, g.cast(g.compare("LessOrEqual", mass, target), "float32")));
  const every = graph.node(
    "Expand",
    [g.reshape(block, [batch, 1, 1]), graph.integers([1, 1, BLOCK])],
    [batch, 1, BLOCK],
    { type: "int64" },
  );
  const within = cumulate(g.reshape(pick(blocks, every), [batch, BLOCK]));
  // Summed in another order, a block may hold a little less than was counted: then its last entry with any mass.
  const place = countCovered(g.add(within, before), target);
  return g.add(
    g.mul(block, graph.integers([BLOCK])),
    least(place, lastWithMass(within)),
  );
}

function largest(x: g.Tensor): g.Tensor {
  return x.graph.node("ReduceMax", [x, x.graph.integers([1])], [x.shape[0], 1], {
    attributes: { keepdims: 1 },
  });
}

/** Entries of each row that hold, [batch, 1] int64. */
function count(holds: g.Tensor): g.Tensor {
  const { graph } = holds;
  return graph.node("ReduceSum", [g.cast(holds, "int64"), graph.integers([1])], [
    holds.shape[0],
    1,
  ], { type: "int64", attributes: { keepdims: 1 } });
}

const countCovered = (mass: g.Tensor, target: g.Tensor) =>
  count(g.compare("LessOrEqual", mass, target));

/** The last entry that adds to a cumulated mass. */
const lastWithMass = (mass: g.Tensor) => count(g.compare("Less", mass, largest(mass)));

function least(a: g.Tensor, b: g.Tensor): g.Tensor {
  return a.graph.node("Min", [a, b], a.shape, { type: "int64" });
}

/** The number of entries that u · total covers: the index of the first beyond it, at most `last`. */
function firstBeyond(mass: g.Tensor, uniform: g.Tensor, last: g.Tensor): g.Tensor {
  return least(countCovered(mass, g.mul(uniform, largest(mass))), last);
}
