import { installed, type Language } from "./language.ts";

/** JavaScript in Node.js. */
export const javascript: Language = {
  names: ["nodejs", "javascript"],
  file: "main.js",
  toolchain: () => installed("javascript", "node"),
  run: (file) => ["node", file],
  reserves: true,
};
