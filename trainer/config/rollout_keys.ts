/** `actor_rollout_ref.rollout`: sampling, critique, refinement, validation. */

import { z } from "zod";
import {
  envName,
  flag,
  httpUrl,
  httpUrls,
  key,
  nonNegative,
  nucleus,
  oneOf,
  orNull,
  positive,
  section,
  text,
  topK,
  whole,
} from "./key.ts";

const critique = section({
  base_url: key(orNull(httpUrl), null, "OpenAI-compatible server for critique_type=text"),
  model: key(orNull(text), null, "model that writes the critiques"),
  api_key_env: key(envName, "OPENAI_API_KEY", "environment variable that holds the server's key"),
  max_tokens: key(whole(1), 4096, "tokens a critique"),
  temperature: key(nonNegative, 0.7, "of the critic"),
  top_p: key(nucleus, 0.75, "nucleus of the critic"),
  timeout_s: key(positive, 30, "seconds that one attempt may take"),
  max_attempts: key(whole(1), 3, "attempts before a critique falls back to simple_gt"),
  concurrency: key(whole(1), 8, "requests in flight"),
});

const valKwargs = section({
  do_sample: key(flag, false, "validation samples; false: greedy"),
  temperature: key(nonNegative, 0, "where it samples"),
  top_p: key(nucleus, 1, "nucleus, where it samples; 1: off"),
  top_k: key(topK, 0, "likeliest tokens kept, where it samples"),
  n: key(whole(1), 1, "answers a validation problem"),
});

const server = section({
  endpoints: key(
    httpUrls,
    [],
    "addresses of servers that hold the policy, such as http://127.0.0.1:8000; requests are spread over them",
  ),
  api_key_env: key(envName, "OPENAI_API_KEY", "environment variable that holds their key"),
  concurrency: key(whole(1), 32, "requests in flight at each; one is all answers to a prompt"),
  timeout_s: key(positive, 1800, "seconds that one request, or loading the weights, may take"),
  max_attempts: key(whole(1), 5, "attempts of one request, before the run saves and stops"),
  patience_s: key(
    nonNegative,
    600,
    "seconds to wait while none of them answers, before the run saves and stops",
  ),
  sync_tolerance: key(
    positive,
    0.1,
    "mean difference of a few tokens' log-probabilities, theirs and the trainer's, that ends the run",
  ),
});

/** The keys of the rollout. */
export const rollout = section({
  name: key(
    oneOf("local", "vllm", "sglang"),
    "local",
    "what generates: this process, or the servers of rollout.server.endpoints",
  ),
  server,
  dtype: key(
    oneOf("auto", "float32", "bfloat16"),
    "auto",
    "what this process's model computes in, in training too; auto: bfloat16 on a GPU, float32 on a CPU. Weights and " +
      "optimizer stay float32",
  ),
  n: key(whole(2), 8, "rows in a prompt's group"),
  n_prefix: key(
    z.int().meta({ type: "whole number" }),
    1,
    "rollouts of a group that refinements replace; 0: plain GRPO",
  ),
  critique_type: key(
    oneOf("simple", "simple_gt", "text"),
    "simple_gt",
    "right or wrong; the same with the ground truth; or written by rollout.critique.model",
  ),
  refine_trigger: key(
    oneOf("all", "wrong", "all_wrong"),
    "all",
    "responses that are refined: each, each wrong one, or those of prompts with no right one",
  ),
  max_refinements_per_prompt: key(
    whole(-1),
    -1,
    "of those, how many a prompt; -1: no limit",
  ),
  max_refinement_length: key(
    whole(1),
    6144,
    "tokens of a refinement; at most data.max_response_length where it is not set",
  ),
  temperature: key(positive, 1, "divides the logits of rollouts and refinements"),
  top_p: key(nucleus, 1, "nucleus; 1: off"),
  top_k: key(topK, 0, "likeliest tokens kept"),
  max_num_seqs: key(whole(1), 64, "sequences that are decoded side by side"),
  val_kwargs: valKwargs,
  critique,
});
