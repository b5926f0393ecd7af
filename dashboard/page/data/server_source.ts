/// <reference lib="dom" />
/** Runs from the server; see `server/routes.ts`. */

import type { MetricsTail } from "../../run/formats.ts";
import type { Source } from "./source.ts";

async function get<T>(...path: (string | number)[]): Promise<T> {
  const response = await fetch(
    `/api/runs${path.map((part) => `/${encodeURIComponent(part)}`).join("")}`,
  );
  return await answer(response);
}

async function answer<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error((await response.text()).trim());
  return await response.json();
}

/** Asks the server that the page came from. */
export const serverSource: Source = {
  live: true,
  note: "",
  runs: () => get(),
  run: (name) => get(name),
  async metrics(name: string, since?: MetricsTail) {
    const query = since
      ? `?${new URLSearchParams({ version: since.version, next: String(since.next) })}`
      : "";
    return await answer(await fetch(`/api/runs/${encodeURIComponent(name)}/metrics${query}`));
  },
  step: (name, step) => get(name, "steps", step),
  problem: (name, step, index) => get(name, "steps", step, index),
};
