/** The servers of a run, as its configuration says. */

import { join } from "node:path";
import { saveAdapter } from "../../../gpu/model/mod.ts";
import type { Config } from "../../config.ts";
import type { Tokenizer } from "../../data/tokenizer.ts";
import { RequestFault } from "../../endpoint/fault.ts";
import type { LocalPolicy, Policy } from "../../policy.ts";
import type { Reporter } from "../../run/progress.ts";
import { saveWhole, type Trainee } from "../../trainee.ts";
import type { EngineServer, EngineServerOptions } from "./engine_server.ts";
import { EnginePool } from "./pool.ts";
import { PROBE_TOKENS, probePrompts } from "./probe.ts";
import { ServedPolicy } from "./served_policy.ts";
import { SglangServer } from "./sglang.ts";
import { saveUntied } from "./untied.ts";
import { VllmServer } from "./vllm.ts";
import { WeightsFolder } from "./weights_folder.ts";

/** What a run knows besides its configuration. */
export interface ServedRun {
  /** The run's folder. */
  folder: string;
  /** Prompts that the run will ask, a few. */
  prompts: readonly (readonly number[])[];
  /** The longest sequence that is generated. */
  contextLength: number;
  /** The policy's own. */
  tokenizer: Tokenizer;
  /** Told of servers that come and go. */
  reporter: Reporter;
}

/**
 * What answers in a run: the policy itself, or the servers of `rollout.server`.
 *
 * @throws where none of them is there
 */
export async function answering(
  config: Config,
  policy: LocalPolicy,
  run: ServedRun,
): Promise<Policy & Trainee> {
  const { name, server, temperature } = config.actor_rollout_ref.rollout;
  if (name === "local") return policy;
  const options = (url: string): EngineServerOptions => ({
    url,
    apiKeyEnv: server.api_key_env,
    timeoutMs: 1000 * server.timeout_s,
    endTokens: run.tokenizer.eosIds,
    vocabSize: policy.model.config.vocabSize,
  });
  const Server = name === "vllm" ? VllmServer : SglangServer;
  const servers = server.endpoints.map((url) => new Server(options(url)));
  await checkServers(servers, run.reporter);
  const pool = new EnginePool(servers, {
    concurrency: server.concurrency,
    attempts: server.max_attempts,
    patienceMs: 1000 * server.patience_s,
    warn: (text) => run.reporter.warn(text),
  });
  return new ServedPolicy(policy, {
    pool,
    weights: new WeightsFolder(config.trainer.weights_dir ?? join(run.folder, "weights")),
    write: async (folder) => {
      const { device, model } = policy;
      // SGLang is told of folders only; vLLM loads an adapter much sooner, and beside a tied head too.
      if (model.adapter && name === "vllm") {
        await saveAdapter(folder, model.adapter);
        return "adapter";
      }
      if (model.config.tied && name === "vllm") await saveUntied(folder, model);
      else await saveWhole(folder, device, model);
      await run.tokenizer.save(folder);
      return "model";
    },
    probes: probePrompts(run.prompts, run.contextLength - PROBE_TOKENS),
    temperature,
    tolerance: server.sync_tolerance,
    warn: (text) => run.reporter.warn(text),
  });
}

/** An address with a slip in it is found before the first step. */
async function checkServers(servers: readonly EngineServer[], reporter: Reporter): Promise<void> {
  const faults = (await Promise.all(servers.map(async (server) => {
    try {
      await server.check();
      return null;
    } catch (error) {
      if (error instanceof RequestFault) return error;
      throw error;
    }
  }))).filter((fault) => fault !== null);
  if (faults.length === servers.length) {
    throw new Error(
      `None of the inference servers is there: ${faults[0].message}. Start them, correct ` +
        `actor_rollout_ref.rollout.server.endpoints, or set rollout.name=local`,
      { cause: faults[0] },
    );
  }
  for (const fault of faults) reporter.warn(`${fault.message}. The other servers do without it`);
}
