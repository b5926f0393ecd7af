/** `ctrl`: what only the training of critics needs. */

import {
  envName,
  flag,
  httpUrl,
  key,
  nonNegative,
  nucleus,
  orNull,
  positive,
  section,
  share,
  text,
  whole,
} from "./key.ts";

const generator = section({
  path: key(orNull(text), null, "folder of the frozen generator, or builtin:generator"),
  base_url: key(orNull(httpUrl), null, "or an OpenAI-compatible server that holds it"),
  model: key(orNull(text), null, "its name there"),
  api_key_env: key(envName, "OPENAI_API_KEY", "environment variable that holds the server's key"),
  max_tokens: key(whole(1), 1024, "tokens of a solution or a revision"),
  temperature: key(nonNegative, 0.7, "of first solutions; revisions are greedy"),
  top_p: key(nucleus, 0.8, "nucleus of first solutions"),
  timeout_s: key(positive, 600, "seconds that one request to the server may take"),
  max_attempts: key(whole(1), 5, "requests for one answer before the run stops"),
  concurrency: key(whole(1), 32, "requests in flight"),
});

const sandbox = section({
  url: key(
    orNull(httpUrl),
    null,
    "SandboxFusion server, whose token is in SANDBOX_TOKEN; null: this machine",
  ),
  concurrency: key(whole(1), 256, "programs under way at most"),
  max_attempts: key(whole(1), 5, "attempts before a sandbox that went away stops the run"),
});

const evaluation = section({
  turns: key(whole(1), 3, "critiques and revisions of each held-out solution"),
  temperature: key(nonNegative, 0.7, "of critiques"),
});

const world = section({
  generator_steps: key(whole(1), 600, "SFT steps of the built-in generator"),
  critic_steps: key(whole(1), 1000, "SFT steps of the built-in critic, at most"),
  critic_until: key(share, 0.45, "its SFT ends when it mends this share of wrong programs"),
  rows: key(whole(1), 48, "rows an SFT step"),
  lr: key(positive, 2e-3, "learning rate of the SFT"),
  held_out: key(whole(1), 400, "programs held out for evaluation"),
});

const sft = section({
  response_key: key(text, "response", "column of what an SFT run learns to write"),
});

/** The keys of CTRL. */
export const ctrl = section({
  solutions: key(whole(1), 4, "solutions a problem; each is a state that is criticised"),
  partial_reward: key(flag, false, "the reward is the share of tests passed; false: all or none"),
  sft,
  generator,
  sandbox,
  evaluation,
  world,
});
