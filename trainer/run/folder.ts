/**
 * A run's folder: `config.yaml`, `metrics.jsonl`, `rollouts/step-000010.jsonl`, `validations/step-000010.jsonl`,
 * `checkpoints/step-000010/`, `latest` and `summary.json`. Everything that a run leaves behind is text or safetensors, readable while it runs.
 */
import { join } from "node:path";
import { removeIfThere, syncPath, tryLock, writeFailure, writeWhole } from "./disk.ts";

/** One line of `metrics.jsonl`: the step, and every metric of it under its own name. */
export interface MetricsRecord {
  /** The step that these numbers belong to; 0 is the validation before training. */
  step: number;
  /** Numbers that JSON has no word for (NaN, infinities) are written as null. */
  [metric: string]: unknown;
}

/** `step-000010`: names sort as the steps do. */
export function stepName(step: number): string {
  return `step-${String(step).padStart(6, "0")}`;
}

/** The step in a name of {@linkcode stepName}, with or without an extension, or null. */
export function stepOf(name: string): number | null {
  const match = /^step-(\d{6,})(\.jsonl)?$/.exec(name);
  return match && Number(match[1]);
}

/** Parquet's 64-bit integers arrive as bigint, which JSON cannot hold: a number where exact, else digits. */
function jsonLine(record: unknown): string {
  return JSON.stringify(record, (_key, value) => {
    if (typeof value !== "bigint") return value;
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }) + "\n";
}

/** The folder of one run. */
export class RunFolder {
  /** `checkpoints/`, see {@linkcode saveCheckpoint}. */
  readonly checkpoints: string;
  /** `latest`: a text file with the name of the newest complete checkpoint. */
  readonly latest: string;
  /** `metrics.jsonl`: one {@linkcode MetricsRecord} a line, steps rising. */
  readonly metrics: string;
  /** `rollouts/`: one file a step. */
  readonly rollouts: string;
  /** `validations/`: one file a validation. */
  readonly validations: string;
  /** The step of the last line of `metrics.jsonl`; null until the file was read and repaired. */
  #lastStep: number | null = null;

  /**
   * Names a folder without touching the disk, see {@linkcode RunFolder.create}.
   *
   * @param path where it is or will be
   */
  constructor(readonly path: string) {
    this.checkpoints = join(path, "checkpoints");
    this.latest = join(path, "latest");
    this.metrics = join(path, "metrics.jsonl");
    this.rollouts = join(path, "rollouts");
    this.validations = join(path, "validations");
  }

  /**
   * Makes the folder, or opens it again, and proves that it can be written before any work is done.
   *
   * @throws an Error that names the path, the reason and the remedy
   */
  static async create(path: string): Promise<RunFolder> {
    const folder = new RunFolder(path);
    try {
      await Deno.mkdir(folder.checkpoints, { recursive: true });
      await Deno.mkdir(folder.rollouts, { recursive: true });
      await Deno.mkdir(folder.validations, { recursive: true });
      const probe = join(path, ".writable.tmp");
      await Deno.writeTextFile(probe, "\n");
      await Deno.remove(probe);
    } catch (error) {
      throw await writeFailure(path, error);
    }
    return folder;
  }

  /**
   * Keeps a second process from training into the same folder. The system drops the lock with the process,
   * however that ends.
   *
   * @returns the lock; dispose of it to let go
   * @throws an Error when another process holds it
   */
  async lock(): Promise<Disposable> {
    const lock = await tryLock(this.path);
    if (lock) return lock;
    throw new Error(
      `Cannot train in ${this.path}: another process is training there. Wait for it, or set trainer.default_local_dir to another folder.`,
    );
  }

  /** Whether a run has left metrics or checkpoints here, so that starting over would mix the two. */
  async isUsed(): Promise<boolean> {
    return (await this.#metricLines()).length > 0 || await this.hasCheckpoints();
  }

  /** Whether there are checkpoints, usable or not. */
  async hasCheckpoints(): Promise<boolean> {
    const checkpoints = await Array.fromAsync(Deno.readDir(this.checkpoints));
    return checkpoints.some(({ name }) => stepOf(name) !== null);
  }

  /** What {@linkcode RunFolder.writeConfig} wrote last; null where it never did. */
  readConfig(): Promise<string | null> {
    return Deno.readTextFile(join(this.path, "config.yaml")).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    });
  }

  /** Writes `config.yaml`: the configuration as it was resolved. */
  async writeConfig(yaml: string): Promise<void> {
    await writeWhole(join(this.path, "config.yaml"), yaml);
  }

  /**
   * Appends one step to `metrics.jsonl`. Call it before the step's checkpoint is saved, so that a resumed run
   * finds every step up to its checkpoint.
   *
   * @throws an Error when the step is not after the last one: a resumed run calls {@linkcode rewind} first
   */
  async appendMetrics(record: MetricsRecord): Promise<void> {
    if (this.#lastStep === null) await this.rewind(Infinity);
    if (record.step <= this.#lastStep!) {
      throw new Error(
        `Cannot append step ${record.step} to ${this.metrics}: it already reaches step ${this.#lastStep}.`,
      );
    }
    try {
      await Deno.writeTextFile(this.metrics, jsonLine(record), { append: true });
      this.#lastStep = record.step;
    } catch (error) {
      this.#lastStep = null; // Half a line may be there: repair it before the next one.
      throw await writeFailure(this.metrics, error);
    }
  }

  /** Every complete line of `metrics.jsonl`; none when there is no such file. */
  async readMetrics(): Promise<MetricsRecord[]> {
    return (await this.#metricLines()).map((line) => line.record);
  }

  /**
   * Forgets what was written after `step`: its metrics, rollouts and validations, and a line that a killed run left half written.
   * The metrics are replaced at once, so being killed here loses nothing either.
   *
   * @param step the checkpoint's step; -1 to start over; Infinity only repairs
   */
  async rewind(step: number): Promise<void> {
    const lines = await this.#metricLines();
    const kept = lines.filter(({ record }) => record.step <= step);
    const text = kept.map(({ line }) => line + "\n").join("");
    const size = await Deno.stat(this.metrics).then((file) => file.size, () => 0);
    if (new TextEncoder().encode(text).length !== size) await writeWhole(this.metrics, text);
    this.#lastStep = kept.at(-1)?.record.step ?? -1;
    for (const folder of [this.rollouts, this.validations]) {
      for await (const { name } of Deno.readDir(folder)) {
        if ((stepOf(name) ?? -1) > step) await Deno.remove(join(folder, name));
      }
    }
  }

  /**
   * Writes `rollouts/step-000010.jsonl`, one JSON object a row, whole or not at all.
   *
   * @param rows taken one at a time: a step's text need not be in memory twice
   */
  async writeRollouts(step: number, rows: Iterable<unknown>): Promise<void> {
    await writeLines(join(this.rollouts, `${stepName(step)}.jsonl`), rows);
  }

  /** Writes `validations/step-000010.jsonl`, as {@linkcode writeRollouts} does. */
  async writeValidation(step: number, rows: Iterable<unknown>): Promise<void> {
    await writeLines(join(this.validations, `${stepName(step)}.jsonl`), rows);
  }

  /** Waits until the metrics written so far would survive a power cut. */
  async syncMetrics(): Promise<void> {
    if (this.#lastStep !== null && this.#lastStep >= 0) await syncPath(this.metrics);
  }

  /** The lines of `metrics.jsonl` with what they say, without any that is not whole. */
  async #metricLines(): Promise<{ line: string; record: MetricsRecord }[]> {
    let text: string;
    try {
      text = await Deno.readTextFile(this.metrics);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
    return text.split("\n").slice(0, -1).flatMap((line) => {
      try {
        const record = JSON.parse(line);
        return Number.isInteger(record?.step) ? [{ line, record }] : [];
      } catch {
        return [];
      }
    });
  }
}

async function writeLines(path: string, rows: Iterable<unknown>): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await Deno.writeTextFile(temporary, ReadableStream.from(Iterator.from(rows).map(jsonLine)));
    await Deno.rename(temporary, path);
  } catch (error) {
    await removeIfThere(temporary);
    throw await writeFailure(path, error);
  }
}
