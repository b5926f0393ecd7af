/** A Writer by its name on a command line: a model's folder, or a server's address. */

import { LocalDevice } from "../../gpu/local_device.ts";
import { loadModel, placeModel } from "../../gpu/model/mod.ts";
import { Tokenizer } from "../data/tokenizer.ts";
import { LocalEngine } from "../rollout/local_engine.ts";
import { EndpointWriter, EngineWriter, type Writer } from "./writer.ts";

/** Which model. */
export interface WriterName {
  /** A folder in Hugging Face's layout, or the http(s) address of an OpenAI-compatible server. */
  at: string;
  /** The model's name, as the server knows it. */
  model?: string;
  /** The environment variable that holds the server's key. */
  apiKeyEnv?: string;
  /** For servers that know it. */
  repetitionPenalty?: number;
}

/** Statement, solution, critique and answer at their longest: 2048 + 1024 + 1024 + 1024 tokens. */
const CONTEXT = 5120;
/** Sequences decoded side by side. */
const SLOTS = 16;

/**
 * Opens a model.
 *
 * @throws {Error} where the folder holds none, or the server's model has no name
 */
export async function openWriter(name: WriterName): Promise<Writer> {
  const { at, model = "", apiKeyEnv, repetitionPenalty } = name;
  if (/^https?:/.test(at)) {
    return new EndpointWriter({ baseUrl: at, model, apiKeyEnv, repetitionPenalty });
  }
  const tokenizer = await Tokenizer.load(at);
  const loaded = loadModel(at);
  const contextLength = Math.min(CONTEXT, loaded.config.maxPositions);
  const device = new LocalDevice();
  const engine = new LocalEngine(device, placeModel(device, loaded), {
    endTokens: tokenizer.eosIds,
    slots: SLOTS,
    contextLength,
  });
  return new EngineWriter(engine, tokenizer, contextLength);
}
