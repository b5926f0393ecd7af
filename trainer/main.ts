/** `deno task train`: the command line of {@linkcode train}. */

import { fileURLToPath } from "node:url";
import { describeAll, readArguments, runCommand } from "./command.ts";
import { keys } from "./config/schema.ts";
import { describeKeys, loadConfig } from "./config.ts";
import { train } from "./train.ts";

const USAGE = `Trains a language model by Critique-GRPO.

  deno task train                              the built-in problems, a tiny model from nothing
  deno task train CONFIG.yaml [key=value ...]  your own run; see configs/
  deno task train --dry-run ...                resolve, load and plan, then stop

A run goes on from the last checkpoint in its folder. Ctrl-C finishes the step and saves; a second Ctrl-C stops at
once. Settings come from the defaults, then YAML files, environment variables ($NAME below), and key=value.

Keys:
`;

/** Without a file, a setting that names data or a model means a run of one's own. */
const OWN_RUN = /^(data\.train_files|actor_rollout_ref\.model\.path)=/;

function configFiles(files: string[], overrides: string[], env: Record<string, string>): string[] {
  if (files.length > 0) return files;
  const own = overrides.some((o) => OWN_RUN.test(o)) || env.DATA_DIR || env.MODEL_PATH;
  return own ? [] : [fileURLToPath(new URL("../configs/quick.yaml", import.meta.url))];
}

async function main(args: string[]): Promise<number> {
  const { options, settings, others } = readArguments(
    args,
    ["dry-run"],
    `a setting is key=value, such as ${keys.example}`,
  );
  if (options.has("help")) {
    console.log(USAGE + describeAll(describeKeys()));
    return 0;
  }
  const env = Deno.env.toObject();
  const files = configFiles(others, settings, env);
  const config = loadConfig({ files, env, overrides: settings });
  const result = await train({ config, dryRun: options.has("dry-run") });
  return result && !result.finished ? 130 : 0;
}

if (import.meta.main) await runCommand(main);
