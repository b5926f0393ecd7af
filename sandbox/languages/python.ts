import type { Language } from "./language.ts";

/** Python, in a fork of a warm interpreter. */
export const python: Language = {
  names: ["python"],
  file: "main.py",
  toolchain: () => Promise.resolve({ tools: {} }),
  run: null,
};
