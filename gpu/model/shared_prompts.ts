/**
 * Attention in training, over whole sequences at once: prompts, and behind each its responses.
 *
 * The answers of a group have their prompt in common, and nothing there depends on them. So its stream is computed once;
 * responses attend to its keys and values, whose gradients add up there. A group of n, with p tokens of prompt and r of
 * a response, takes p + n·r tokens, not n·(p + r).
 */

import * as g from "../graph/mod.ts";
import type { DecoderConfig } from "./config.ts";
import { apart, type Attend } from "./decoder.ts";
import { ropeFrequencies } from "./rope.ts";

/** One of the two halves of a stream: the tokens of rows, side by side. */
interface Half {
  /** Names the number of its tokens. */
  name: string;
  /** Where they stand in their sequences [rows, width], int64. */
  positions: g.Tensor;
  /** The same, counted from {@linkcode BEYOND}, float32: below zero, and exact. */
  before: g.Tensor;
}

/** Behind all positions. */
const BEYOND = 2 ** 23;

/**
 * Attention over the tokens of a {@linkcode TokenBatch}, whose inputs it declares: `prompts` [prompts, promptWidth]
 * and `responses` [responses, responseWidth], the positions of the tokens in their sequences, int64, and `membership`
 * [responses, prompts], 1 where a response is one to the prompt, 0 elsewhere.
 *
 * @param positions how far the table of rotary angles reaches
 * @param type of q, k and v
 */
export function sharedPromptAttention(
  graph: g.Graph,
  config: DecoderConfig,
  positions: number,
  type: g.FloatType,
): Attend {
  const { headSize } = config;
  const half = (name: string): Half => {
    const positions = graph.input(name, [name, `${name} width`], "int64");
    const before = g.sub(g.cast(positions, "float32"), BEYOND);
    return { name: `${name} tokens`, positions, before };
  };
  const halves = [half("prompts"), half("responses")], [prompts, responses] = halves;
  const membership = graph.input("membership", ["responses", "prompts"]);

  const flat = halves.map(({ name, positions }) => g.reshape(positions, [name, 1]));
  const at = g.concat(flat, 0), lengths = g.concat(flat.map((x) => g.lengthOf(x, 0)), 0);
  const table = g.rotaryTable(graph, positions, ropeFrequencies(config.rope, headSize), type);
  const rotated = (x: g.Tensor) => g.rotary(g.reshape(x, ["tokens", 1, x.size(-1)]), table, at);
  /** The halves of q, k or v, each [rows, heads, width, headSize]. */
  const parts = (x: g.Tensor) =>
    g.split(x, halves.map(({ name }) => name), 0, lengths).map((part, i) => {
      const { positions } = halves[i], heads = [x.size(-1) / headSize, headSize];
      const shape = g.concat([g.shapeOf(positions), graph.integers(heads)], 0);
      return g.transpose(g.reshape(part, [...positions.shape, ...heads], shape), [0, 2, 1, 3]);
    });
  /**
   * What each response sees of its prompt, out of [prompts, …]: sums of one number and zeros, so exactly that. Of no
   * prompt it sees zeros, and those as positions lie behind everything.
   */
  const own = (x: g.Tensor) => {
    const seen = g.matmul(g.cast(membership, x.type), g.reshape(x, ["prompts", "numbers"]));
    return g.reshape(seen, ["responses", ...x.shape.slice(1)]);
  };

  const keys = g.concat([own(prompts.before), responses.before], 1);
  const masks = new Map(
    [...new Set(config.windows)].map((window) => [window, {
      prompt: g.causalMask(prompts.before, prompts.before, window),
      response: g.causalMask(responses.before, keys, window),
    }]),
  );
  return (qkv, layer) => {
    const [q, k, v] = apart(config, qkv), mask = masks.get(config.windows[layer])!;
    const [[promptQ, responseQ], [promptK, responseK], [promptV, responseV]] = [
      parts(rotated(q)),
      parts(rotated(k)),
      parts(v),
    ];
    const behind = (prompt: g.Tensor, response: g.Tensor) => g.concat([own(prompt), response], 2);
    const mixed = [
      g.attention(promptQ, promptK, promptV, mask.prompt),
      g.attention(
        responseQ,
        behind(promptK, responseK),
        behind(promptV, responseV),
        mask.response,
      ),
    ];
    return g.concat(
      mixed.map((y, i) => g.reshape(y, [halves[i].name, config.heads * headSize])),
      0,
    );
  };
}
