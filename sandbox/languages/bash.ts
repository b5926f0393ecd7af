import { installed, type Language } from "./language.ts";

/** Bash. */
export const bash: Language = {
  names: ["bash"],
  file: "main.sh",
  toolchain: () => installed("bash", "bash"),
  run: (file) => ["bash", file],
};
