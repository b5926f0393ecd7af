/** A model's tokenizer, from the files that a Hugging Face model folder holds. */

import { join } from "node:path";
import { Tokenizer as TokenizerModel } from "@huggingface/tokenizers";
import { ChatTemplate, specialTokensOf } from "./chat.ts";
import type { Message } from "./problem.ts";

/** What belongs to the tokenizer in a model's folder; the first two must be there. */
export const TOKENIZER_FILES = [
  "tokenizer.json",
  "tokenizer_config.json",
  "chat_template.jinja",
  "generation_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "vocab.json",
  "merges.txt",
] as const;

type Json = Record<string, unknown>;

/** Text to token ids and back, and chats to the ids that a model continues. */
export class Tokenizer {
  /** How the model wants to be spoken to; `null` where the folder has no chat template. */
  readonly chatTemplate: ChatTemplate | null;
  /** The ids that end a completion; the tokenizer's own `eos_token` comes first. */
  readonly eosIds: readonly number[];
  /** The id that fills up batches; the first end token where the tokenizer names none. */
  readonly padId: number;
  /** One more than the largest id. A model's embedding may have more rows. */
  readonly vocabSize: number;
  /** The files that it came from, by name: what a checkpoint must carry to be loaded again. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  #model: TokenizerModel;
  #folder: string;

  private constructor(folder: string, files: Map<string, Uint8Array>, modelConfig: Json) {
    this.#folder = folder;
    this.files = files;
    const json = this.#json("tokenizer.json"), config = this.#json("tokenizer_config.json");
    try {
      this.#model = new TokenizerModel(json, config);
    } catch (error) {
      throw new Error(
        `Cannot use ${join(folder, "tokenizer.json")}: ${
          error instanceof Error ? error.message : error
        }. It must be a tokenizer saved by Hugging Face tokenizers.`,
        { cause: error },
      );
    }
    const special = specialTokensOf(config);
    const generation = files.has("generation_config.json")
      ? this.#json("generation_config.json")
      : {};
    let largest = -1;
    for (const id of this.#model.get_vocab().values()) largest = Math.max(largest, id);
    this.vocabSize = 1 + largest;
    this.eosIds = [
      ...new Set([
        ...this.#idOf(special, "eos_token"),
        ...idsIn(generation.eos_token_id ?? modelConfig.eos_token_id),
      ]),
    ];
    if (this.eosIds.length === 0) {
      throw new Error(
        `Cannot tell which token ends a completion: ${folder} has no eos_token in ` +
          `tokenizer_config.json, no eos_token_id in generation_config.json or config.json. Set one.`,
      );
    }
    this.padId = this.#idOf(special, "pad_token")[0] ?? this.eosIds[0];
    this.chatTemplate = ChatTemplate.of(config, files.get("chat_template.jinja"), folder);
  }

  /**
   * Reads a model's folder: `tokenizer.json` and `tokenizer_config.json`; where they are there, also
   * `chat_template.jinja`, `generation_config.json`, and `config.json` for the end tokens.
   *
   * @throws where a file is missing or broken, or no end token is known
   */
  static async load(folder: string): Promise<Tokenizer> {
    const files = new Map<string, Uint8Array>();
    for (const name of TOKENIZER_FILES) {
      const bytes = await readIfPresent(join(folder, name));
      if (bytes !== null) files.set(name, bytes);
    }
    const path = join(folder, "config.json"), model = await readIfPresent(path);
    return new Tokenizer(folder, files, model === null ? {} : parseJson(model, path));
  }

  /**
   * A tokenizer from files in memory.
   *
   * @param files by name, as in {@linkcode Tokenizer.files}
   * @param name stands for the folder in errors
   * @throws as {@linkcode Tokenizer.load} does
   */
  static from(files: ReadonlyMap<string, Uint8Array>, name: string): Tokenizer {
    return new Tokenizer(name, new Map(files), {});
  }

  /** The ids of a text, nothing put before or after; special tokens spelled out in it are found. */
  encode(text: string): number[] {
    const ids = this.#model.encode(text, { add_special_tokens: false }).ids;
    // A vocabulary without an unknown token gives undefined for what it does not hold.
    if (ids.includes(undefined as unknown as number)) {
      throw new Error(
        `Cannot encode ${JSON.stringify(text.slice(0, 80))}: ${this.#folder} has no token for a ` +
          `part of it and no unk_token.`,
      );
    }
    return ids;
  }

  /**
   * The text of token ids, as they spell it: spaces before punctuation are never "cleaned up",
   * whatever the tokenizer's configuration asks for, because the text goes to the verifier.
   *
   * @param options.skipSpecialTokens leaves out end tokens and their like; default false
   */
  decode(ids: readonly number[], options: { skipSpecialTokens?: boolean } = {}): string {
    if (ids.length === 0) return "";
    return this.#model.decode([...ids], {
      skip_special_tokens: options.skipSpecialTokens ?? false,
      clean_up_tokenization_spaces: false,
    });
  }

  /**
   * The prompt of a chat as text: rendered by the chat template with the assistant's turn opened.
   *
   * @throws where the model has no chat template
   */
  renderChat(messages: readonly Message[]): string {
    if (this.chatTemplate === null) {
      throw new Error(
        `Cannot build a prompt: ${this.#folder} has no chat template. ` +
          `Put the model family's own chat_template.jinja into it, or set chat_template in its ` +
          `tokenizer_config.json.`,
      );
    }
    return this.chatTemplate.render(messages);
  }

  /** The prompt of a chat: {@linkcode renderChat}, encoded. */
  encodeChat(messages: readonly Message[]): number[] {
    return this.encode(this.renderChat(messages));
  }

  /** Writes {@linkcode files} into a folder that exists. */
  async save(folder: string): Promise<void> {
    for (const [name, bytes] of this.files) await Deno.writeFile(join(folder, name), bytes);
  }

  #json(name: string): Json {
    const bytes = this.files.get(name);
    if (bytes === undefined) {
      throw new Error(
        `Cannot load a tokenizer from ${this.#folder}: it has no ${name}. ` +
          `Set actor_rollout_ref.model.path to a model folder in Hugging Face's layout.`,
      );
    }
    return parseJson(bytes, join(this.#folder, name));
  }

  #idOf(special: Record<string, string>, name: string): number[] {
    if (special[name] === undefined) return [];
    const id = this.#model.token_to_id(special[name]);
    if (id === undefined) {
      throw new Error(
        `Cannot find ${name} ${JSON.stringify(special[name])} of ${
          join(this.#folder, "tokenizer_config.json")
        } among the tokens of tokenizer.json`,
      );
    }
    return [id];
  }
}

function idsIn(value: unknown): number[] {
  return [value].flat().filter((id): id is number => typeof id === "number");
}

async function readIfPresent(path: string): Promise<Uint8Array | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function parseJson(bytes: Uint8Array, path: string): Json {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new Error(
      `Cannot parse ${path} as JSON: ${(error as Error).message}. Download the file again.`,
      { cause: error },
    );
  }
  throw new Error(`Cannot use ${path}: it holds no JSON object. Download the file again.`);
}
