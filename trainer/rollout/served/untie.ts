/** `deno task untie`: a folder that vLLM can be started on, of a model whose head is its embedding. */

import { loadModel } from "../../../gpu/model/mod.ts";
import { readArguments, runCommand } from "../../command.ts";
import { ConfigError } from "../../config/error.ts";
import { Tokenizer } from "../../data/tokenizer.ts";
import { saveUntied } from "./untied.ts";

const USAGE =
  `Writes a model whose head is tied to its embedding as one with a head of its own, for vLLM to start on.

  deno task untie path/to/Qwen2.5-0.5B /shared/Qwen2.5-0.5B-untied

vLLM reloads only one of two tied matrices. A run whose model is tied hands its weights over untied, so it takes a server
that was started on such a folder; actor_rollout_ref.model.path stays the model's own. Float32: start vLLM with --dtype.
`;

async function main(args: string[]): Promise<number> {
  const { options, others } = readArguments(args, [], "give a model's folder and a new one");
  if (options.has("help")) {
    console.log(USAGE);
    return 0;
  }
  const [from, to] = others;
  if (to === undefined || others.length > 2) {
    throw new ConfigError(["Give a model's folder and a new one: deno task untie MODEL FOLDER"]);
  }
  const model = loadModel(from);
  if (!model.config.tied) {
    throw new ConfigError([
      `The model of ${from} has a head of its own: vLLM can be started on it`,
    ]);
  }
  const tokenizer = await Tokenizer.load(from);
  await Deno.mkdir(to, { recursive: true });
  await saveUntied(to, model);
  await tokenizer.save(to);
  console.log(`${to} holds the model with a head of its own`);
  return 0;
}

if (import.meta.main) await runCommand(main);
