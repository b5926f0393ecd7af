/**
 * `deno task dashboard:build`: the pages as one script and one style sheet, fonts inside, in `dashboard/built/`.
 *
 * esbuild, because both faces need whole files: the server sends nothing but what lies here, and a report carries
 * everything within itself. It is what `deno bundle` calls; called directly it also inlines KaTeX's fonts.
 */

import { build, stop } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [here("page/main.ts"), here("page/style/main.css")],
  outdir: here("built"),
  entryNames: "[name]",
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "iife",
  target: "es2022",
  // Every browser that runs this script takes woff2.
  loader: { ".woff2": "dataurl", ".woff": "empty", ".ttf": "empty" },
  logLevel: "warning",
});
await stop();
