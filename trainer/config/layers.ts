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
import { ConfigError } from "./error.ts";
import { nearest } from "./nearest.ts";
import { leaves } from "./schema.ts";

/** A value and who set it, in words. */
export interface Setting {
  value: unknown;
  origin: string;
}

/** Settings by dotted path. */
export type Settings = Map<string, Setting>;

const sections = new Set([...leaves.keys()].flatMap((path) => {
  const parts = path.split(".");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("."));
}));

/** The variables that the recipe's script reads, and the keys that they set. */
export const environmentKeys: Readonly<Record<string, readonly string[]>> = {
  DATA_DIR: ["data.train_files", "data.val_files"],
  MODEL_PATH: ["actor_rollout_ref.model.path"],
  TRAIN_BATCH_SIZE: ["data.train_batch_size"],
  ROLLOUT_N: ["actor_rollout_ref.rollout.n"],
  N_PREFIX: ["actor_rollout_ref.rollout.n_prefix"],
  CRITIQUE_TYPE: ["actor_rollout_ref.rollout.critique_type"],
  LEARNING_RATE: ["actor_rollout_ref.actor.optim.lr"],
};

/** Reads a YAML file; sections may be nested or written as dotted names. */
export function fileSettings(path: string): Settings {
  let source: string;
  try {
    source = Deno.readTextFileSync(path);
  } catch (error) {
    throw new ConfigError([`Cannot read the configuration ${path}: ${reasonOf(error, path)}`]);
  }
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw new ConfigError(document.errors.map((e) => `Cannot parse ${path}: ${firstLine(e)}`));
  }
  const reader = new FileReader(path, lines, document);
  reader.section("", document.contents);
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return reader.settings;
}

/** Reads the variables of {@linkcode environmentKeys}; an empty one counts as not set. */
export function environmentSettings(env: Readonly<Record<string, string | undefined>>): Settings {
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
      for (const path of paths) settings.set(path, { value: valueOf(path, raw, origin), origin });
    }
  }
  return settings;
}

/** Reads `a.b=c`, where c is YAML: a number, a word, `[a, b]`, `null`. */
export function overrideSettings(overrides: readonly string[]): Settings {
  const settings: Settings = new Map();
  for (const override of overrides) {
    const equals = override.indexOf("=");
    if (equals < 1) {
      throw new ConfigError([
        `Cannot read "${override}" on the command line: a setting is key=value, such as trainer.seed=1`,
      ]);
    }
    const path = override.slice(0, equals).trim(), origin = "command line";
    if (!leaves.has(path)) throw new ConfigError([unknown(path, origin)]);
    settings.set(path, { value: valueOf(path, override.slice(equals + 1), origin), origin });
  }
  return settings;
}

/** Reads one file; `problems` gathers what is wrong with it. */
class FileReader {
  readonly settings: Settings = new Map();
  readonly problems: string[] = [];

  constructor(
    readonly path: string,
    readonly lines: LineCounter,
    readonly document: Document,
  ) {}

  /** Reads the keys of a section; the root's name is empty. */
  section(name: string, node: Node | null): void {
    const target = isAlias(node) ? node.resolve(this.document) ?? null : node;
    if (target === null || isScalar(target) && target.value === null) return; // nothing in it
    if (!isMap(target)) {
      this.problems.push(aSection(name, this.#at(target)));
      return;
    }
    for (const { key, value } of target.items as Pair<Node, Node | null>[]) {
      const path = [name, isScalar(key) ? String(key.value) : "?"].filter(Boolean).join(".");
      if (sections.has(path)) this.section(path, value);
      else if (leaves.has(path)) this.#key(path, value, this.#at(key));
      else this.problems.push(unknown(path, this.#at(key)));
    }
  }

  #key(path: string, value: Node | null, origin: string): void {
    const before = this.settings.get(path);
    if (before) this.problems.push(`${path} is set twice (${before.origin}; ${origin})`);
    this.settings.set(path, { value: plain(path, value, this.document), origin });
  }

  #at(node: Node): string {
    return `${this.path}, line ${this.lines.linePos(node.range?.[0] ?? 0).line}`;
  }
}

/** What a YAML node holds. Where text is wanted, `007` and `1e3` are the text that stands there. */
function plain(path: string, node: Node | null, document: Document): unknown {
  if (isText(path) && isScalar(node) && node.value !== null) {
    return node.source ?? String(node.value);
  }
  return node === null ? null : node.toJS(document);
}

function valueOf(path: string, raw: string, origin: string): unknown {
  // Text needs no quotes, whatever YAML would make of it.
  if (isText(path) && !/^(["']|null$)/.test(raw)) return raw;
  const document = parseDocument(raw);
  if (document.errors.length > 0) {
    throw new ConfigError([
      `Cannot read the value of ${path} (${origin}): ${firstLine(document.errors[0])}. Quote it: ` +
      `'${path}="..."'`,
    ]);
  }
  return plain(path, document.contents, document);
}

function isText(path: string): boolean {
  return leaves.get(path)!.type.startsWith("text");
}

function unknown(path: string, origin: string): string {
  if (sections.has(path)) return aSection(path, origin);
  const guess = nearest(path, [...leaves.keys(), ...sections]);
  return `Unknown key ${path} (${origin}). Did you mean ${guess}?`;
}

function aSection(path: string, origin: string): string {
  const depth = path ? path.split(".").length : 0;
  const inside = [...leaves.keys()].filter((key) => key.startsWith(path && `${path}.`));
  const names = new Set(inside.map((key) => key.split(".")[depth]));
  return `${path || "It"} is a section, not a value (${origin}): set what is in it, ${
    [...names].join(", ")
  }`;
}

function reasonOf(error: unknown, path: string): string {
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder, not a YAML file";
  if (!(error instanceof Deno.errors.NotFound)) return String(error);
  const isKey = leaves.has(path) || sections.has(path);
  return `there is no such file${isKey ? `. A setting is key=value: ${path}=...` : ""}`;
}

function firstLine(error: Error): string {
  return error.message.split("\n")[0].replace(/:$/, "");
}
