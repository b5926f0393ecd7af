/**
 * A run's configuration: built-in defaults, then YAML files, then the environment variables of the recipe's
 * script, then `a.b=c` from the command line. Nothing is ignored: an unknown key is an error.
 *
 * The keys stand in `config/schema.ts`, what must hold between them in `config/constraints.ts`.
 */

import { stringify } from "yaml";
import type { z } from "zod";
import { breaches } from "./config/constraints.ts";
import { ConfigError } from "./config/error.ts";
import {
  environmentKeys,
  environmentSettings,
  fileSettings,
  overrideSettings,
} from "./config/layers.ts";
import type { KeyDescription, Settings } from "./config/key_set.ts";
import { type configSchema, keys } from "./config/schema.ts";

export { ConfigError, type KeyDescription };

/** @internal */
type Parsed = z.infer<typeof configSchema>;

/** A complete, checked configuration; `describeKeys()` says what each key means. */
export interface Config extends Parsed {}

/** Where {@linkcode loadConfig} looks. */
export interface ConfigSources {
  /** Paths of YAML files; later ones win. */
  files?: readonly string[];
  /** Environment variables, such as `Deno.env.toObject()`. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Settings from the command line, `a.b=c`; later ones win. */
  overrides?: readonly string[];
}

/**
 * Layers the sources over the defaults and checks the result.
 *
 * @throws {ConfigError} with every unknown key, wrong value or broken rule, where each was set and what to do
 */
export function loadConfig(sources: ConfigSources = {}): Config {
  const settings: Settings = new Map([
    ...(sources.files ?? []).flatMap((path) => [...fileSettings(keys, path)]),
    ...environmentSettings(keys, sources.env ?? {}),
    ...overrideSettings(keys, sources.overrides ?? []),
  ]);
  const from = (path: string) => settings.get(path)?.origin ?? "default";

  const config = keys.resolve(settings);
  follow(config, settings);
  const broken = breaches(config);
  if (broken.length > 0) {
    throw new ConfigError(broken.map(({ path, problem }) => `${path}: ${problem} (${from(path)})`));
  }
  const { trainer } = config;
  trainer.default_local_dir = trainer.default_local_dir
    .replaceAll("{experiment_name}", trainer.experiment_name);
  return config;
}

/** Whoever makes batches or responses smaller should not have to say so twice: what nobody set does not exceed them. */
function follow({ data, actor_rollout_ref: { actor, rollout } }: Config, settings: Settings): void {
  if (!settings.has("actor_rollout_ref.actor.ppo_mini_batch_size")) {
    actor.ppo_mini_batch_size = Math.min(actor.ppo_mini_batch_size, data.train_batch_size);
  }
  if (!settings.has("actor_rollout_ref.rollout.max_refinement_length")) {
    rollout.max_refinement_length = Math.min(
      rollout.max_refinement_length,
      data.max_response_length,
    );
  }
}

/** The configuration as YAML: what a run's folder keeps, and what {@linkcode loadConfig} reads back. */
export function resolvedYaml(config: Config): string {
  return stringify(config);
}

/** Every key in the order of the schema, with its type, default and meaning. */
export function describeKeys(): KeyDescription[] {
  return keys.describe().map(({ path, meaning, ...rest }) => {
    const variable = Object.keys(environmentKeys).find((v) => environmentKeys[v].includes(path));
    const file = path === "data.train_files" ? "/train.parquet" : "/test.parquet";
    const set = variable && ` [$${variable}${variable === "DATA_DIR" ? file : ""}]`;
    return { path, ...rest, meaning: meaning + (set ?? "") };
  });
}
