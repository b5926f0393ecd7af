/** Decoder families as graphs: training, decoding, the optimizer, and their files. */

export { AdamW, type AdamWOptions, type UpdateReport } from "./adamw.ts";
export { loadAdapter, sameSettings, saveAdapter } from "./adapter_files.ts";
export {
  checkModel,
  loadModel,
  loadModelConfig,
  loadTensors,
  type Model,
  restoreTensors,
  saveModel,
} from "./checkpoint.ts";
export { ComputeCopy } from "./compute_copy.ts";
export { type DecoderConfig, parseConfig } from "./config.ts";
export type { Continuation, Sequence } from "../decoding.ts";
export { microBatchTokens } from "./micro_batches.ts";
export {
  type DeviceAdapter,
  type DeviceModel,
  DeviceParameters,
  modelOnRank,
  placeModel,
  type SharedPart,
} from "./device_parameters.ts";
export { Generator, type GeneratorOptions, packingPays, PREFILL_TOKENS } from "./generator.ts";
export { lengthBucket, rowBucket, widthBucket } from "./buckets.ts";
export { logitsChunk } from "./blockwise.ts";
export { initialize } from "./initialize.ts";
export { KvCache } from "./kv_cache.ts";
export {
  type Adapter,
  type AdapterShape,
  initializeAdapter,
  LORA_TARGETS,
  type LoraSettings,
  type LoraTarget,
} from "./lora.ts";
export { saveMerged } from "./merge.ts";
export { Learner, type LearnerOptions, type PerToken, trainingLanes } from "./learner.ts";
export { type MicroBatchResult, ParallelLearner } from "./parallel_learner.ts";
export type { Objective, ObjectiveInputs, TrainingGraphOptions } from "./training_graph.ts";
export {
  type Block,
  type BlockTensors,
  type Layout,
  layOut,
  layoutOf,
  type NamedTensor,
  ParameterArray,
} from "./parameters.ts";
export type { Rope, RopeScaling } from "./rope.ts";
export type { Drawing } from "./sampler.ts";
export { type Entry, type NamedArray, SafetensorsFile, writeSafetensors } from "./safetensors.ts";
export { type Padded, type TokenBatch, tokenBatch, type TokenRow } from "./token_batch.ts";
export { together } from "./together.ts";
