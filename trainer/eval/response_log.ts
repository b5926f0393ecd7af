/**
 * An evaluation's folder: `evaluation.json` says what is asked of whom, `responses.jsonl` keeps every response as soon
 * as it is there, `results.json` is written when all are. A process that was killed loses what was under way, no more.
 */

import { join } from "node:path";
import { z } from "zod";
import { isDiskFull, tryLock, writeFailure, writeWhole } from "../run/disk.ts";

const recordSchema = z.object({
  id: z.string(),
  source: z.string(),
  question: z.string(),
  ground_truth: z.string(),
  sample: z.int().nonnegative(),
  response: z.string(),
  finish: z.enum(["stop", "length"]),
  tokens: z.int().nullable(),
  outcome: z.enum(["equal", "different", "unparsable", "gave_up"]),
  extracted: z.string().nullable(),
  reason: z.string(),
});

/** One line of `responses.jsonl`: a response with its verdict. */
export type ResponseRecord = z.infer<typeof recordSchema>;

/** What must be the same for responses to belong together. */
export type Identity = Record<string, string | number>;

/** The responses of a folder. */
export class ResponseLog implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #records = new Map<string, ResponseRecord>();

  private constructor(
    readonly folder: string,
    readonly lock: Disposable,
    records: readonly ResponseRecord[],
  ) {
    for (const record of records) this.#records.set(keyOf(record.id, record.sample), record);
    this.#file = Deno.openSync(join(folder, RESPONSES), { append: true, create: true });
  }

  /**
   * Makes the folder, or opens it again; half a line that a killed process left is cut off.
   *
   * @throws where it holds another evaluation, is in use, or cannot be written
   */
  static async open(folder: string, identity: Identity): Promise<ResponseLog> {
    let lock: Disposable | null;
    try {
      await Deno.mkdir(folder, { recursive: true });
      lock = await tryLock(folder);
    } catch (error) {
      throw await writeFailure(folder, error, "out");
    }
    if (!lock) {
      throw new Error(
        `Cannot evaluate into ${folder}: another process is doing so. Wait for it, or set out=FOLDER`,
      );
    }
    try {
      await checkIdentity(folder, identity);
      const path = join(folder, RESPONSES);
      const { records, text, whole } = await readResponses(folder);
      if (text !== whole) await writeWhole(path, whole, "out");
      return new ResponseLog(folder, lock, records);
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /** Responses so far. */
  get size(): number {
    return this.#records.size;
  }

  /** A response, if it is there. */
  get(id: string, sample: number): ResponseRecord | undefined {
    return this.#records.get(keyOf(id, sample));
  }

  /** Keeps a response: one write, at the end of the file. */
  add(record: ResponseRecord): void {
    const bytes = new TextEncoder().encode(JSON.stringify(record) + "\n");
    try {
      for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    } catch (error) {
      const why = isDiskFull(error)
        ? "the disk is full. Free some space"
        : (error as Error).message;
      throw new Error(
        `Cannot write ${join(this.folder, RESPONSES)}: ${why}. The same command goes on from there`,
        { cause: error },
      );
    }
    this.#records.set(keyOf(record.id, record.sample), record);
  }

  /** Lets go of the folder. */
  [Symbol.dispose](): void {
    this.#file.close();
    this.lock[Symbol.dispose]();
  }
}

const RESPONSES = "responses.jsonl", IDENTITY = "evaluation.json";

const keyOf = (id: string, sample: number) => `${sample} ${id}`;

/** What an evaluation's folder was asked; null where it is none. */
export async function readIdentity(folder: string): Promise<Identity | null> {
  try {
    return JSON.parse(await Deno.readTextFile(join(folder, IDENTITY)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new Error(`Cannot read ${join(folder, IDENTITY)}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function checkIdentity(folder: string, identity: Identity): Promise<void> {
  const before = await readIdentity(folder);
  if (before === null) {
    const text = JSON.stringify(identity, null, 2) + "\n";
    return await writeWhole(join(folder, IDENTITY), text, "out");
  }
  const other = Object.keys(identity).filter((key) => before[key] !== identity[key]);
  if (other.length === 0) return;
  const changes = other.map((key) =>
    `${key} was ${shown(before[key])}, now ${shown(identity[key])}`
  );
  throw new Error(
    `${folder} holds another evaluation: ${changes.join("; ")}. Set out=FOLDER to a new one, or ` +
      `delete that one`,
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}

/**
 * Every whole response of a folder, in the order in which they came.
 *
 * @returns also the file's text, and the text without lines that are not whole
 */
export async function readResponses(
  folder: string,
): Promise<{ records: ResponseRecord[]; text: string; whole: string }> {
  let text: string;
  try {
    text = await Deno.readTextFile(join(folder, RESPONSES));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { records: [], text: "", whole: "" };
  }
  const records: ResponseRecord[] = [];
  let whole = "";
  for (const line of text.split("\n").slice(0, -1)) {
    const record = parse(line);
    if (record === null) continue;
    records.push(record);
    whole += line + "\n";
  }
  return { records, text, whole };
}

function parse(line: string): ResponseRecord | null {
  try {
    return recordSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
