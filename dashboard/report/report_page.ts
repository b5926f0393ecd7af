/** A report: the pages with one run inside, in one file that asks nothing of any network. */

import { createHash } from "node:crypto";
import type { Carried } from "../page/data/source.ts";
import { shell } from "../server/shell.ts";

/** The file's text. */
export function reportPage(carried: Carried, assets: { script: string; style: string }): string {
  // In a script element only these three could end it or change how it is read.
  const data = JSON.stringify(carried).replace(
    /[<\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const script = assets.script.replaceAll("</script", "<\\/script");
  const hash = createHash("sha256").update(script).digest("base64");
  const policy =
    `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; font-src data:; ` +
    `img-src data:; base-uri 'none'; form-action 'none'`;
  return shell({
    head: `<meta http-equiv="content-security-policy" content="${policy}">\n`,
    style: `<style>${assets.style.replaceAll("</style", "<\\/style")}</style>`,
    data: `<script type="application/json" id="carried">${data}</script>\n`,
    script: `<script>${script}</script>`,
  });
}
