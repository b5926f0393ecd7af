/**
 * A file of records, one JSON object a line, that a command appends to and goes on from: what stands in it is done and
 * is not done again.
 */

import { removeIfThere, syncPath, writeFailure, writeWhole } from "../run/disk.ts";

/** The records of one file. */
export class Journal<T extends object> {
  readonly #records: Map<string, T>;

  private constructor(
    readonly path: string,
    readonly keyOf: (record: T) => string,
    records: readonly T[],
  ) {
    this.#records = new Map(records.map((record) => [keyOf(record), record]));
  }

  /**
   * Opens a file, or begins one. A last line that a killed command left half written is cut off.
   *
   * @param keyOf names a record; a later record of the same name replaces it
   * @throws {Error} where a whole line is no JSON object
   */
  static async open<T extends object>(
    path: string,
    keyOf: (record: T) => string,
  ): Promise<Journal<T>> {
    const text = await Deno.readTextFile(path).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    });
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole !== text) await writeWhole(path, whole);
    const records = whole.split("\n").slice(0, -1).map((line, i) => {
      try {
        return JSON.parse(line) as T;
      } catch (error) {
        throw new Error(
          `Cannot go on from ${path}: line ${i + 1} is not JSON. Remove the line, or the file`,
          { cause: error },
        );
      }
    });
    return new Journal(path, keyOf, records);
  }

  /** What was recorded under a name. */
  get(key: string): T | undefined {
    return this.#records.get(key);
  }

  /** All records, in the order in which their names came up first. */
  values(): T[] {
    return [...this.#records.values()];
  }

  /** Adds records; when this returns, they would survive a power cut. */
  async append(records: readonly T[]): Promise<void> {
    if (records.length === 0) return;
    const text = records.map((record) => JSON.stringify(record) + "\n").join("");
    try {
      await Deno.writeTextFile(this.path, text, { append: true });
      await syncPath(this.path);
    } catch (error) {
      throw await writeFailure(this.path, error);
    }
    for (const record of records) this.#records.set(this.keyOf(record), record);
  }
}

/**
 * Keeps a folder to one command with one set of settings.
 *
 * @throws {Error} where the folder was begun with others: what would come out is a mixture
 */
export async function claimFolder(folder: string, settings: object): Promise<void> {
  const path = `${folder}/settings.json`, text = JSON.stringify(settings, null, 2) + "\n";
  await Deno.mkdir(folder, { recursive: true });
  await removeIfThere(`${path}.tmp`);
  const before = await Deno.readTextFile(path).catch(() => null);
  if (before === null) return await writeWhole(path, text);
  if (before === text) return;
  const old = JSON.parse(before), names = Object.keys({ ...old, ...settings });
  const changed = names.filter((name) =>
    JSON.stringify(old[name]) !== JSON.stringify((settings as Record<string, unknown>)[name])
  );
  throw new Error(
    `Cannot go on in ${folder}: it was begun with other settings (${changed.join(", ")}). ` +
      `Use them, or give --out another folder`,
  );
}
