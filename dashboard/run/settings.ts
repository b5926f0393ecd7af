/** `config.yaml` as one value a key. */

import { parse } from "yaml";

/** A configuration by full key, each value as JSON: `trainer.seed` is `1`. Empty where it cannot be read. */
export type Settings = Record<string, string>;

/** The settings of a `config.yaml`. */
export function settingsOf(yaml: string): Settings {
  try {
    return Object.fromEntries(leaves(parse(yaml)));
  } catch {
    return {};
  }
}

/** A setting as a number; null where it is none. */
export function numberSetting(settings: Settings, key: string): number | null {
  const value = Number(settings[key] ?? NaN);
  return Number.isFinite(value) && settings[key] !== "null" ? value : null;
}

function* leaves(value: unknown, path = ""): Iterable<[string, string]> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    if (path !== "") yield [path, JSON.stringify(value)];
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    yield* leaves(inner, path ? `${path}.${key}` : key);
  }
}
