/** A folder of runs, read for its pages. Nothing is ever written, and nothing outside of it is read. */

import type { MetricsTail, ProblemDigest, ProblemRecord, RunDetail, RunDigest } from "./formats.ts";
import { metricsTail } from "./metrics_file.ts";
import { problemDigest, readProblems, rolloutsName, rolloutSteps } from "./rollouts_file.ts";
import { runDigest, type RunFiles } from "./run_digest.ts";
import { settingsOf } from "./settings.ts";
import { pathInside } from "./safe_path.ts";

/** Reads runs; every method gives null where there is no such thing. */
export class RunsFolder {
  #files = new Map<string, { key: string; files: RunFiles }>();
  #step: { key: string; problems: ProblemRecord[] } | null = null;

  /** @param root the folder's real path */
  constructor(readonly root: string) {}

  /** Every run, the latest written first. */
  async list(): Promise<RunDigest[]> {
    const names: string[] = [];
    for await (const { name } of Deno.readDir(this.root)) names.push(name);
    const all = await Promise.all(names.map((name) => this.#read(name)));
    return all.filter((files) => files !== null)
      .map((files) => runDigest(files, Date.now()))
      .sort((a, b) =>
        (b.written ?? Infinity) - (a.written ?? Infinity) || a.name.localeCompare(b.name)
      );
  }

  /** A run apart from its numbers. */
  async run(name: string): Promise<RunDetail | null> {
    const files = await this.#read(name);
    if (!files) return null;
    const rollouts = await pathInside(this.root, name, "rollouts");
    return {
      ...runDigest(files, Date.now()),
      settings: files.settings,
      rolloutSteps: rollouts ? await rolloutSteps(rollouts) : [],
    };
  }

  /** See {@linkcode metricsTail}. */
  async metrics(
    name: string,
    since?: { version: string; next: number },
  ): Promise<MetricsTail | null> {
    const path = await pathInside(this.root, name, "metrics.jsonl");
    if (path !== null) return await metricsTail(path, since);
    // A run that still warms up.
    return await this.#read(name) && { version: "", next: 0, lines: [] };
  }

  /** The problems of a step, a line each. */
  async step(name: string, step: number): Promise<ProblemDigest[] | null> {
    return (await this.problems(name, step))?.map(problemDigest) ?? null;
  }

  /** One problem of a step, whole. */
  async problem(name: string, step: number, index: number): Promise<ProblemRecord | null> {
    return (await this.problems(name, step))?.[index] ?? null;
  }

  /** A step's problems, whole. The last step asked for is kept: a reader goes through them one by one. */
  async problems(name: string, step: number): Promise<ProblemRecord[] | null> {
    const path = await pathInside(this.root, name, "rollouts", rolloutsName(step));
    if (!path) return null;
    const { size, mtime } = await Deno.stat(path);
    const key = `${path} ${size} ${mtime?.getTime()}`;
    if (this.#step?.key !== key) this.#step = { key, problems: await readProblems(path) };
    return this.#step.problems;
  }

  /** A run's small files and its metrics, again only when they changed. */
  async #read(name: string): Promise<RunFiles | null> {
    const [config, metrics, summary] = await Promise.all(
      ["config.yaml", "metrics.jsonl", "summary.json"].map((file) => this.#stat(name, file)),
    );
    if (!config && !metrics) return null;
    const key = [config, metrics, summary].map((file) => `${file?.size} ${file?.written}`).join();
    const known = this.#files.get(name);
    if (known?.key === key) return known.files;
    const before = known?.files;
    const files: RunFiles = {
      name,
      settings: config ? settingsOf(await Deno.readTextFile(config.path)) : {},
      // A resumed run's summary tells of the time before.
      summary: summary && (!metrics || summary.written >= metrics.written)
        ? await Deno.readTextFile(summary.path).then(JSON.parse).catch(() => null)
        : null,
      metrics: metrics ? (await metricsTail(metrics.path)).lines : before?.metrics ?? [],
      written: metrics?.written ?? null,
    };
    this.#files.set(name, { key, files });
    return files;
  }

  async #stat(name: string, file: string) {
    const path = await pathInside(this.root, name, file);
    const stat = path ? await Deno.stat(path).catch(() => null) : null;
    return stat?.isFile
      ? { path: path!, size: stat.size, written: stat.mtime?.getTime() ?? 0 }
      : null;
  }
}
