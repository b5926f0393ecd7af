/** Weights for a model that has learned nothing yet. */

import type { DecoderConfig } from "./config.ts";
import { layoutOf, ParameterArray } from "./parameters.ts";

/**
 * Draws weights: embeddings N(0, 0.02²); matrices N(0, 1/fan-in), those that write into the residual stream divided
 * by √(2·layers) (Radford et al. 2019, §2.3), so that the stream's variance does not grow with depth; biases 0, norms 1.
 *
 * @param normal standard normal draws
 */
export function initialize(config: DecoderConfig, normal: () => number): ParameterArray {
  const weights = new ParameterArray(layoutOf(config));
  const residual = 1 / Math.sqrt(2 * config.layers);
  for (const [name, { data, shape }] of weights.tensors()) {
    if (name.endsWith("norm.weight")) {
      data.fill(1);
    } else if (shape.length === 2) {
      let deviation = 1 / Math.sqrt(shape[1]);
      if (/embed_tokens|lm_head/.test(name)) deviation = 0.02;
      if (/o_proj|down_proj/.test(name)) deviation *= residual;
      for (let i = 0; i < data.length; i++) data[i] = deviation * normal();
    }
  }
  return weights;
}
