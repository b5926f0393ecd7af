/** What is said to a model: the messages of a prompt, and the template that makes them one text. */

import { join } from "node:path";
import { Template } from "@huggingface/jinja";
import type { Message } from "./problem.ts";

/** The system message of every prompt that the trainer builds from a bare question. */
export const SYSTEM_PROMPT = "You are a helpful assistant.";

/** Follows the question in the user message; the verifier reads the answer from the last box. */
export const BOXED_INSTRUCTION =
  "\nPlease reason step by step, and put your final answer within \\boxed{}.";

/** The chat that puts a question to the model: the system message, then question and instruction. */
export function promptMessages(question: string): Message[] {
  return [
    { role: "system", content: SYSTEM_PROMPT },
    { role: "user", content: question + BOXED_INSTRUCTION },
  ];
}

/**
 * The question that a chat asks: its last user message, without {@linkcode BOXED_INSTRUCTION}.
 *
 * @throws where no message comes from the user
 */
export function questionOf(messages: readonly Message[]): string {
  const last = messages.findLast((message) => message.role === "user");
  if (last === undefined) {
    const roles = messages.map((message) => message.role).join(", ") || "none";
    throw new Error(`Cannot find the question of a prompt: no message has role "user" (${roles})`);
  }
  return last.content.endsWith(BOXED_INSTRUCTION)
    ? last.content.slice(0, -BOXED_INSTRUCTION.length)
    : last.content;
}

/** A model's own Jinja chat template, with the special tokens that it may name. */
export class ChatTemplate {
  #template: Template;

  /**
   * Parses the template.
   *
   * @param source the Jinja text
   * @param specialTokens `bos_token`, `eos_token` and their like, as the template sees them
   * @param file where the text came from; errors name it
   * @throws where the template does not parse
   */
  constructor(
    source: string,
    readonly specialTokens: Readonly<Record<string, string>>,
    readonly file: string,
  ) {
    try {
      this.#template = new Template(source);
    } catch (error) {
      throw new Error(`Cannot parse the chat template of ${file}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /**
   * The template of a model's folder: `chat_template.jinja`, else what `tokenizer_config.json` holds.
   *
   * @param config the parsed `tokenizer_config.json`
   * @param jinja the bytes of `chat_template.jinja`, where there is one
   * @param folder the folder's path; errors name the file in it
   * @returns `null` where the model has none
   */
  static of(
    config: Record<string, unknown>,
    jinja: Uint8Array | undefined,
    folder: string,
  ): ChatTemplate | null {
    const tokens = specialTokensOf(config);
    if (jinja !== undefined) {
      const file = join(folder, "chat_template.jinja");
      return new ChatTemplate(new TextDecoder().decode(jinja), tokens, file);
    }
    // Some models carry several templates under names; "default" is the one for plain chats.
    const source = Array.isArray(config.chat_template)
      ? config.chat_template.find((entry) => entry?.name === "default")?.template
      : config.chat_template;
    return typeof source === "string"
      ? new ChatTemplate(source, tokens, join(folder, "tokenizer_config.json"))
      : null;
  }

  /**
   * The text that the model continues.
   *
   * @param options.addGenerationPrompt opens the assistant's turn; default true
   * @throws where the template fails or refuses the messages (some allow no system message)
   */
  render(messages: readonly Message[], options: { addGenerationPrompt?: boolean } = {}): string {
    try {
      return this.#template.render({
        ...this.specialTokens,
        messages,
        add_generation_prompt: options.addGenerationPrompt ?? true,
      });
    } catch (error) {
      const roles = messages.map((message) => message.role).join(", ");
      throw new Error(
        `Cannot render messages (${roles}) by the chat template of ${this.file}: ${
          messageOf(error)
        }`,
        { cause: error },
      );
    }
  }
}

/** `bos_token`, `eos_token` and their like in a `tokenizer_config.json`: strings, or objects with `content`. */
export function specialTokensOf(config: Record<string, unknown>): Record<string, string> {
  const tokens: Record<string, string> = {};
  for (const [key, value] of Object.entries(config)) {
    if (!key.endsWith("_token")) continue;
    const content = (value as { content?: unknown } | null)?.content ?? value;
    if (typeof content === "string") tokens[key] = content;
  }
  return tokens;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
