/**
 * The copies between GPU and host that ONNX Runtime puts into a graph, where an operator has no CUDA kernel. Each waits
 * for the GPU, and a graph that holds one cannot be captured as a CUDA graph.
 */

import { BinaryReader } from "@bufbuild/protobuf/wire";
import { type Graph, onnxBytes } from "../graph/mod.ts";
import type { Provider } from "../local_device.ts";
import { Session } from "../ort/mod.ts";

/** The operators of a graph as a provider runs it, in order; external constants are not supported. */
export function operatorsOf(graph: Graph, provider?: Provider): string[] {
  const file = Deno.makeTempFileSync({ suffix: ".onnx" });
  try {
    const providers = provider?.name === "CUDA" ? [provider] : [];
    new Session(onnxBytes(graph), { optimized: file, providers })[Symbol.dispose]();
    return operators(Deno.readFileSync(file));
  } finally {
    Deno.removeSync(file);
  }
}

/** The copies among them. */
export function copiesOf(graph: Graph, provider?: Provider): number {
  return operatorsOf(graph, provider).filter((name) => /^Memcpy(To|From)Host$/.test(name)).length;
}

/** ModelProto.graph, GraphProto.node, NodeProto.op_type (onnx.proto). */
const GRAPH = 7, NODE = 1, OP_TYPE = 4;

function operators(model: Uint8Array): string[] {
  return messages(model, GRAPH).flatMap((graph) => messages(graph, NODE))
    .flatMap((node) => messages(node, OP_TYPE)).map((text) => new TextDecoder().decode(text));
}

/** The values of a field with a length, in order. */
function messages(bytes: Uint8Array, wanted: number): Uint8Array[] {
  const reader = new BinaryReader(bytes), found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted) found.push(reader.bytes());
    else reader.skip(type);
  }
  return found;
}
