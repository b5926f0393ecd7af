/** What a language model thinks of given tokens: their log-probabilities, and the entropy where they stand. */

import type { Tensor } from "../graph.ts";
import { add, exp, mul, neg } from "./elementwise.ts";
import { reduce } from "./reduce.ts";
import { reshape } from "./shape.ts";

/** The log-probability of each token, and the entropy of its distribution, both [tokens], in nats. */
export interface TokenLogProbs {
  /** log p(token). */
  logProb: Tensor;
  /** −Σ p·log p. */
  entropy: Tensor;
}

/**
 * log softmax(logits)[token] and −Σ p·log p, with one shared gradient:
 * ∂/∂logits = d_ℓ·(onehot − p) − d_H·p·(log p + H).
 *
 * @param logits [tokens, vocabulary]
 * @param tokens [tokens], int64
 */
export function tokenLogProbs(logits: Tensor, tokens: Tensor): TokenLogProbs {
  const graph = logits.graph, [count] = tokens.shape;
  const column = reshape(tokens, [count, 1]);
  const all = graph.node("LogSoftmax", [logits], logits.shape, { attributes: { axis: -1 } });
  const picked = graph.node("GatherElements", [all, column], [count, 1], {
    attributes: { axis: 1 },
  });
  const logProb = reshapeBare(picked, count);
  const p = exp(all);
  const entropyColumn = neg(reduce("ReduceSum", mul(p, all), [-1], true));
  const entropy = reshapeBare(entropyColumn, count);
  graph.rule([logits], [logProb, entropy], ([dLogProb, dEntropy]) => {
    const dl = dLogProb && reshape(dLogProb, [count, 1]);
    const dh = dEntropy && reshape(dEntropy, [count, 1]);
    let inner: Tensor;
    if (dh) {
      inner = mul(dh, add(all, entropyColumn));
      if (dl) inner = add(inner, dl);
    } else {
      inner = dl!;
    }
    const spread = mul(p, neg(inner));
    if (!dl) return [spread];
    return [
      graph.node("ScatterElements", [spread, column, dl], logits.shape, {
        attributes: { axis: 1, reduction: "add" },
      }),
    ];
  });
  return { logProb, entropy };
}

/** A reshape outside the differentiation record: the rule above covers it. */
function reshapeBare(a: Tensor, count: Tensor["shape"][number]): Tensor {
  return a.graph.node("Reshape", [a, a.graph.integers([-1])], [count]);
}
