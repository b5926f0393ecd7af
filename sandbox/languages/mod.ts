/** All languages, by name. */

import { bash } from "./bash.ts";
import { c } from "./c.ts";
import { cpp } from "./cpp.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { javascript } from "./javascript.ts";
import type { Language } from "./language.ts";
import { pytest } from "./pytest.ts";
import { python } from "./python.ts";
import { rust } from "./rust.ts";
import { typescript } from "./typescript.ts";

const ALL: Language[] = [python, pytest, javascript, typescript, bash, c, cpp, go, java, rust];

const BY_NAME = new Map(ALL.flatMap((language) => language.names.map((name) => [name, language])));

/** Every name that a request may use. */
export const languageNames: string[] = [...BY_NAME.keys()];

/** A language by one of its names, or null. */
export function language(name: string): Language | null {
  return BY_NAME.get(name) ?? null;
}
