/** Programs of the host. */

/** Where programs are looked for: not in the caller's PATH, for programs inside see the system's own folders only. */
export const TOOL_FOLDERS = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/go/bin"];

/** Whether something is at a path and can be looked at. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** The path of a program, or null. */
export async function tool(name: string): Promise<string | null> {
  for (const folder of TOOL_FOLDERS) {
    if (await exists(`${folder}/${name}`)) return `${folder}/${name}`;
  }
  return null;
}
