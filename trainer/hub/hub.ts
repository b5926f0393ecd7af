/** Models and data sets of the Hugging Face hub, in a cache folder. */

import { dirname, join } from "node:path";
import { parseConfig } from "../../gpu/model/mod.ts";
import { TOKENIZER_FILES } from "../data/tokenizer.ts";
import { excerpt } from "../endpoint/fault.ts";
import type { Reporter } from "../run/progress.ts";
import { download } from "./download.ts";

/** Where the hub is, and where its files go. */
export interface HubPlace {
  /** The hub's address. */
  endpoint: string;
  /** For private and gated repositories. */
  token?: string;
  /** The cache folder. */
  cache: string;
}

/**
 * The hub as the environment says: `HF_ENDPOINT` for a mirror, `HF_TOKEN`, and the user's cache folder
 * (`XDG_CACHE_HOME`, else `~/.cache`).
 */
export function hubOf(env: Readonly<Record<string, string | undefined>>): HubPlace {
  const home = env.HOME ?? env.USERPROFILE ?? ".";
  return {
    endpoint: (env.HF_ENDPOINT || "https://huggingface.co").replace(/\/+$/, ""),
    token: env.HF_TOKEN || undefined,
    cache: join(env.XDG_CACHE_HOME || join(home, ".cache"), "emend", "hub"),
  };
}

/** Whether a text could be a repository's name: `owner/name`. */
export function isHubId(text: string): boolean {
  return /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/.test(text);
}

/** Written when a model's folder is whole: from then on the network is not asked. */
const COMPLETE = ".complete";

/**
 * A model's folder: configuration, tokenizer and weights.
 *
 * @throws where the hub cannot be reached, has no such model, or its family is not supported
 */
export async function hubModel(id: string, place: HubPlace, reporter: Reporter): Promise<string> {
  const folder = join(place.cache, "models", id);
  if (await exists(join(folder, COMPLETE))) return folder;
  const get = async (file: string) => {
    const url = `${place.endpoint}/${id}/resolve/main/${file}`, path = join(folder, file);
    if (!await fetchInto(url, path, place, reporter)) return false;
    if (file.endsWith(".json")) await checkJson(path, url);
    return true;
  };
  const need = async (file: string) => {
    if (!await get(file)) throw new Error(`The model ${id} has no ${file} on ${place.endpoint}`);
  };
  await need("config.json");
  const config = join(folder, "config.json");
  parseConfig(JSON.parse(await Deno.readTextFile(config)), config); // before gigabytes come
  for (const file of TOKENIZER_FILES) {
    await (file === "tokenizer.json" || file === "tokenizer_config.json" ? need : get)(file);
  }
  const index = "model.safetensors.index.json";
  const shards = await get(index)
    ? shardsIn(await Deno.readTextFile(join(folder, index)), id)
    : ["model.safetensors"];
  for (const shard of shards) await need(shard);
  await Deno.writeTextFile(join(folder, COMPLETE), "");
  return folder;
}

/** A page that a proxy or a login puts in a file's place is not kept: the next attempt would find it there. */
async function checkJson(path: string, url: string): Promise<void> {
  const text = await Deno.readTextFile(path);
  try {
    JSON.parse(text);
  } catch (cause) {
    await Deno.remove(path);
    throw new Error(`${url} is not JSON: it begins with ${excerpt(text)}. Check HF_ENDPOINT`, {
      cause,
    });
  }
}

/** The files of an index; names only, whatever it says. */
function shardsIn(index: string, id: string): string[] {
  const files = new Set(Object.values(JSON.parse(index)?.weight_map ?? {}));
  for (const file of files) {
    if (typeof file !== "string" || !/^[\w.-]+\.safetensors$/.test(file)) {
      throw new Error(`The index of ${id} names a file that is none of its own: ${file}`);
    }
  }
  return [...files] as string[];
}

/**
 * A data set's split as one Parquet file, from the branch into which the hub itself converts every public data set.
 *
 * @throws where the hub cannot be reached or has no such file
 */
export async function hubData(
  { repository, config, split }: { repository: string; config: string; split: string },
  place: HubPlace,
  reporter: Reporter,
): Promise<string> {
  const file = `${config}/${split}/0000.parquet`;
  const path = join(place.cache, "datasets", repository, file);
  const base = `${place.endpoint}/datasets/${repository}/resolve/refs%2Fconvert%2Fparquet`;
  if (!await fetchInto(`${base}/${file}`, path, place, reporter)) {
    throw new Error(`${place.endpoint} has no ${file} of ${repository}. Set data.files=FILE`);
  }
  return path;
}

function fetchInto(
  url: string,
  path: string,
  { token }: HubPlace,
  reporter: Reporter,
): Promise<boolean> {
  const name = `download ${path.slice(dirname(path).length + 1)}`;
  return download(url, path, {
    token,
    onFault: ({ message }) => reporter.warn(`${message}. Trying again`),
    begin: (total, from) => reporter.phase(name, total, "bytes", from),
  });
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
