import type { Language } from "./language.ts";

/** TypeScript in the Deno that runs the sandbox, without permissions; types are not checked. */
export const typescript: Language = {
  names: ["typescript"],
  file: "main.ts",
  toolchain: () =>
    Promise.resolve({
      tools: { deno: Deno.execPath() },
      binds: [Deno.execPath()],
      environment: { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
    }),
  run: (file) => ["deno", "run", "--no-prompt", "--no-config", "--no-remote", "--no-npm", file],
  reserves: true,
};
