/** Names from a web page become paths inside one folder, or nothing. */

import { join, sep } from "node:path";

/**
 * The real path of `names` under `root`.
 *
 * @param root a real path
 * @returns null where a name is no plain name, nothing is there, or a link leads out
 */
export async function pathInside(root: string, ...names: string[]): Promise<string | null> {
  if (!names.every(isPlainName)) return null;
  try {
    const real = await Deno.realPath(join(root, ...names));
    return real.startsWith(root.endsWith(sep) ? root : root + sep) ? real : null;
  } catch {
    return null;
  }
}

/** Whether a name stays where it is put: no separators, not hidden (`.`, `..`, `.lock`), no NUL. */
function isPlainName(name: string): boolean {
  // deno-lint-ignore no-control-regex
  return name !== "" && !name.startsWith(".") && !/[/\\:\x00-\x1f]/.test(name);
}
