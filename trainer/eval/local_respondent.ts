/** A model's folder, answering in this process. */

import { join } from "node:path";
import { LocalDevice } from "../../gpu/local_device.ts";
import { loadModel, placeModel } from "../../gpu/model/mod.ts";
import { Tokenizer } from "../data/tokenizer.ts";
import { LocalEngine } from "../rollout/local_engine.ts";
import { respond } from "../rollout/respond.ts";
import type { Sampling } from "../rollout/engine.ts";
import type { Reporter } from "../run/progress.ts";
import type { Keep, Question, Respondent } from "./respondent.ts";

/** Options of {@linkcode LocalRespondent}. */
export interface LocalRespondentOptions {
  /** How tokens are drawn. */
  sampling: Sampling;
  /** The most tokens of an answer; fewer where the model's context ends. */
  maxTokens: number;
  /** Sequences decoded side by side. */
  slots: number;
  /** CPU threads; 0: all cores. */
  threads: number;
  /** Shows progress, and what had to be cut. */
  reporter: Reporter;
}

/** Answers from a model in Hugging Face's layout. */
export class LocalRespondent implements Respondent {
  private constructor(
    readonly name: string,
    readonly folder: string,
    readonly fingerprint: string,
    readonly options: LocalRespondentOptions,
  ) {}

  /**
   * Loads nothing yet: an evaluation that is complete needs no model.
   *
   * @param name as the user knows the folder
   */
  static async of(
    name: string,
    folder: string,
    options: LocalRespondentOptions,
  ): Promise<LocalRespondent> {
    return new LocalRespondent(name, folder, await fingerprintOf(folder), options);
  }

  /** See {@linkcode Respondent.answer}. */
  async answer(questions: readonly Question[], keep: Keep): Promise<void> {
    const { sampling, maxTokens, slots, threads, reporter } = this.options;
    const tokenizer = await Tokenizer.load(this.folder);
    const model = loadModel(this.folder);
    const contextLength = model.config.maxPositions;
    const device = new LocalDevice({ threads });
    using placed = placeModel(device, model);
    using engine = new LocalEngine(device, placed, {
      endTokens: tokenizer.eosIds,
      slots,
      contextLength,
    });
    let shortened = 0, without = 0;
    const requests = questions.flatMap((question) => {
      const prompt = tokenizer.encodeChat(question.problem.messages);
      const room = contextLength - prompt.length;
      if (room < maxTokens) shortened++;
      if (room >= 1) {
        return [{ question, prompt, maxTokens: Math.min(maxTokens, room), seed: question.seed }];
      }
      without++;
      keep(question, { text: "", finish: "length", tokens: 0 });
      return [];
    });
    if (shortened > 0) {
      reporter.warn(
        `The model's context holds ${contextLength} tokens: ${shortened} of ${questions.length} answers get fewer ` +
          `than max_tokens=${maxTokens}` + (without > 0 ? `, ${without} none at all` : ""),
      );
    }
    // What is answered together is kept together: large enough to fill the slots, small enough to lose little.
    for (let at = 0; at < requests.length; at += 4 * slots) {
      const part = requests.slice(at, at + 4 * slots);
      const total = part.reduce((sum, request) => sum + request.maxTokens, 0);
      using phase = reporter.phase("generate", total, "tokens");
      const answers = await respond(engine, tokenizer, part, sampling, {
        onTokens: (count) => phase.advance(count),
      });
      for (const [i, { text, finish, tokens }] of answers.entries()) {
        keep(part[i].question, { text, finish, tokens: tokens.length });
      }
    }
  }
}

/** Names, sizes and times of the weights: what a run that was trained anew under the same name changes. */
async function fingerprintOf(folder: string): Promise<string> {
  const files: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (!/^model.*\.safetensors$/.test(name)) continue;
    const { size, mtime } = await Deno.stat(join(folder, name));
    files.push(`${name} ${size} ${mtime?.toISOString()}`);
  }
  return files.sort().join("; ");
}
