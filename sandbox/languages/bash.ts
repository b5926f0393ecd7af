import type { Language } from "./language.ts";

/** Bash. */
export const bash: Language = {
  names: ["bash"],
  file: "main.sh",
  run: (file) => ["bash", file],
};
