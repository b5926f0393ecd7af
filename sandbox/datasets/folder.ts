/** Data sets from a folder: each `NAME.jsonl` in it is the data set NAME. */

import { join } from "node:path";
import { BadRequest } from "../bad_request.ts";
import { idOf, type Row } from "./row.ts";

/** The data sets of a folder; a file is read when it is first asked for, and again when it has changed. */
export class DatasetFolder {
  readonly #folder: string | null;
  readonly #read = new Map<string, { changed: number; rows: Map<string, Row> }>();

  /**
   * Reads nothing yet.
   *
   * @param folder where the files are; null: there are no data sets
   */
  constructor(folder: string | null) {
    this.#folder = folder;
  }

  /** Names of the data sets, in order. */
  async names(): Promise<string[]> {
    if (this.#folder === null) return [];
    const names: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(this.#folder)) {
      if (!isDirectory && name.endsWith(".jsonl")) names.push(name.slice(0, -".jsonl".length));
    }
    return names.sort();
  }

  /**
   * The rows of a data set, in the file's order.
   *
   * @throws {BadRequest} where there is no such data set, or a line of it is no row
   */
  async rows(name: string): Promise<Row[]> {
    return [...(await this.#load(name)).values()];
  }

  /**
   * One row.
   *
   * @throws {BadRequest} as {@linkcode rows}, or where the data set has no such id
   */
  async row(name: string, id: string | number): Promise<Row> {
    const row = (await this.#load(name)).get(String(id));
    if (row) return row;
    throw new BadRequest(`Data set ${JSON.stringify(name)} has no problem ${JSON.stringify(id)}`);
  }

  async #load(name: string): Promise<Map<string, Row>> {
    const names = await this.names();
    // Only what the folder lists: a name is never a path.
    if (!names.includes(name)) {
      const known = names.length > 0
        ? `there are ${names.join(", ")}`
        : "none are served: start the server with --datasets FOLDER, or send config.provided_data";
      throw new BadRequest(`There is no data set ${JSON.stringify(name)}; ${known}`);
    }
    const path = join(this.#folder!, name + ".jsonl");
    const changed = (await Deno.stat(path)).mtime?.getTime() ?? 0;
    const known = this.#read.get(name);
    if (known?.changed === changed) return known.rows;
    const rows = rowsOf(await Deno.readTextFile(path), path);
    this.#read.set(name, { changed, rows });
    return rows;
  }
}

function rowsOf(text: string, path: string): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const where = `${path}:${i + 1}`;
    let row: Row;
    try {
      row = JSON.parse(line);
    } catch (error) {
      throw new BadRequest(`Cannot read ${where}: ${(error as Error).message}`);
    }
    const id = String(idOf(row));
    if (rows.has(id)) throw new BadRequest(`Cannot read ${where}: id ${id} is there twice`);
    rows.set(id, row);
  }
  return rows;
}
