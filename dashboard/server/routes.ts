/** What is served: the page, its script and style, and the runs as JSON. */

import type { RunsFolder } from "../run/runs_folder.ts";
import { type Handler, plain } from "./guard.ts";
import { shell } from "./shell.ts";

/** The page's own files: name → text, with `main.js` and `main.css`. */
export type Assets = Readonly<Record<string, string>>;

/** Scripts that `main.js` begins with: named in the page, so that they are not asked for one after the other. */
const IMPORTS = /\bfrom\s*"\.\/([\w-]+\.js)"/g;

/** A whole number in a path. */
const NUMBER = /^\d{1,12}$/;

/**
 * | path | what |
 * |---|---|
 * | `/api/runs` | every run, a digest each |
 * | `/api/runs/NAME` | a run's state and configuration, the steps with rollouts |
 * | `/api/runs/NAME/metrics?version=V&next=N` | what was written since the last answer |
 * | `/api/runs/NAME/steps/STEP` | the step's problems, a digest each |
 * | `/api/runs/NAME/steps/STEP/INDEX` | one problem, whole |
 */
export function routes(runs: RunsFolder, assets: Assets): Handler {
  const first = [...assets["main.js"].matchAll(IMPORTS)].map(([, name]) => name);
  const page = shell({
    style: '<link rel="stylesheet" href="/main.css">',
    head: first.map((name) => `<link rel="modulepreload" href="/${name}">\n`).join(""),
    script: '<script type="module" src="/main.js"></script>',
  });
  const files: Record<string, [type: string, body: string]> = { "/": ["text/html", page] };
  for (const [name, text] of Object.entries(assets)) {
    files[`/${name}`] = [name.endsWith(".css") ? "text/css" : "text/javascript", text];
  }
  const api = async (path: string[], query: URLSearchParams): Promise<unknown> => {
    const [name, part, step, index] = path;
    if (path.length === 0) return await runs.list();
    if (path.length === 1) return await runs.run(name);
    if (path.length === 2 && part === "metrics") {
      const version = query.get("version"), next = query.get("next") ?? "";
      return await runs.metrics(
        name,
        version !== null && NUMBER.test(next) ? { version, next: Number(next) } : undefined,
      );
    }
    if (part !== "steps" || !NUMBER.test(step ?? "")) return null;
    if (path.length === 3) return await runs.step(name, Number(step));
    if (path.length === 4 && NUMBER.test(index)) {
      return await runs.problem(name, Number(step), Number(index));
    }
    return null;
  };
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (Object.hasOwn(files, pathname)) {
      const [type, body] = files[pathname];
      return new Response(body, { headers: { "content-type": `${type}; charset=utf-8` } });
    }
    if (!/^\/api\/runs(\/|$)/.test(pathname)) return plain(404, "There is nothing here.");
    try {
      const path = pathname.split("/").slice(3).map(decodeURIComponent);
      const found = await api(path, searchParams);
      return found === null
        ? plain(404, "There is no such run, step or problem.")
        : Response.json(found);
    } catch (error) {
      // A file that vanished while it was read, or a line that is not JSON.
      return plain(500, `Cannot read it: ${error instanceof Error ? error.message : error}`);
    }
  };
}
