/**
 * A graph as ONNX bytes. Field numbers are those of `onnx.proto` (ONNX 1.17); only writing is needed, so
 * protobuf's wire format comes from a library and the dozen messages are spelled out here.
 */

import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import {
  type Attribute,
  ELEMENT_TYPES,
  type Graph,
  MICROSOFT,
  type Node,
  type Tensor,
} from "./graph.ts";

const IR_VERSION = 10, OPSET = 18;

/** The bytes that ONNX Runtime loads. Operators on which no output depends are left out. */
export function onnxBytes(graph: Graph): Uint8Array<ArrayBuffer> {
  const nodes = liveNodes(graph);
  const name = namer(graph, nodes);
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(IR_VERSION);
  writer.tag(2, WireType.LengthDelimited).string("emend");
  message(writer, 7, (g) => {
    for (const node of nodes) message(g, 1, (w) => writeNode(w, node, name));
    for (const [output, tensor] of graph.outputs) {
      if (name(tensor) === output) continue;
      const identity = {
        op: "Identity",
        domain: "",
        inputs: [tensor],
        outputs: [],
        attributes: {},
      };
      message(g, 1, (w) => writeNode(w, identity, name, [output]));
    }
    g.tag(2, WireType.LengthDelimited).string("graph");
    const read = readBy(graph, nodes);
    for (const { tensor, bytes } of graph.constants.values()) {
      if (!read.has(tensor)) continue;
      message(g, 5, (w) => {
        for (const size of tensor.shape) w.tag(1, WireType.Varint).int64(size as number);
        w.tag(2, WireType.Varint).int32(ELEMENT_TYPES[tensor.type]);
        w.tag(8, WireType.LengthDelimited).string(name(tensor));
        w.tag(9, WireType.LengthDelimited).bytes(bytes);
      });
    }
    for (const [external, tensor] of liveExternals(graph)) {
      message(g, 5, (w) => writeExternal(w, external, tensor));
    }
    for (const [input, tensor] of graph.inputs) {
      message(g, 11, (w) => writeValueInfo(w, input, tensor));
    }
    for (const [output, tensor] of graph.outputs) {
      message(g, 12, (w) => writeValueInfo(w, output, tensor, false));
    }
  });
  for (const [domain, version] of [["", OPSET], [MICROSOFT, 1]] as const) {
    message(writer, 8, (w) => {
      w.tag(1, WireType.LengthDelimited).string(domain);
      w.tag(2, WireType.Varint).int64(version);
    });
  }
  return writer.finish() as Uint8Array<ArrayBuffer>;
}

function message(writer: BinaryWriter, field: number, write: (w: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

/** The external constants that the bytes ask for: ONNX Runtime refuses data for any other. */
export function liveExternals(graph: Graph): Map<string, Tensor> {
  const read = readBy(graph, liveNodes(graph));
  return new Map([...graph.externals].filter(([, tensor]) => read.has(tensor)));
}

function readBy(graph: Graph, nodes: readonly Node[]): Set<Tensor | null> {
  return new Set([...nodes.flatMap((node) => node.inputs), ...graph.outputs.values()]);
}

/** The operators on which an output depends: those that are written. */
export function liveNodes(graph: Graph): Node[] {
  const needed = new Set<Tensor>(graph.outputs.values());
  const live: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((t) => needed.has(t))) continue;
    live.push(node);
    for (const input of node.inputs) if (input) needed.add(input);
  }
  return live.reverse();
}

/** Names each tensor; a node's result that is an output takes the output's name, so that no copy is made. */
function namer(graph: Graph, nodes: readonly Node[]): (tensor: Tensor) => string {
  const names = new Map<Tensor, string>();
  for (const [name, tensor] of [...graph.inputs, ...graph.externals]) names.set(tensor, name);
  const computed = new Set(nodes.flatMap((node) => node.outputs));
  for (const [name, tensor] of graph.outputs) {
    if (computed.has(tensor) && !names.has(tensor)) names.set(tensor, name);
  }
  return (tensor) => names.get(tensor) ?? `t${tensor.id}`;
}

function writeNode(
  w: BinaryWriter,
  node: Node,
  name: (t: Tensor) => string,
  outputs: readonly string[] = node.outputs.map(name),
): void {
  for (const input of node.inputs) {
    w.tag(1, WireType.LengthDelimited).string(input ? name(input) : "");
  }
  for (const output of outputs) w.tag(2, WireType.LengthDelimited).string(output);
  w.tag(3, WireType.LengthDelimited).string(`${node.op} ${outputs[0]}`);
  w.tag(4, WireType.LengthDelimited).string(node.op);
  for (const [key, value] of Object.entries(node.attributes)) {
    message(w, 5, (a) => writeAttribute(a, key, value));
  }
  if (node.domain) w.tag(7, WireType.LengthDelimited).string(node.domain);
}

function writeAttribute(w: BinaryWriter, key: string, value: Attribute): void {
  const FLOAT = 1, INT = 2, STRING = 3, INTS = 7;
  const type = (t: number) => w.tag(20, WireType.Varint).int32(t);
  w.tag(1, WireType.LengthDelimited).string(key);
  if (typeof value === "number") {
    w.tag(3, WireType.Varint).int64(value);
    type(INT);
  } else if (typeof value === "string") {
    w.tag(4, WireType.LengthDelimited).string(value);
    type(STRING);
  } else if (Array.isArray(value)) {
    for (const item of value) w.tag(8, WireType.Varint).int64(item);
    type(INTS);
  } else {
    w.tag(2, WireType.Bit32).float(value.float);
    type(FLOAT);
  }
}

/** A constant whose data is elsewhere; the place that ONNX asks for is never looked at. */
function writeExternal(w: BinaryWriter, name: string, tensor: Tensor): void {
  const EXTERNAL = 1;
  for (const size of tensor.shape) w.tag(1, WireType.Varint).int64(size as number);
  w.tag(2, WireType.Varint).int32(ELEMENT_TYPES[tensor.type]);
  w.tag(8, WireType.LengthDelimited).string(name);
  message(w, 13, (entry) => {
    entry.tag(1, WireType.LengthDelimited).string("location");
    entry.tag(2, WireType.LengthDelimited).string("memory");
  });
  w.tag(14, WireType.Varint).int32(EXTERNAL);
}

function writeValueInfo(w: BinaryWriter, name: string, tensor: Tensor, withShape = true): void {
  w.tag(1, WireType.LengthDelimited).string(name);
  message(w, 2, (type) =>
    message(type, 1, (tensorType) => {
      tensorType.tag(1, WireType.Varint).int32(ELEMENT_TYPES[tensor.type]);
      if (!withShape) return; // ONNX Runtime works outputs out; symbolic names of gradients would only mislead it
      message(tensorType, 2, (shape) => {
        for (const size of tensor.shape) {
          message(shape, 1, (dim) => {
            if (typeof size === "number") dim.tag(1, WireType.Varint).int64(size);
            else dim.tag(2, WireType.LengthDelimited).string(size);
          });
        }
      });
    }));
}
