/** A graph's external constants and the data that they are given. */

import type { TensorView } from "./device.ts";
import { type Graph, liveExternals } from "./graph/mod.ts";

/**
 * The data of the constants that a graph uses, in its order.
 *
 * @throws an error that names a constant without data of its shape
 */
export function externalData(
  graph: Graph,
  given: Record<string, TensorView>,
): Record<string, TensorView> {
  const needed: Record<string, TensorView> = {};
  for (const [name, { shape }] of liveExternals(graph)) {
    if (!given[name]) {
      throw new Error(`The external constant "${name}" [${shape}] was given no data`);
    }
    if (given[name].shape.join() !== shape.join()) {
      throw new Error(
        `The external constant "${name}" is [${shape}]; the data given is [${given[name].shape}]`,
      );
    }
    needed[name] = given[name];
  }
  return needed;
}
