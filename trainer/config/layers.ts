/** Where settings come from: files, then the environment, then the command line; later ones win. */

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from "yaml";
import type { z } from "zod";
import { ConfigError } from "./error.ts";
import type { KeySet, Settings } from "./key_set.ts";
import { nearest } from "./nearest.ts";

type Keys = KeySet<z.ZodType>;

/** The variables that the recipes' scripts read, and the keys that they set. */
export const environmentKeys: Readonly<Record<string, readonly string[]>> = {
  DATA_DIR: ["data.train_files", "data.val_files"],
  MODEL_PATH: ["actor_rollout_ref.model.path"],
  TRAIN_BATCH_SIZE: ["data.train_batch_size"],
  ROLLOUT_N: ["actor_rollout_ref.rollout.n"],
  N_PREFIX: ["actor_rollout_ref.rollout.n_prefix"],
  CRITIQUE_TYPE: ["actor_rollout_ref.rollout.critique_type"],
  LEARNING_RATE: ["actor_rollout_ref.actor.optim.lr"],
  SANDBOX_FUSION_ENDPOINT: ["ctrl.sandbox.url"],
};

/** Reads a YAML file; sections may be nested or written as dotted names. */
export function fileSettings(keys: Keys, path: string): Settings {
  let source: string;
  try {
    source = Deno.readTextFileSync(path);
  } catch (error) {
    throw new ConfigError([
      `Cannot read the configuration ${path}: ${reasonOf(keys, error, path)}`,
    ]);
  }
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  if (document.errors.length > 0) {
    // Those after the first mostly follow from it.
    throw new ConfigError([`Cannot parse ${path}: ${firstLine(document.errors[0])}`]);
  }
  const reader = new FileReader(keys, path, lines, document);
  reader.section("", document.contents);
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return reader.settings;
}

/** Reads the variables of {@linkcode environmentKeys}; an empty one counts as not set. */
export function environmentSettings(
  keys: Keys,
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const settings: Settings = new Map();
  for (const [name, paths] of Object.entries(environmentKeys)) {
    const raw = env[name];
    if (!raw) continue;
    const origin = `environment variable ${name}`;
    if (name === "DATA_DIR") {
      const folder = raw.replace(/\/+$/, "");
      settings.set(paths[0], { value: `${folder}/train.parquet`, origin });
      settings.set(paths[1], { value: `${folder}/test.parquet`, origin });
    } else {
      for (const path of paths) {
        settings.set(path, { value: valueOf(keys, path, raw, origin), origin });
      }
    }
  }
  return settings;
}

/** Reads `a.b=c`, where c is YAML: a number, a word, `[a, b]`, `null`. */
export function overrideSettings(keys: Keys, overrides: readonly string[]): Settings {
  const settings: Settings = new Map();
  for (const override of overrides) {
    const equals = override.indexOf("=");
    if (equals < 1) {
      throw new ConfigError([
        `Cannot read "${override}" on the command line: a setting is key=value, such as ${keys.example}`,
      ]);
    }
    const path = override.slice(0, equals).trim(), origin = "command line";
    if (!keys.leaves.has(path)) throw new ConfigError([unknown(keys, path, origin)]);
    settings.set(path, { value: valueOf(keys, path, override.slice(equals + 1), origin), origin });
  }
  return settings;
}

/** Reads one file; `problems` gathers what is wrong with it. */
class FileReader {
  readonly settings: Settings = new Map();
  readonly problems: string[] = [];

  constructor(
    readonly keys: Keys,
    readonly path: string,
    readonly lines: LineCounter,
    readonly document: Document,
  ) {}

  /** Reads the keys of a section; the root's name is empty. */
  section(name: string, node: Node | null): void {
    const target = isAlias(node) ? node.resolve(this.document) ?? null : node;
    if (target === null || isScalar(target) && target.value === null) return; // nothing in it
    if (!isMap(target)) {
      this.problems.push(aSection(this.keys, name, this.#at(target)));
      return;
    }
    for (const { key, value } of target.items as Pair<Node, Node | null>[]) {
      const path = [name, isScalar(key) ? String(key.value) : "?"].filter(Boolean).join(".");
      if (this.keys.sections.has(path)) this.section(path, value);
      else if (this.keys.leaves.has(path)) this.#key(path, value, this.#at(key));
      else this.problems.push(unknown(this.keys, path, this.#at(key)));
    }
  }

  #key(path: string, value: Node | null, origin: string): void {
    const before = this.settings.get(path);
    if (before) this.problems.push(`${path} is set twice (${before.origin}; ${origin})`);
    this.settings.set(path, { value: plain(this.keys, path, value, this.document), origin });
  }

  #at(node: Node): string {
    return `${this.path}, line ${this.lines.linePos(node.range?.[0] ?? 0).line}`;
  }
}

/** What a YAML node holds. Where text is wanted, `007` and `1e3` are the text that stands there. */
function plain(keys: Keys, path: string, node: Node | null, document: Document): unknown {
  if (isText(keys, path) && isScalar(node) && node.value !== null) {
    return node.source ?? String(node.value);
  }
  return node === null ? null : node.toJS(document);
}

function valueOf(keys: Keys, path: string, raw: string, origin: string): unknown {
  // Text needs no quotes, whatever YAML would make of it.
  if (isText(keys, path) && !/^(["']|null$)/.test(raw)) return raw;
  const document = parseDocument(raw);
  if (document.errors.length > 0) {
    throw new ConfigError([
      `Cannot read the value of ${path} (${origin}): ${firstLine(document.errors[0])}. Quote it: ` +
      `'${path}="..."'`,
    ]);
  }
  return plain(keys, path, document.contents, document);
}

function isText(keys: Keys, path: string): boolean {
  return keys.leaves.get(path)!.type.startsWith("text");
}

function unknown(keys: Keys, path: string, origin: string): string {
  if (keys.sections.has(path)) return aSection(keys, path, origin);
  const guess = nearest(path, [...keys.leaves.keys(), ...keys.sections]);
  return `Unknown key ${path} (${origin}). Did you mean ${guess}?`;
}

function aSection(keys: Keys, path: string, origin: string): string {
  const depth = path ? path.split(".").length : 0;
  const inside = [...keys.leaves.keys()].filter((key) => key.startsWith(path && `${path}.`));
  const names = new Set(inside.map((key) => key.split(".")[depth]));
  const inIt = [...names].join(", ");
  return path
    ? `${path} is a section, not a value (${origin}): set what is in it, ${inIt}`
    : `A configuration is made of sections (${origin}): ${inIt}`;
}

function reasonOf(keys: Keys, error: unknown, path: string): string {
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder, not a YAML file";
  if (!(error instanceof Deno.errors.NotFound)) return String(error);
  const isKey = keys.leaves.has(path) || keys.sections.has(path);
  return `there is no such file${isKey ? `. A setting is key=value: ${path}=...` : ""}`;
}

function firstLine(error: Error): string {
  return error.message.split("\n")[0].replace(/:$/, "");
}
