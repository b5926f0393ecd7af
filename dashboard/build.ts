/**
 * `deno task dashboard:build`: the pages in `dashboard/built/`, once in parts for the server and once whole for reports.
 *
 * esbuild, because both faces need whole files: the server sends nothing but what lies here, and a report carries
 * everything within itself. It is what `deno bundle` calls; called directly it also inlines KaTeX's fonts.
 */

import { build, type BuildOptions, stop } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const common: BuildOptions = {
  bundle: true,
  minify: true,
  charset: "utf8",
  target: "es2022",
  // Every browser that runs this script takes woff2.
  loader: { ".woff2": "dataurl", ".woff": "empty", ".ttf": "empty" },
  logLevel: "warning",
};

await Deno.remove(here("built"), { recursive: true }).catch(() => {});
// What sets formulas and colours code is large, and comes when a group is first looked at.
await build({
  ...common,
  entryPoints: ["page/main.ts", "page/style/main.css", "page/style/formulas.css"].map(here),
  outdir: here("built/parts"),
  entryNames: "[name]",
  chunkNames: "[name]-[hash]",
  format: "esm",
  splitting: true,
});
await build({
  ...common,
  entryPoints: ["page/main.ts", "page/style/report.css"].map(here),
  outdir: here("built/whole"),
  entryNames: "[name]",
  format: "iife",
});
await stop();
