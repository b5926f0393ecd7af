/** All languages, by name. */

import { bash } from "./bash.ts";
import { javascript } from "./javascript.ts";
import type { Language } from "./language.ts";
import { python } from "./python.ts";

const ALL: Language[] = [python, javascript, bash];

const BY_NAME = new Map(ALL.flatMap((language) => language.names.map((name) => [name, language])));

/** Every name that a request may use. */
export const languageNames: string[] = [...BY_NAME.keys()];

/** A language by one of its names, or null. */
export function language(name: string): Language | null {
  return BY_NAME.get(name) ?? null;
}
