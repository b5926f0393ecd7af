/** `deno task ctrl`: the command line of {@linkcode ctrlDemo}. */

import { fileURLToPath } from "node:url";
import { loadConfig } from "../config.ts";
import { runConfigured } from "../command.ts";
import { ctrlDemo } from "./demo.ts";

const USAGE =
  `Trains a critic by CTRL on a micro-world: all stages, from nothing, without a download.

  deno task ctrl [CONFIG.yaml] [key=value ...]

A run goes on from the last checkpoint in its folder. Ctrl-C finishes the step and saves; a second Ctrl-C stops at
once. \`deno task train --help\` lists the keys.
`;

await runConfigured(USAGE, async ({ files, overrides, env }) => {
  const quick = fileURLToPath(new URL("../../configs/ctrl_quick.yaml", import.meta.url));
  const config = loadConfig({ files: files.length > 0 ? files : [quick], env, overrides });
  return (await ctrlDemo({ config })).finished ? 0 : 130;
});
