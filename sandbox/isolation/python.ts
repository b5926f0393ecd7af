/** The interpreter that the program inside runs on. */

import { programUser } from "./user.ts";

/** The oldest that has what the program inside needs. */
const OLDEST = "3.9";
const PROBE = `import sys, ctypes, os
os.pidfd_open, os.memfd_create
print(sys.executable if sys.version_info >= (${OLDEST.replace(".", ", ")}) else "")`;

/**
 * An interpreter that the user of the programs can start, by trying: a shim in a root-only home is found by name but
 * cannot be read after root was left.
 *
 * @returns its path, or null
 */
export async function findPython(): Promise<string | null> {
  for (const path of ["/usr/bin/python3", "/usr/local/bin/python3", "/bin/python3"]) {
    try {
      const { success, stdout } = await new Deno.Command(path, {
        args: ["-I", "-c", PROBE],
        clearEnv: true,
        cwd: "/",
        stderr: "null",
        ...programUser(),
      }).output();
      const executable = new TextDecoder().decode(stdout).trim();
      if (success && executable) return executable;
    } catch {
      // Not here, or not ours to run.
    }
  }
  return null;
}
