/**
 * Drawing tokens inside the graph: temperature, top-k, top-p, from one uniform number a row.
 *
 * By inverting the cumulative distribution: token = the first whose cumulated mass exceeds u · total. One number a
 * row makes a draw repeatable whatever else is in the batch; Gumbel noise would need one a token of the vocabulary.
 */

import * as g from "../graph/mod.ts";

/** How the graph draws: the likeliest; from everything; from the likeliest few. */
export type SamplerKind = "greedy" | "full" | "truncated";

/** A drawn token and its log-probability under the distribution that it was drawn from, both [batch, 1]. */
export interface Drawn {
  token: g.Tensor;
  logProb: g.Tensor;
}

/**
 * Appends a sampler. Besides the logits it declares these inputs:
 * `uniform` [batch, 1] and `temperature` [] unless greedy; `topK` [1] int64 and `topP` [] when truncated.
 *
 * @param logits [batch, vocabulary]
 */
export function sampler(logits: g.Tensor, kind: SamplerKind): Drawn {
  const graph = logits.graph, [batch] = logits.shape;
  const logSoftmax = (x: g.Tensor) =>
    graph.node("LogSoftmax", [x], x.shape, { attributes: { axis: -1 } });
  const pick = (from: g.Tensor, index: g.Tensor) =>
    graph.node("GatherElements", [from, index], [batch, 1], {
      type: from.type,
      attributes: { axis: 1 },
    });

  if (kind === "greedy") {
    const token = graph.node("ArgMax", [logits], [batch, 1], {
      type: "int64",
      attributes: { axis: -1, keepdims: 1 },
    });
    return { token, logProb: pick(logSoftmax(logits), token) };
  }

  const uniform = graph.input("uniform", [batch, 1]);
  const logProbs = logSoftmax(g.div(logits, graph.input("temperature", [])));
  if (kind === "full") {
    const mass = cumulate(g.exp(logProbs));
    const token = firstBeyond(mass, uniform, logits.size(-1) - 1);
    return { token, logProb: pick(logProbs, token) };
  }

  // Sorted, the tokens that top-p keeps are a prefix: those before which less than topP has been cumulated. As in
  // vLLM and transformers, top-p sees the distribution that top-k has left, renormalised.
  const topK = graph.input("topK", [1], "int64");
  const [best, order] = [
    ...graph.multi("TopK", [logProbs, topK], [[batch, "kept"], [batch, "kept"]], {
      attributes: { axis: -1 },
    }),
  ];
  const afterK = logSoftmax(best);
  const p = g.exp(afterK);
  const before = g.sub(cumulate(p), p);
  const kept = g.cast(g.compare("Less", before, graph.input("topP", [])), "float32");
  const mass = cumulate(g.mul(p, kept));
  const last = g.sub(
    graph.node("ReduceSum", [g.cast(kept, "int64"), graph.integers([1])], [batch, 1], {
      type: "int64",
      attributes: { keepdims: 1 },
    }),
    graph.integers([1]),
  );
  const rank = firstBeyond(mass, uniform, last);
  const total = graph.node("ReduceMax", [mass, graph.integers([1])], [batch, 1], {
    attributes: { keepdims: 1 },
  });
  return {
    token: graph.node("GatherElements", [order, rank], [batch, 1], {
      type: "int64",
      attributes: { axis: 1 },
    }),
    logProb: g.sub(pick(afterK, rank), g.log(total)),
  };
}

function cumulate(p: g.Tensor): g.Tensor {
  return p.graph.node("CumSum", [p, p.graph.constant(BigInt64Array.of(1n), [])], p.shape);
}

/** The number of entries that u · total covers: the index of the first beyond it, at most `last`. */
function firstBeyond(mass: g.Tensor, uniform: g.Tensor, last: g.Tensor | number): g.Tensor {
  const graph = mass.graph, [batch] = mass.shape;
  const total = graph.node("ReduceMax", [mass, graph.integers([1])], [batch, 1], {
    attributes: { keepdims: 1 },
  });
  const covered = g.cast(g.compare("LessOrEqual", mass, g.mul(uniform, total)), "int64");
  const index = graph.node("ReduceSum", [covered, graph.integers([1])], [batch, 1], {
    type: "int64",
    attributes: { keepdims: 1 },
  });
  const limit = typeof last === "number" ? graph.integers([last]) : last;
  return graph.node("Min", [index, limit], [batch, 1], { type: "int64" });
}
