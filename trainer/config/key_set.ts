/** The keys that a command takes, whatever they are for. */

import { z } from "zod";
import { ConfigError } from "./error.ts";
import { type Leaf, leavesOf } from "./key.ts";

/** A value and who set it, in words. */
export interface Setting {
  /** As it was written, read as YAML. */
  value: unknown;
  /** File and line, environment variable, or command line. */
  origin: string;
}

/** Settings by dotted path. */
export type Settings = Map<string, Setting>;

/** One key, for `--help`. */
export interface KeyDescription {
  /** Its dotted path. */
  path: string;
  /** The values that it takes, in words. */
  type: string;
  /** Its value where nobody sets it. */
  default: unknown;
  /** One line. */
  meaning: string;
}

/** Keys with their kinds, and the sections that they lie in. */
export class KeySet<S extends z.ZodType> {
  /** Every key by its dotted path. */
  readonly leaves: ReadonlyMap<string, Leaf>;
  /** Every section's dotted path. */
  readonly sections: ReadonlySet<string>;

  /**
   * Reads nothing yet.
   *
   * @param schema of nested sections, made of the vocabulary in `key.ts`
   * @param example of a setting, for errors
   */
  constructor(readonly schema: S, readonly example: string) {
    this.leaves = leavesOf(schema);
    this.sections = new Set([...this.leaves.keys()].flatMap((path) => {
      const parts = path.split(".");
      return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("."));
    }));
  }

  /** Every key in the order of the schema. */
  describe(): KeyDescription[] {
    return [...this.leaves].map(([path, { type, default: value, meaning }]) => ({
      path,
      type,
      default: value,
      meaning,
    }));
  }

  /**
   * The values of all keys.
   *
   * @throws {ConfigError} with every wrong value, and where it was set
   */
  resolve(settings: Settings): z.infer<S> {
    const parsed = this.schema.safeParse(nest(settings));
    if (parsed.success) return parsed.data;
    // One sentence a key: for [0.9, "x"] the schema also complains about betas.1.
    const wrong = new Set(parsed.error.issues.map(({ path }) => this.#leafOf(path.join("."))));
    throw new ConfigError([...wrong].map((path) => {
      const { type, secret } = this.leaves.get(path)!;
      const setting = settings.get(path);
      const value = secret ? "something else" : JSON.stringify(setting?.value);
      return `${path} takes ${type}; got ${value} (${setting?.origin ?? "default"})`;
    }));
  }

  #leafOf(path: string): string {
    return this.leaves.has(path) ? path : this.#leafOf(path.slice(0, path.lastIndexOf(".")));
  }
}

function nest(settings: Settings): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, { value }] of settings) {
    const parts = path.split(".");
    const last = parts.pop()!;
    let section = root;
    for (const part of parts) section = (section[part] ??= {}) as Record<string, unknown>;
    section[last] = value;
  }
  return root;
}
