/** A folder of runs, read for its pages. Nothing is ever written, and nothing outside of it is read. */

import type { StepRecord } from "./critic_formats.ts";
import { criticEvaluation } from "./evaluation_file.ts";
import type { MetricsTail, ProblemDigest, RunDetail, RunDigest } from "./formats.ts";
import { metricsTail } from "./metrics_file.ts";
import { problemDigest, readProblems, rolloutsName, rolloutSteps } from "./rollouts_file.ts";
import { runDigest, type RunFiles } from "./run_digest.ts";
import { settingsOf } from "./settings.ts";
import { pathInside } from "./safe_path.ts";

/** Reads runs; every method gives null where there is no such thing. */
export class RunsFolder {
  #files = new Map<string, { key: string; files: RunFiles }>();
  #step: { key: string; problems: StepRecord[] } | null = null;

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
      evaluations: files.evaluations,
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
  async problem(name: string, step: number, index: number): Promise<StepRecord | null> {
    return (await this.problems(name, step))?.[index] ?? null;
  }

  /** A step's problems, whole. The last step asked for is kept: a reader goes through them one by one. */
  async problems(name: string, step: number): Promise<StepRecord[] | null> {
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
    const evaluations = await this.#evaluations(name);
    if (!config && !metrics && evaluations.length === 0) return null;
    const key = [config, metrics, summary, ...evaluations]
      .map((file) => `${file?.path} ${file?.size} ${file?.written}`).join();
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
      evaluations: (await Promise.all(
        evaluations.map(async ({ path, folder }) =>
          criticEvaluation(await Deno.readTextFile(path), folder)
        ),
      )).filter((evaluation) => evaluation !== null),
      written: metrics?.written ?? null,
    };
    if (!config && !metrics) {
      if (files.evaluations.length === 0) return null;
      files.written = Math.max(...evaluations.map(({ written }) => written));
    }
    this.#files.set(name, { key, files });
    return files;
  }

  /** Files that may be evaluations: in the run's folder, and in the folders in it. */
  async #evaluations(name: string) {
    const folder = await pathInside(this.root, name);
    if (!folder) return [];
    const folders = [""];
    try {
      for await (const entry of Deno.readDir(folder)) {
        if (entry.isDirectory) folders.push(entry.name);
      }
    } catch {
      return []; // It is no folder, or was just removed.
    }
    const found = await Promise.all(folders.map(async (inner) => {
      const path = inner === "" ? ["results.json"] : [inner, "results.json"];
      const file = await this.#stat(name, ...path);
      return file ? [{ ...file, folder: inner }] : [];
    }));
    return found.flat();
  }

  async #stat(name: string, ...file: string[]) {
    const path = await pathInside(this.root, name, ...file);
    const stat = path ? await Deno.stat(path).catch(() => null) : null;
    return stat?.isFile
      ? { path: path!, size: stat.size, written: stat.mtime?.getTime() ?? 0 }
      : null;
  }
}
