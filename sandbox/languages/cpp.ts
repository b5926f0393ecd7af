import { installed, type Language } from "./language.ts";

/** C++17 by g++. */
export const cpp: Language = {
  names: ["cpp"],
  file: "main.cpp",
  toolchain: () => installed("cpp", "g++"),
  compile: (file) => ["g++", "-std=c++17", "-O2", "-o", "main", file],
  run: () => ["./main"],
};
