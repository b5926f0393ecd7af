/** `deno task train`: the command line of {@linkcode train}. */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ConfigError, describeKeys, loadConfig } from "./config.ts";
import { train } from "./train.ts";
import { printable } from "./run/printable.ts";

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

function help(): string {
  const lines = describeKeys().map(({ path, type, default: value, meaning }) =>
    `  ${path}\n      ${meaning}\n      ${type}; default ${JSON.stringify(value)}`
  );
  return USAGE + lines.join("\n");
}

function commandLine(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: "boolean", short: "h" }, "dry-run": { type: "boolean" } },
    });
  } catch (error) {
    const what = (error as Error).message.split(". ")[0];
    throw new ConfigError([
      `${what}. The options are --help and --dry-run; a setting is key=value, such as trainer.seed=1`,
    ]);
  }
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = commandLine(args);
  if (values.help) {
    console.log(help());
    return 0;
  }
  const overrides = positionals.filter((arg) => arg.includes("="));
  const files = positionals.filter((arg) => !arg.includes("="));
  const env = Deno.env.toObject();
  const config = loadConfig({ files: configFiles(files, overrides, env), env, overrides });
  const result = await train({ config, dryRun: values["dry-run"] });
  return result && !result.finished ? 130 : 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    // A message says what to do; a stack would only bury it.
    console.error(printable(error instanceof Error ? error.message : String(error)));
    if (Deno.env.get("EMEND_DEBUG")) console.error(error);
    Deno.exit(1);
  }
}
