/** Finds out what can isolate programs here: by running one. */

import { bubblewrap } from "./bubblewrap.ts";
import type { Isolation, Needs } from "./isolation.ts";
import { findPython } from "./python.ts";
import { Slot } from "./slot.ts";
import { tool } from "./tools.ts";

/** Ways of isolating programs, strongest first. */
export type IsolationName = "bubblewrap";

/** What decides about isolation. */
export interface Wishes {
  /** Uses this one and no other. */
  isolation?: IsolationName;
}

/**
 * The strongest that works.
 *
 * @throws an Error when none does
 */
export async function findIsolation({ isolation: _ }: Wishes): Promise<Isolation> {
  const python = await findPython();
  const bwrap = await tool("bwrap");
  if (!python || !bwrap) throw new Error("No isolation");
  const isolation: Isolation = {
    name: "bubblewrap",
    covers: "",
    gaps: [],
    reusable: true,
    processes: true,
    launch: (needs: Needs) => bubblewrap({ bwrap, python, ...needs }),
  };
  await using _slot = await Slot.start(await isolation.launch({ proc: true, binds: [] }));
  return isolation;
}
