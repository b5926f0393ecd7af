/** Who runs the programs. */

/** The user `nobody`. */
const NOBODY = 65534;

/**
 * As root, a job's processes belong to `nobody` from before the first of them starts, for the limit on processes binds
 * everyone but root. An ordinary user remains who they are.
 */
export function programUser(): { uid: number; gid: number } | undefined {
  return Deno.uid() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;
}
