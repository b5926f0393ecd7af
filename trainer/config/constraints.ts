/** What must hold between keys. Each rule stands for a run that would fail late or learn nothing. */

import type { z } from "zod";
import type { configSchema } from "./schema.ts";

type Config = z.infer<typeof configSchema>;

/** A rule that is broken: the key to blame, and what to do about it. */
export interface Breach {
  path: string;
  problem: string;
}

/** Built-in data, and the built-in model that knows its words. */
const BUILTINS: Readonly<Record<string, string>> = {
  "builtin:secret_numbers": "builtin:tiny",
  "builtin:micro_programs": "builtin:critic",
};

/** All rules that the configuration breaks. */
export function breaches(config: Config): Breach[] {
  return [
    ...dataRules(config),
    ...groupRules(config),
    ...engineRules(config),
    ...updateRules(config),
    ...deviceRules(config),
  ];
}

function* dataRules({ data, actor_rollout_ref: { model } }: Config): Generator<Breach> {
  if (model.path.startsWith("builtin:") && (model.lora_rank > 0 || model.lora_adapter_path)) {
    yield {
      path: "actor_rollout_ref.model.lora_rank",
      problem: `${model.path} begins as noise and is trained whole; an adapter needs a base that ` +
        `stays: set actor_rollout_ref.model.path to a model's folder`,
    };
  }
  const known = Object.keys(BUILTINS), models = Object.values(BUILTINS);
  const named: [string, string, string[]][] = [
    ["actor_rollout_ref.model.path", model.path, models],
    ...data.train_files.map((f): [string, string, string[]] => ["data.train_files", f, known]),
    ...data.val_files.map((f): [string, string, string[]] => ["data.val_files", f, known]),
  ];
  for (const [path, name, names] of named) {
    if (name.startsWith("builtin:") && !names.includes(name)) {
      yield {
        path,
        problem: `there is no ${name}; built in here: ${names.join(", ")}`,
      };
    }
  }
  if (data.train_files.length === 0) {
    yield {
      path: "data.train_files",
      problem: `is empty: set it to a Parquet or JSONL file, or DATA_DIR to a folder with ` +
        `train.parquet and test.parquet, or use ${known[0]}`,
    };
  }
  for (const path of ["train_files", "val_files"] as const) {
    const builtin = data[path].find((file) => known.includes(file));
    if (builtin && data[path].length > 1) {
      yield { path: `data.${path}`, problem: `${builtin} cannot be mixed with files` };
    }
    const own = known.find((file) => BUILTINS[file] === model.path);
    const foreign = data[path].find((file) => file !== own);
    if (own && foreign) {
      yield {
        path: `data.${path}`,
        problem: `${model.path} knows only the words of ${own}, not ${foreign}: ` +
          `set actor_rollout_ref.model.path to a model's folder`,
      };
    }
  }
}

function* groupRules({ data, actor_rollout_ref: { actor, rollout } }: Config): Generator<Breach> {
  const prefix = "actor_rollout_ref.rollout.n_prefix";
  if (rollout.n_prefix < 0) {
    yield {
      path: prefix,
      problem:
        `${rollout.n_prefix} is refused: it would overwrite all ${rollout.n} rows of a group ` +
        `with one refinement, so that every advantage is zero. Set 1, or 0 for plain GRPO`,
    };
  } else if (rollout.n_prefix >= rollout.n) {
    yield {
      path: prefix,
      problem:
        `${rollout.n_prefix} refinements leave none of the ${rollout.n} rollouts in a group: ` +
        `set it below rollout.n`,
    };
  }
  if (rollout.n_prefix > 0) {
    if (!actor.use_off_policy_loss) {
      yield {
        path: "actor_rollout_ref.actor.use_off_policy_loss",
        problem:
          `false does not go with n_prefix ${rollout.n_prefix}: refinements were not drawn ` +
          `under the original prompt, so the on-policy ratio is meaningless for them. ` +
          `Set it to true, or ${prefix}=0 for plain GRPO`,
      };
    }
    for (const name of ["base_url", "model"] as const) {
      if (rollout.critique_type !== "text" || rollout.critique[name] !== null) continue;
      yield {
        path: "actor_rollout_ref.rollout.critique_type",
        problem: `text needs a critic: set actor_rollout_ref.rollout.critique.${name}, ` +
          `or critique_type=simple_gt`,
      };
    }
    if (rollout.max_refinement_length > data.max_response_length) {
      yield {
        path: "actor_rollout_ref.rollout.max_refinement_length",
        problem:
          `${rollout.max_refinement_length} is longer than the row that a refinement is put ` +
          `into: at most data.max_response_length, ${data.max_response_length}`,
      };
    }
  }
  const val = rollout.val_kwargs;
  if (val.do_sample && val.temperature === 0) {
    yield {
      path: "actor_rollout_ref.rollout.val_kwargs.temperature",
      problem: `0 is greedy, but val_kwargs.do_sample is true: set a temperature above 0`,
    };
  }
  if (!val.do_sample && val.n > 1) {
    yield {
      path: "actor_rollout_ref.rollout.val_kwargs.n",
      problem: `${val.n} greedy answers are all the same: set val_kwargs.do_sample=true and a ` +
        `temperature, or n=1`,
    };
  }
}

function* engineRules({ actor_rollout_ref: { model, rollout } }: Config): Generator<Breach> {
  const path = "actor_rollout_ref.rollout.server.endpoints", { endpoints } = rollout.server;
  if (rollout.name !== "local" && endpoints.length === 0) {
    yield { path, problem: `is empty: ${rollout.name} needs a server's address` };
  }
  if (rollout.name === "local" && endpoints.length > 0) {
    yield {
      path: "actor_rollout_ref.rollout.name",
      problem: `is local, so that the servers of ${path} would not be asked: set vllm or sglang`,
    };
  }
  if (rollout.name !== "local" && model.path === "builtin:critic") {
    yield {
      path: "actor_rollout_ref.rollout.name",
      problem: `${rollout.name} does not go with ${model.path}, which generates in this process`,
    };
  }
  if (new Set(endpoints).size < endpoints.length) {
    yield { path, problem: "names a server twice: raise rollout.server.concurrency instead" };
  }
}

function* updateRules({ data, actor_rollout_ref: { actor }, reward }: Config): Generator<Breach> {
  if (data.train_batch_size % actor.ppo_mini_batch_size !== 0) {
    yield {
      path: "actor_rollout_ref.actor.ppo_mini_batch_size",
      problem: `${actor.ppo_mini_batch_size} does not divide data.train_batch_size, ` +
        `${data.train_batch_size}: the updates of a step would differ in size. Set a divisor`,
    };
  }
  const row = data.max_prompt_length + data.max_response_length;
  if (actor.ppo_max_token_len_per_gpu < row) {
    yield {
      path: "actor_rollout_ref.actor.ppo_max_token_len_per_gpu",
      problem: `${actor.ppo_max_token_len_per_gpu} cannot hold one row of max_prompt_length + ` +
        `max_response_length = ${row} tokens`,
    };
  }
  const { off_policy_min_clip: low, off_policy_max_clip: high } = actor;
  if (low !== -1 && high !== -1 && low > high) {
    yield {
      path: "actor_rollout_ref.actor.off_policy_min_clip",
      problem: `${low} is above off_policy_max_clip, ${high}`,
    };
  }
  if (reward.format_weight > 0.5) {
    yield {
      path: "reward.format_weight",
      problem: `${reward.format_weight} rewards a wrong answer in the right format: at most 0.5, ` +
        `because the reward asks for a score above 0.5`,
    };
  }
  // The critique, the trigger and the selection call a response correct iff its reward is above 0.
  if (reward.correct_reward <= 0) {
    yield {
      path: "reward.correct_reward",
      problem: `${reward.correct_reward} would count as a wrong answer's: set it above 0`,
    };
  }
  if (reward.incorrect_reward > 0) {
    yield {
      path: "reward.incorrect_reward",
      problem: `${reward.incorrect_reward} would count as a right answer's: set it to 0 or below`,
    };
  }
}

function* deviceRules({ trainer: { device } }: Config): Generator<Breach> {
  const path = "trainer.device", names = [device].flat();
  if (names.length > 1 && names.includes("cpu")) {
    yield {
      path,
      problem: "cpu is this process, which cannot be one of several: name sidecars instead",
    };
  }
  const addressed = names.filter((name) => name !== "sidecar");
  if (new Set(addressed).size < addressed.length) {
    yield { path, problem: "names a device twice: each is a rank once" };
  }
}
