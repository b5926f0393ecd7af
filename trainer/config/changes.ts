/** What a resumed run is asked to do differently. */

import { parse } from "yaml";

/**
 * The settings that differ between two configurations, as `trainer.save_freq: 20 -> 50`.
 *
 * @param before a run's `config.yaml`
 * @param after the same of the run that goes on from it
 */
export function changedSettings(before: string, after: string): string[] {
  const [old, now] = [before, after].map((yaml) => new Map(leaves(parse(yaml))));
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((key) => old.get(key) !== now.get(key))
    .map((key) => `${key}: ${old.get(key) ?? "unset"} -> ${now.get(key) ?? "unset"}`);
}

function* leaves(value: unknown, path = ""): Iterable<[string, string]> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    yield [path, JSON.stringify(value)];
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    yield* leaves(inner, path ? `${path}.${key}` : key);
  }
}
