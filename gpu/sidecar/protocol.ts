/**
 * What a sidecar and its client say to each other.
 *
 * A message is a frame: two little-endian 32-bit lengths, a JSON header of the first, raw bytes of the second. The
 * client numbers what it makes, so it need not wait for an answer to use it; the sidecar takes requests in order, but
 * runs that follow each other may be under way at once. Where making something failed, every later request that uses it
 * is answered with the reason.
 */

import manifest from "../../deno.json" with { type: "json" };
import type { DecodingPlan } from "../decoding.ts";
import type { ArrayType, CompileOptions } from "../device.ts";
import type { Values } from "../group/collective.ts";
import type { ElementType } from "../ort/mod.ts";

/** Changes whenever a message does. */
export const PROTOCOL = 3;

/** Emend's version. */
export const EMEND: string = manifest.version;

/** The largest header, in bytes. */
export const MAX_HEADER = 16 << 20;

/** The largest body, in bytes: a graph with its tables; arrays travel in smaller parts. */
export const MAX_BODY = 512 << 20;

/** Elements of an array that travel in one frame. */
export const PART = 2 << 20;

/** Both ends' versions. */
export interface Versions {
  /** See {@linkcode PROTOCOL}. */
  protocol: number;
  /** See {@linkcode EMEND}. */
  emend: string;
}

/** The first request, answered by {@linkcode Welcome}. */
export interface Hello extends Versions {
  op: "hello";
  /** The shared secret, where the sidecar asks for one. */
  token?: string;
}

/** Who answers. */
export interface Welcome extends Versions {
  /** ONNX Runtime's name of what computes. */
  provider: "CPU" | "CUDA";
  /** How many runs it takes side by side. */
  lanes: number;
  /** The sidecar's process. */
  pid: number;
}

/** A part of an array. */
export type Part = readonly [array: number, start: number, length: number];

/** A tensor: a part of a device array, or elements that follow in the body, each tensor at a multiple of 8 bytes. */
export interface TensorSpec {
  name: string;
  shape: readonly number[];
  /** The tensor stays on the device. */
  at?: Part;
  /** The element type of what is in the body. */
  type?: ElementType;
}

/** A graph of the decoder, with the weights that it reads. */
export interface WeightedSpec {
  program: number;
  weights: TensorSpec[];
}

/** What decoding takes; see `decoding.ts`. */
export interface PlanSpec extends Omit<DecodingPlan, "prefill" | "step" | "caches" | "sampler"> {
  prefill: WeightedSpec;
  step: WeightedSpec;
  caches: TensorSpec[][];
  /** In the body. */
  sampler: TensorSpec[];
}

/** Sequences; the ids of all prompts and then, where they are sampled, the draws follow in the body. */
export interface SequencesSpec {
  /** How long each prompt is. */
  prompts: number[];
  /** The most tokens to draw for each: as many draws are sent. */
  maxTokens: number[];
}

/** Steps of decoding; the tokens of all that is finished and then their log-probabilities are the body. */
export type StepsSpec = {
  drawn: number;
  finished: { index: number; length: number; ended: boolean }[];
}[];

/** Everything a client may ask. Of the first, only `read`, `run`, `runAll` and `advance` are answered; all of a group's are. */
export type Request =
  | GroupRequest
  | { op: "array"; id: number; length: number; type: ArrayType }
  | { op: "write"; array: number; start: number }
  | { op: "clear"; array: number; start: number; length: number }
  | { op: "read"; array: number; start: number; length: number }
  /** [from, first element, to, first element, elements] of each. */
  | { op: "copy"; moves: readonly (readonly [number, number, number, number, number])[] }
  /** The body holds the model and, at a multiple of 8 bytes each, the constants that no device array holds. */
  | { op: "compile"; id: number; model: number; options: CompileOptions; externals: TensorSpec[] }
  | { op: "bind"; id: number; program: number }
  | { op: "attach"; binding: number; inputs: TensorSpec[]; outputs: TensorSpec[] }
  /** The inputs' elements are in the body, the outputs' in the answer's. */
  | { op: "run"; binding: number; inputs: TensorSpec[]; outputs: TensorSpec[] }
  | { op: "runAll"; bindings: number[] }
  /** Decoding that goes on when it is asked to, and then for a while. */
  | { op: "decode"; id: number; plan: PlanSpec; sequences: SequencesSpec }
  | { op: "advance"; decoding: number }
  | { op: "free"; id: number };

/**
 * What a rank of a group is asked. Each ends when the other ranks have been asked the same.
 *
 * Joining takes some exchanges: as long as the answer has values, all ranks' together are sent back.
 */
export type GroupRequest =
  | { op: "join"; rank: number; size: number }
  | { op: "exchange"; values: Values }
  | { op: "reduceScatter" | "allGather" | "allReduce"; whole: Part };

/** Whether a request is for a rank of a group. */
export function isForGroup(request: Request): request is GroupRequest {
  return ["join", "exchange", "reduceScatter", "allGather", "allReduce"].includes(request.op);
}

/** An answer; its body is what was asked for. */
export interface Answer {
  /** What the other ranks must know before this one has joined. */
  values?: Values;
  /** What decoding has come to. */
  steps?: StepsSpec;
  /** What went wrong. */
  error?: { name: string; message: string };
}

/** The refusal of a sidecar that is a rank of a group; when that ends, it is started anew and takes clients again. */
export const TAKEN = {
  name: "Taken",
  message: "it is a rank of a group, and takes no other client before it has been started again",
};

/** The refusal of another version. */
export function mismatch(here: string, mine: Versions, there: string, theirs: Versions): string {
  const text = ({ emend, protocol }: Versions) => `Emend ${emend} (protocol ${protocol})`;
  return `${here} is ${text(mine)}, ${there} is ${
    text(theirs)
  }. Start both from the same version of Emend`;
}

/** Bytes that `length` take, up to the next multiple of 8. */
export const padded = (length: number): number => (length + 7) & ~7;
