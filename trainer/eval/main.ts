/** `deno task eval`: the command line of {@linkcode evaluate}. */

import { describeAll, readArguments, runCommand } from "../command.ts";
import { ConfigError } from "../config/error.ts";
import { overrideSettings } from "../config/layers.ts";
import { createReporter } from "../run/progress.ts";
import { evaluate } from "./evaluate.ts";
import { evaluationKeys } from "./keys.ts";

const USAGE = `Evaluates a model on problems with checkable answers.

  deno task eval benchmark=math500 model=runs/mine           a run's latest checkpoint
  deno task eval:aime                                        AIME 2024, the newest checkpoint under runs/
  deno task eval:aime k=8 endpoint=http://127.0.0.1:8000/v1 model=NAME
  deno task eval benchmark=problems.jsonl model=Qwen/Qwen2.5-0.5B

Every response is kept as soon as it is there: however it was stopped, the same command goes on. A benchmark comes
from the hub ($HF_ENDPOINT, $HF_TOKEN; kept in $XDG_CACHE_HOME) unless data.files says where it is.

Keys:
`;

async function main(args: string[]): Promise<number> {
  const { options, settings, others } = readArguments(
    args,
    [],
    `a setting is key=value, such as ${evaluationKeys.example}`,
  );
  if (options.has("help")) {
    console.log(USAGE + describeAll(evaluationKeys.describe()));
    return 0;
  }
  if (others.length > 0) {
    throw new ConfigError(
      others.map((other) =>
        `Cannot read "${other}": a setting is key=value, such as benchmark=${other}`
      ),
    );
  }
  using reporter = createReporter();
  const resolved = evaluationKeys.resolve(overrideSettings(evaluationKeys, settings));
  await evaluate(resolved, Deno.env.toObject(), reporter);
  return 0;
}

if (import.meta.main) await runCommand(main);
