/** Every key of a run, once. The names follow verl and the method's recipe. */

import { z } from "zod";
import { actor } from "./actor_keys.ts";
import { ctrl } from "./ctrl_keys.ts";
import {
  columns,
  devices,
  files,
  flag,
  key,
  oneOf,
  orNull,
  positive,
  real,
  section,
  share,
  text,
  whole,
} from "./key.ts";
import { KeySet } from "./key_set.ts";
import { model } from "./model_keys.ts";
import { rollout } from "./rollout_keys.ts";

const data = section({
  train_files: key(files, [], "Parquet or JSONL to train on, or builtin:secret_numbers"),
  val_files: key(files, [], "the same for validation; empty: no validation"),
  prompt_key: key(
    columns,
    ["prompt"],
    "column of the question, or of the chat as {role, content} items; of several the first that a row has",
  ),
  ground_truth_key: key(
    columns,
    ["ground_truth"],
    "column of the gold answer (what follows its last ####, if any), as above; else reward_model.ground_truth",
  ),
  reference_key: key(text, "solution", "column of a worked solution, where the data has one"),
  unparsable_gold: key(
    oneOf("error", "drop"),
    "error",
    "a gold answer that the verifier cannot parse ends the start, or its row is left out and counted",
  ),
  train_batch_size: key(whole(1), 128, "prompts a step"),
  max_prompt_length: key(whole(1), 2048, "tokens; longer prompts are dropped and counted"),
  max_response_length: key(whole(1), 6144, "tokens of a response"),
  val_max_samples: key(
    whole(-1),
    -1,
    "validation problems, taken at even distances; -1: all",
  ),
  shuffle: key(flag, true, "a new order each epoch, from trainer.seed"),
});

const algorithm = section({
  adv_estimator: key(oneOf("grpo"), "grpo", "advantage: reward minus the group's mean"),
  norm_adv_by_std_in_grpo: key(flag, false, "divide it by the group's standard deviation too"),
  rollout_correction: section({
    rollout_is: key(
      oneOf("auto", "token", "off"),
      "auto",
      "truncated importance weights between the engine that draws and the one that trains; auto: with a server",
    ),
    rollout_is_threshold: key(positive, 2, "the weights are cut from above to this"),
  }),
});

const reward = section({
  use_math_verify: key(flag, true, "compare answers as mathematics; false: as text"),
  format_weight: key(share, 0.1, "share of the score that <think>...</think> earns"),
  correct_reward: key(real, 1, "reward where the score is above 0.5"),
  incorrect_reward: key(real, 0, "reward elsewhere"),
});

const trainer = section({
  experiment_name: key(text, "emend", "the run's name"),
  default_local_dir: key(text, "runs/{experiment_name}", "the run's folder"),
  total_epochs: key(whole(1), 30, "passes over the training problems"),
  total_training_steps: key(orNull(whole(1)), null, "steps, instead of total_epochs"),
  weights_dir: key(
    orNull(text),
    null,
    "folder in which inference servers find new weights, under the same path; null: weights/ in the run's folder",
  ),
  save_freq: key(
    whole(-1),
    50,
    "steps between checkpoints; 0 or -1: only at the end",
  ),
  test_freq: key(
    whole(-1),
    50,
    "steps between validations; 0 or -1: only at the end",
  ),
  val_before_train: key(flag, true, "validate before the first step"),
  resume_mode: key(
    oneOf("auto", "disable"),
    "auto",
    "continue from the folder's latest checkpoint",
  ),
  max_ckpt_to_keep: key(whole(1), 3, "checkpoints kept; older ones are deleted"),
  rollout_data_freq: key(whole(1), 1, "steps between files of rollouts"),
  seed: key(whole(0), 0, "every random draw of the run follows from it"),
  threads: key(whole(0), 0, "CPU threads; 0: all cores"),
  device: key(
    devices,
    "cpu",
    "what computes: this process; a child with the CPU, or with a GPU (deno task train:gpu); a running deno task gpu; " +
      "several of the last three train together",
  ),
});

const warmup = section({
  steps: key(whole(0), 700, "SFT steps before RL; only with builtin:tiny"),
  lr: key(positive, 3e-3, "learning rate of the SFT"),
  direct_rows: key(whole(0), 10, "rows an SFT step that answer a question"),
  refinement_rows: key(whole(0), 16, "rows an SFT step that refine an answer"),
  seed: key(orNull(whole(0)), null, "seed of the SFT; null: trainer.seed"),
});

/** The whole configuration. */
export const configSchema = z.strictObject({
  data,
  algorithm,
  actor_rollout_ref: section({
    model,
    actor,
    rollout,
  }),
  reward,
  trainer,
  warmup,
  ctrl,
});

/** Every key by its dotted path. */
export const keys: KeySet<typeof configSchema> = new KeySet(configSchema, "trainer.seed=1");
