/** What a run of eight steps came to, for comparing it with another. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { metricsOf } from "./command_line.ts";

/** Everything that must be the same: weights, optimizer, metrics but for the clock, every rollout. */
export async function outcome(folder: string) {
  const checkpoint = join(folder, "checkpoints", "step-000008");
  const hash = async (path: string) =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", await Deno.readFile(path))).toHex();
  const rollouts = readdirSync(join(folder, "rollouts")).sort();
  const metrics = await metricsOf(folder);
  return {
    weights: await hash(join(checkpoint, "model.safetensors")),
    moments: await Promise.all(
      ["m", "v"].map((name) => hash(join(checkpoint, `trainer_state.${name}.safetensors`))),
    ),
    metrics: metrics.map((record) =>
      Object.entries(record).filter(([name]) => !/^(timing_s|perf\/throughput)/.test(name))
    ),
    rollouts: await Promise.all(
      rollouts.map(async (name) => [name, await hash(join(folder, "rollouts", name))]),
    ),
  };
}

/** The name of a run's latest checkpoint; empty before there is one. */
export function latest(folder: string): string {
  try {
    return readFileSync(join(folder, "latest"), "utf8").trim();
  } catch {
    return "";
  }
}
