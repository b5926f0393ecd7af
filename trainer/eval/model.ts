/** Which model is evaluated. */

import { join } from "node:path";
import { ConfigError } from "../config/error.ts";
import { hubModel, type HubPlace, isHubId } from "../hub/hub.ts";
import { findCheckpoint } from "../run/checkpoint.ts";
import { RunFolder } from "../run/folder.ts";
import type { Reporter } from "../run/progress.ts";
import { EndpointRespondent } from "./endpoint_respondent.ts";
import { type EvaluationSettings, samplingOf } from "./keys.ts";
import { LocalRespondent } from "./local_respondent.ts";
import type { Respondent } from "./respondent.ts";

/** Where `deno task train` leaves its runs. */
const RUNS = "runs";

/**
 * The model that the settings name; without one, the newest checkpoint here.
 *
 * @throws where there is none, with what to do
 */
export async function openModel(
  settings: EvaluationSettings,
  hub: HubPlace,
  reporter: Reporter,
): Promise<Respondent> {
  const { model, endpoint, max_tokens: maxTokens } = settings;
  const sampling = { ...samplingOf(settings), topK: 0 };
  if (endpoint !== null) {
    if (model === null) {
      throw new ConfigError([
        `endpoint needs model=NAME, as the server knows it: ${
          endpoint.replace(/\/+$/, "")
        }/models lists them`,
      ]);
    }
    return new EndpointRespondent({
      baseUrl: endpoint,
      model,
      apiKeyEnv: settings.api_key_env,
      ...sampling,
      maxTokens,
      timeoutMs: 1000 * settings.timeout_s,
      concurrency: settings.concurrency,
      attempts: settings.max_attempts,
      warn: (text) => reporter.warn(text),
    });
  }
  const options = {
    sampling,
    maxTokens,
    slots: settings.max_num_seqs,
    threads: settings.threads,
    reporter,
  };
  if (model === null) {
    const folder = await newestCheckpoint(RUNS, reporter);
    reporter.note(`Model: ${folder}, the newest checkpoint here (model=... takes another)`);
    return await LocalRespondent.of(folder, folder, options);
  }
  const folder = await modelFolder(model, hub, reporter);
  const name = folder.startsWith(hub.cache) ? model : folder;
  return await LocalRespondent.of(name, folder, options);
}

/** A model's own folder, the latest checkpoint of a run, or what the hub has under the name. */
async function modelFolder(model: string, hub: HubPlace, reporter: Reporter): Promise<string> {
  if (await exists(join(model, "config.json"))) return model;
  if (await exists(join(model, "latest"))) {
    const found = await checkpointOf(model, reporter);
    if (found) return found;
    throw new Error(
      `The run ${model} has no usable checkpoint. Train on, or set model=... to another`,
    );
  }
  if (await exists(model)) {
    throw new Error(
      `Cannot evaluate ${model}: it has neither config.json (a model's folder) nor latest (a run's)`,
    );
  }
  if (isHubId(model) && !model.startsWith(`${RUNS}/`)) return await hubModel(model, hub, reporter);
  throw new Error(
    `There is no folder ${model}, and a hub id is owner/name. A server's model needs endpoint=http://.../v1`,
  );
}

/**
 * The latest checkpoint of the run that was saved last.
 *
 * @throws where no run has one, with the two commands that make one
 */
export async function newestCheckpoint(runs: string, reporter: Reporter): Promise<string> {
  const found: { path: string; time: number }[] = [];
  for (const { name } of await Array.fromAsync(Deno.readDir(runs)).catch(() => [])) {
    const path = join(runs, name);
    const latest = await Deno.stat(join(path, "latest")).catch(() => null);
    if (latest?.isFile) found.push({ path, time: latest.mtime?.getTime() ?? 0 });
  }
  for (const { path } of found.sort((a, b) => b.time - a.time)) {
    const folder = await checkpointOf(path, reporter);
    if (folder) return folder;
  }
  throw new Error(
    `There is no checkpoint under ${runs}/. Make one:

  deno task train                                        the built-in problems, a tiny model, some minutes
  deno task train configs/default.yaml data.train_files=FILE actor_rollout_ref.model.path=FOLDER

or name a model: model=FOLDER, model=owner/name from the hub, endpoint=http://127.0.0.1:8000/v1 model=NAME`,
  );
}

async function checkpointOf(run: string, reporter: Reporter): Promise<string | null> {
  const found = await findCheckpoint(new RunFolder(run), (text) => reporter.warn(text));
  return found?.dir ?? null;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
