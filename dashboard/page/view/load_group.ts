/// <reference lib="dom" />
/** The view of a group with what sets formulas and colours code, fetched when a reader first looks at one. */

import type { StepRecord } from "../../run/critic_formats.ts";
import type { GroupOptions } from "./group_parts.ts";

/** The elements of a group, of either method. */
export type ShowGroup = (record: StepRecord, options: GroupOptions) => HTMLElement[];

let loading: Promise<ShowGroup> | null = null;

/** Curves need none of it, and half of the page's bytes are there. */
export function loadGroup(): Promise<ShowGroup> {
  return loading ??= Promise.all([import("./any_group.ts"), style()]).then(
    ([{ anyGroupView }]) => anyGroupView,
    (error) => {
      loading = null;
      throw error;
    },
  );
}

/** The style sheet of formulas; a report carries it within itself. */
function style(): Promise<void> {
  if (!document.querySelector("link[href='/main.css']")) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = "/formulas.css";
    link.onload = () => resolve();
    link.onerror = () => reject(new TypeError("no style sheet"));
    document.head.append(link);
  });
}
