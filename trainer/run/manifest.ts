/** `trainer_state.json`: where a run stood at a checkpoint, and the size and SHA-256 of every file beside it. */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { z } from "zod";
import { stepOf } from "./folder.ts";

/** The file that makes a folder a checkpoint; written last. */
export const MANIFEST = "trainer_state.json";

/** Where a run stood. */
export interface TrainerState {
  /** Steps done. */
  step: number;
  /** Passes over the training data done. */
  epoch: number;
  /** The run's seed. */
  seed: number;
  /** Whatever else the trainer needs to go on; it must survive JSON. */
  state: Record<string, unknown>;
}

const manifestSchema = z.object({
  step: z.int().nonnegative(),
  epoch: z.number().nonnegative(),
  seed: z.int(),
  state: z.record(z.string(), z.unknown()),
  files: z.record(z.string(), z.object({ bytes: z.int().nonnegative(), sha256: z.string() })),
});

/** Every file under `dir`, by its path from there with `/` between, in a fixed order. */
export async function filesUnder(dir: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(join(dir, prefix))) {
    const path = prefix ? `${prefix}/${entry.name}` : entry.name;
    if (entry.isDirectory) found.push(...await filesUnder(dir, path));
    else if (entry.isFile) found.push(path);
    else {throw new Error(
        `Cannot record ${path} in a checkpoint: it is neither a file nor a folder.`,
      );}
  }
  return found.sort();
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(1 << 20);
  using file = await Deno.open(path);
  for (let count; (count = await file.read(buffer)) !== null;) {
    hash.update(buffer.subarray(0, count));
  }
  return hash.digest("hex");
}

/** The manifest of the files in `dir`, as text. */
export async function describe(dir: string, state: TrainerState): Promise<string> {
  const files: Record<string, { bytes: number; sha256: string }> = {};
  for (const path of await filesUnder(dir)) {
    const full = join(dir, path);
    files[path] = { bytes: (await Deno.stat(full)).size, sha256: await sha256(full) };
  }
  return JSON.stringify(manifestSchema.parse({ ...state, files }), null, 2) + "\n";
}

/**
 * Reads a checkpoint's state after checking that every file is there, with its size and its hash.
 *
 * @param dir a folder like `runs/first/checkpoints/step-000010`
 * @throws an Error that names the file that is missing, truncated or changed
 */
export async function readCheckpoint(dir: string): Promise<TrainerState> {
  const bad = (why: string): Error => new Error(`Cannot use the checkpoint ${dir}: ${why}.`);
  let text: string;
  try {
    text = await Deno.readTextFile(join(dir, MANIFEST));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw bad((error as Error).message);
    throw bad(`${MANIFEST} is missing`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw bad(`${MANIFEST} is not JSON, perhaps cut short`);
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    throw bad(`${MANIFEST} is not a checkpoint's: ${z.prettifyError(parsed.error)}`);
  }
  const { files, ...state } = parsed.data;
  const named = stepOf(basename(dir));
  if (named !== null && named !== state.step) throw bad(`${MANIFEST} is of step ${state.step}`);
  for (const [path, { bytes }] of Object.entries(files)) {
    const size = await Deno.stat(join(dir, path)).then((file) => file.size, () => null);
    if (size === null) throw bad(`${path} is missing`);
    if (size !== bytes) throw bad(`${path} has ${size} bytes, it was saved with ${bytes}`);
  }
  for (const [path, { sha256: saved }] of Object.entries(files)) {
    if (await sha256(join(dir, path)) !== saved) {
      throw bad(`${path} was changed after it was saved (its SHA-256 differs)`);
    }
  }
  return state;
}
