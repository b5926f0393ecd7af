import { installed, type Language } from "./language.ts";

/** C17 by gcc. */
export const c: Language = {
  names: ["c"],
  file: "main.c",
  toolchain: () => installed("c", "gcc"),
  compile: (file) => ["gcc", "-std=gnu17", "-O2", "-o", "main", file, "-lm"],
  run: () => ["./main"],
};
