/**
 * A decoder's weights in one flat array.
 *
 * The matrices of q, k and v lie one below the other, so that they are one product; each Hugging Face tensor is a
 * slice of such a block. (Gate and up are apart: as one product, splitting it would cost more than it gains.) Gradients and the optimizer's moments use the same
 * layout, so that clipping and AdamW see one long vector.
 */

import type { DecoderConfig } from "./config.ts";

/** A tensor under its Hugging Face name. */
export interface NamedTensor {
  /** Such as `model.layers.0.self_attn.q_proj.weight`. */
  name: string;
  /** Sizes, [out, in] for matrices. */
  shape: number[];
  /** First element in the flat array. */
  offset: number;
}

/** What one input of a graph reads. */
export interface Block {
  /** Such as `layers.0.qkv`. */
  name: string;
  /** Sizes. */
  shape: number[];
  /** First element in the flat array. */
  offset: number;
  /** The Hugging Face tensors that it is made of, in order. */
  tensors: NamedTensor[];
}

/** Where everything lies. */
export interface Layout {
  /** Blocks, in order. */
  blocks: Block[];
  /** Elements of the flat array, padding included. */
  size: number;
  /** Elements that are parameters. */
  parameters: number;
}

/** Blocks start at multiples of 64 bytes, where vector instructions like to load. */
const ALIGNMENT = 16;

const aligned = (offset: number) => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

const elements = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** The layout of a decoder. */
export function layoutOf(config: DecoderConfig): Layout {
  const { hiddenSize: d, intermediateSize: f, vocabSize } = config;
  const q = config.heads * config.headSize, kv = config.kvHeads * config.headSize;
  const blocks: BlockTensors[] = [];
  const block = (...block: BlockTensors): void => {
    blocks.push(block);
  };

  block("embedding", ["model.embed_tokens.weight", [vocabSize, d]]);
  for (let i = 0; i < config.layers; i++) {
    const at = `layers.${i}`, hf = `model.layers.${i}`;
    block(`${at}.attention_norm`, [`${hf}.input_layernorm.weight`, [d]]);
    block(
      `${at}.qkv`,
      [`${hf}.self_attn.q_proj.weight`, [q, d]],
      [`${hf}.self_attn.k_proj.weight`, [kv, d]],
      [`${hf}.self_attn.v_proj.weight`, [kv, d]],
    );
    if (config.qkvBias) {
      block(
        `${at}.qkv_bias`,
        [`${hf}.self_attn.q_proj.bias`, [q]],
        [`${hf}.self_attn.k_proj.bias`, [kv]],
        [`${hf}.self_attn.v_proj.bias`, [kv]],
      );
    }
    if (config.qkNorm) {
      block(`${at}.q_norm`, [`${hf}.self_attn.q_norm.weight`, [config.headSize]]);
      block(`${at}.k_norm`, [`${hf}.self_attn.k_norm.weight`, [config.headSize]]);
    }
    block(`${at}.out`, [`${hf}.self_attn.o_proj.weight`, [d, q]]);
    block(`${at}.mlp_norm`, [`${hf}.post_attention_layernorm.weight`, [d]]);
    block(`${at}.gate`, [`${hf}.mlp.gate_proj.weight`, [f, d]]);
    block(`${at}.up`, [`${hf}.mlp.up_proj.weight`, [f, d]]);
    block(`${at}.down`, [`${hf}.mlp.down_proj.weight`, [d, f]]);
  }
  block("final_norm", ["model.norm.weight", [d]]);
  if (!config.tied) block("head", ["lm_head.weight", [vocabSize, d]]);
  return layOut(blocks);
}

/** A block's name, and the names and shapes of the tensors in it. */
export type BlockTensors = [name: string, ...tensors: [name: string, shape: number[]][]];

/** Places blocks one after the other. */
export function layOut(named: readonly BlockTensors[]): Layout {
  const blocks: Block[] = [];
  let size = 0, parameters = 0;
  for (const [name, ...tensors] of named) {
    const [[, first]] = tensors;
    const rows = tensors.reduce((sum, [, shape]) => sum + shape[0], 0);
    const placed: NamedTensor[] = [];
    let offset = size;
    for (const [tensor, shape] of tensors) {
      placed.push({ name: tensor, shape, offset });
      offset += elements(shape);
    }
    blocks.push({ name, shape: [rows, ...first.slice(1)], offset: size, tensors: placed });
    parameters += offset - size;
    size = aligned(offset);
  }
  return { blocks, size, parameters };
}

/** The blocks under a prefix, by the names below another: one layer's as those of any. */
export function under(layout: Layout, prefix: string, name: string): Layout {
  const blocks = layout.blocks.filter((block) => block.name.startsWith(prefix))
    .map((block) => ({ ...block, name: name + block.name.slice(prefix.length) }));
  return { ...layout, blocks };
}

/** Whether a block is a factor of a layer's products, or added to one: what half precision is used for. */
export function isFactor(name: string): boolean {
  return name !== "embedding" && name !== "head" && !name.endsWith("_norm");
}

/** Where a layout's factors lie, from the first to behind the last. */
export function factorsOf({ blocks }: Layout): { start: number; end: number } {
  const factors = blocks.filter(({ name }) => isFactor(name));
  const start = Math.min(...factors.map(({ offset }) => offset));
  return { start, end: Math.max(...factors.map((b) => aligned(b.offset + elements(b.shape)))) };
}

/** The same blocks with the factors behind all others; told of in the order in which they were. */
export function factorsLast(layout: Layout): Layout {
  const offsets = new Map<Block, number>();
  let size = 0;
  for (const factors of [false, true]) {
    for (const block of layout.blocks) {
      if (isFactor(block.name) !== factors) continue;
      offsets.set(block, size);
      size = aligned(size + elements(block.shape));
    }
  }
  const blocks = layout.blocks.map((block) => {
    const offset = offsets.get(block)!, by = offset - block.offset;
    const tensors = block.tensors.map((tensor) => ({ ...tensor, offset: tensor.offset + by }));
    return { ...block, offset, tensors };
  });
  return { ...layout, blocks, size };
}

/** One flat array with a layout in this process: weights, gradients, or moments, as files hold them. */
export class ParameterArray {
  /**
   * All elements start at zero, unless they are given.
   *
   * @param layout where everything lies
   * @param data the elements, padding included
   */
  constructor(
    readonly layout: Layout,
    readonly data: Float32Array<ArrayBuffer> = new Float32Array(layout.size),
  ) {}

  /** Each Hugging Face tensor as an array of its own over the same memory. */
  tensors(): Map<string, { data: Float32Array<ArrayBuffer>; shape: number[] }> {
    return new Map(
      this.layout.blocks.flatMap((b) => b.tensors).map(({ name, shape, offset }) => [
        name,
        { data: this.data.subarray(offset, offset + elements(shape)), shape },
      ]),
    );
  }
}
