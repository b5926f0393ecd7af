/** Programs of the host. */

/** Where the sandbox looks for programs: its own PATH, not the caller's, which programs inside do not have. */
const FOLDERS = ["/usr/local/bin", "/usr/bin", "/bin"];

/** Whether something is at a path and can be looked at. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** The path of a program, or null. */
export async function tool(name: string): Promise<string | null> {
  for (const folder of FOLDERS) {
    if (await exists(`${folder}/${name}`)) return `${folder}/${name}`;
  }
  return null;
}
