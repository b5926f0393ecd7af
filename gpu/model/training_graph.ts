/** A decoder with an objective and its gradients, whole, as one graph. */

import * as g from "../graph/mod.ts";
import type { DecoderConfig } from "./config.ts";
import { declareWeights, decoder, logits } from "./decoder.ts";
import type { AdapterShape } from "./lora.ts";
import type { Layout } from "./parameters.ts";
import { sharedPromptAttention } from "./shared_prompts.ts";

/** What an objective gets: a tensor for each counted token. */
export interface ObjectiveInputs extends g.TokenLogProbs {
  /** Declares an input [n] that the caller provides with each batch. */
  perToken(name: string): g.Tensor;
}

/** A loss over the tokens of a batch, with anything else [n] that should be seen. */
export type Objective = (inputs: ObjectiveInputs) => {
  loss: g.Tensor;
  outputs?: Record<string, g.Tensor>;
};

/** What a training graph depends on beside the model. */
export interface TrainingGraphOptions {
  /** Divides the logits, as it did when the tokens were drawn. @default 1 */
  temperature?: number;
  /** The longest row, in tokens: how far the table of rotary angles reaches. @default the model's maximum */
  maxLength?: number;
  /** Learns in place of the weights, which stay as they are. */
  adapter?: AdapterShape;
}

/** Log-probabilities alone; with gradients; with gradients added to those of earlier micro-batches. */
export type GraphKind = "forward" | "gradient" | "accumulate";

/** The graph of a kind, from a {@linkcode TokenBatch} and the objective's inputs to `outputs` and gradients. */
export function trainingGraph(
  kind: GraphKind,
  config: DecoderConfig,
  layout: Layout,
  type: g.FloatType,
  objective: Objective,
  options: TrainingGraphOptions,
): { graph: g.Graph; outputs: string[] } {
  const graph = new g.Graph();
  const { adapter } = options;
  const weights = declareWeights(
    graph,
    layout,
    kind === "forward" ? "live" : "trained",
    type,
    adapter,
  );
  const ids = graph.input("ids", ["tokens"], "int64");
  const counted = graph.input("counted", ["counted"], "int64");
  const targets = graph.input("targets", ["counted"], "int64");
  // Only where a counted token is predicted is there anything above the last attention: at a large vocabulary, logits
  // cost more than the rest.
  const rows = decoder(
    config,
    weights,
    ids,
    sharedPromptAttention(graph, config, options.maxLength ?? config.maxPositions, type),
    counted,
  );
  const tokens = g.tokenLogProbs(
    logits(config, weights, rows, 1 / (options.temperature ?? 1)),
    targets,
  );

  const named: Record<string, g.Tensor> = { ...tokens };
  if (kind !== "forward") {
    const perToken = (name: string) => graph.input(name, ["counted"]);
    const { loss, outputs } = objective({ ...tokens, perToken });
    Object.assign(named, outputs, { loss });
    const { blocks } = adapter?.weights.layout ?? layout;
    const wrt = blocks.map(({ name }) => weights[name]);
    const base = kind === "accumulate"
      ? blocks.map(({ name, shape }) => graph.input(`base.${name}`, shape))
      : [];
    g.gradients(loss, wrt, base).forEach((gradient, i) =>
      graph.output(`gradient.${blocks[i].name}`, gradient)
    );
  }
  for (const [name, tensor] of Object.entries(named)) graph.output(name, tensor);
  return { graph, outputs: Object.keys(named) };
}
