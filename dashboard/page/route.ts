/** Where a reader is, as the part of the address after `#`. Every view has one, so every view can be linked to. */

/** The sheets of a run. */
export type Tab = "curves" | "groups" | "config" | "evaluation";

/** A place in the pages. */
export interface Route {
  /** A run's name; null is the overview. */
  run: string | null;
  /** Which sheet of it. */
  tab: Tab;
  /** A step of its groups; null is the newest. */
  step: number | null;
  /** A problem of the step. */
  problem: number | null;
  /** How it is looked at: `with` (runs beside), `smooth`, `find`, `text`. */
  query: URLSearchParams;
}

/** The place that an address names; the overview where it names none. */
export function parseRoute(hash: string): Route {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [run = "", tab = "", step = "", problem = ""] = path.split("/").map(decoded);
  const number = (text: string) => /^\d{1,12}$/.test(text) ? Number(text) : null;
  return {
    run: run || null,
    tab: tab === "steps" ? "groups" : tab === "config" || tab === "evaluation" ? tab : "curves",
    step: number(step),
    problem: number(problem),
    query: new URLSearchParams(query),
  };
}

/** The address of a place. */
export function hashOf(route: Partial<Route>): string {
  const { run, tab = "curves", step, problem, query } = route;
  const parts: (string | number)[] = [];
  if (run) parts.push(run);
  if (run && (tab === "config" || tab === "evaluation")) parts.push(tab);
  if (run && tab === "groups") {
    parts.push("steps");
    if (step !== null && step !== undefined) {
      parts.push(step);
      if (problem !== null && problem !== undefined) parts.push(problem);
    }
  }
  const search = query?.toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${search ? `?${search}` : ""}`;
}

/** A query with one value changed; empty values leave. */
export function withValue(query: URLSearchParams, name: string, value: string): URLSearchParams {
  const changed = new URLSearchParams(query);
  if (value) changed.set(name, value);
  else changed.delete(name);
  return changed;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
