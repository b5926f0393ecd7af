/**
 * The training graph in pieces: embedding, one block, head, objective; each forward, and backward from the gradient of
 * what it computes. A backward piece computes its forward part again from its inputs, so nothing is kept in between but
 * the stream between blocks (Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost", §4.2 with a block a segment).
 */

import * as g from "../graph/mod.ts";
import type { DecoderConfig } from "./config.ts";
import { block, declareWeights, logits, type Weights } from "./decoder.ts";
import type { Objective } from "./training_graph.ts";
import type { AdapterShape } from "./lora.ts";
import { type Layout, under } from "./parameters.ts";
import { sharedPromptAttention } from "./shared_prompts.ts";

/** What the pieces are made of. */
export interface Pieces {
  config: DecoderConfig;
  layout: Layout;
  /** What is computed in: see `compute_copy.ts`. */
  type: g.FloatType;
  adapter?: AdapterShape;
  /** How far the table of rotary angles reaches. */
  positions: number;
  /** Divides the logits. */
  temperature: number;
}

/** Names that {@linkcode under} gives the weights of whichever layer. */
export const LAYER = "block.";

const STREAM = ["tokens"];

/** Names a gradient as an output, with `base.` as the input that it is added to. */
function outputGradients(
  graph: g.Graph,
  outputs: readonly g.Tensor[],
  cotangents: readonly (g.Tensor | null)[],
  wrt: Record<string, g.Tensor>,
  added: readonly string[],
): void {
  const names = Object.keys(wrt);
  const base = names.map((name) =>
    added.includes(name) ? graph.input(`base.${name}`, wrt[name].shape) : undefined
  );
  g.pullback(outputs, cotangents, Object.values(wrt), base).forEach((gradient, i) => {
    if (!gradient) throw new Error(`${names[i]} does not influence what is computed`);
    graph.output(`gradient.${names[i]}`, gradient);
  });
}

/** ids → `stream`; or, backward, `d.stream` → the embedding's gradient. */
export function embeddingGraph({ layout, type }: Pieces, backward: boolean): g.Graph {
  const graph = new g.Graph();
  const { embedding } = declareWeights(
    graph,
    under(layout, "embedding", "embedding"),
    backward ? "trained" : "live",
    type,
  );
  const ids = graph.input("ids", STREAM, "int64");
  const stream = g.gatherRows(embedding, ids);
  if (backward) {
    const d = graph.input("d.stream", stream.shape);
    outputGradients(graph, [stream], [d], { embedding }, ["embedding"]);
  } else graph.output("stream", stream);
  return graph;
}

/**
 * `stream`, with what {@linkcode sharedPromptAttention} reads → `next`; or, backward, `d.next` → `gradient.stream` and the gradients of what is trained in the block.
 *
 * @param layer any of those with the same window
 */
export function blockGraph(pieces: Pieces, layer: number, backward: boolean): g.Graph {
  const { config, layout, type, adapter, positions } = pieces;
  const graph = new g.Graph();
  const at = `layers.${layer}.`;
  const ours = under(layout, at, LAYER);
  const adapted = adapter &&
    { ...adapter, weights: { layout: under(adapter.weights.layout, at, LAYER) } };
  const weights = declareWeights(graph, ours, backward ? "trained" : "live", type, adapted);
  const stream = graph.input("stream", [...STREAM, config.hiddenSize], "float32", {
    differentiable: backward,
  });
  const attend = sharedPromptAttention(graph, config, positions, type);
  const next = block(config, weights, LAYER.slice(0, -1), stream, (qkv) => attend(qkv, layer));
  if (!backward) {
    graph.output("next", next);
    return graph;
  }
  const trained = (adapted?.weights.layout ?? ours).blocks.map(({ name }) => name);
  const wrt = { stream, ...Object.fromEntries(trained.map((name) => [name, weights[name]])) };
  outputGradients(graph, [next], [graph.input("d.next", next.shape)], wrt, trained);
  return graph;
}

/** The gradients that an objective asks of the head; it may want only one of them. */
export interface Wanted {
  logProb: boolean;
  entropy: boolean;
}

/**
 * `stream` at `counted`, with `targets` → `logProb` and `entropy`; or, backward, from their gradients to
 * `gradient.stream` and those of norm and head, each added to what is there.
 */
export function headGraph(pieces: Pieces, backward: Wanted | null): g.Graph {
  const { config, layout, type, adapter, temperature } = pieces;
  const graph = new g.Graph();
  const top = layout.blocks.filter(({ name }) =>
    name === "final_norm" || name === (config.tied ? "embedding" : "head")
  );
  const learns = backward !== null && !adapter;
  const weights: Weights = declareWeights(
    graph,
    { ...layout, blocks: top },
    learns ? "trained" : "live",
    type,
  );
  const stream = graph.input("stream", [...STREAM, config.hiddenSize], "float32", {
    differentiable: backward !== null,
  });
  const counted = graph.input("counted", ["counted"], "int64");
  const targets = graph.input("targets", ["counted"], "int64");
  const rows = g.selectRows(stream, counted);
  const { logProb, entropy } = g.tokenLogProbs(
    logits(config, weights, rows, 1 / temperature),
    targets,
  );
  if (backward === null) {
    graph.output("logProb", logProb);
    graph.output("entropy", entropy);
    return graph;
  }
  const wrt = learns ? { stream, ...weights } : { stream };
  const cotangents = (["logProb", "entropy"] as const).map((name) =>
    backward[name] ? graph.input(`d.${name}`, ["counted"]) : null
  );
  outputGradients(graph, [logProb, entropy], cotangents, wrt, Object.keys(wrt));
  return graph;
}

/** `logProb` and `entropy` of all counted tokens → the objective's outputs and the gradients that it wants. */
export function objectiveGraph(
  objective: Objective,
): { graph: g.Graph; outputs: string[]; wanted: Wanted } {
  const graph = new g.Graph();
  const counted = (name: string) =>
    graph.input(name, ["counted"], "float32", { differentiable: true });
  const logProb = counted("logProb"), entropy = counted("entropy");
  const perToken = (name: string) => graph.input(name, ["counted"]);
  const { loss, outputs } = objective({ logProb, entropy, perToken });
  const [dLogProb, dEntropy] = g.pullback([loss], [graph.scalar(1)], [logProb, entropy]);
  const named = { ...outputs, loss };
  for (const [name, tensor] of Object.entries(named)) graph.output(name, tensor);
  if (dLogProb) graph.output("d.logProb", dLogProb);
  if (dEntropy) graph.output("d.entropy", dEntropy);
  const wanted = { logProb: dLogProb !== null, entropy: dEntropy !== null };
  return { graph, outputs: Object.keys(named), wanted };
}
