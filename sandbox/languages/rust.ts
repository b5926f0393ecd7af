import { installed, type Language } from "./language.ts";

/** Rust 2021 by rustc. */
export const rust: Language = {
  names: ["rust"],
  file: "main.rs",
  toolchain: () => installed("rust", "rustc", "cc"),
  compile: (file) => ["rustc", "--edition", "2021", "-O", "-o", "main", file],
  run: () => ["./main"],
};
