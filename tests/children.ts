/** The processes that a process has started. */

import { readdirSync, readFileSync } from "node:fs";

/** The children of a process, by their numbers, oldest first. Takes Linux. */
export function childrenOf(pid: number): number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((child) => {
    try {
      // pid (name) state parent …
      const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${child}/stat`, "utf8"))!;
      return Number(parent) === pid;
    } catch {
      return false; // It has just ended.
    }
  }).sort((a, b) => a - b);
}
