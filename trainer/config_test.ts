import assert from "node:assert/strict";
import { ConfigError, describeKeys, loadConfig, resolvedYaml } from "./config.ts";

const data = "data.train_files=train.parquet";
const configs = new URL("../configs/", import.meta.url).pathname;

function withFile<T>(text: string, run: (path: string) => T): T {
  const path = Deno.makeTempFileSync({ suffix: ".yaml" });
  try {
    Deno.writeTextFileSync(path, text);
    return run(path);
  } finally {
    Deno.removeSync(path);
  }
}

function problems(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    assert(error instanceof ConfigError, String(error));
    return error.problems;
  }
  throw new Error("Nothing was thrown");
}

const overridden = (...overrides: string[]) => problems(() => loadConfig({ overrides }));

Deno.test("the defaults are the recipe's", () => {
  const config = loadConfig({ overrides: [data] });
  const { actor, rollout, model } = config.actor_rollout_ref;
  assert.deepEqual(config.data.train_files, ["train.parquet"]);
  assert.deepEqual(config.data.val_files, []);
  assert.equal(config.data.train_batch_size, 128);
  assert.equal(config.data.max_prompt_length, 2048);
  assert.equal(config.data.max_response_length, 6144);
  assert.deepEqual(config.algorithm, {
    adv_estimator: "grpo",
    norm_adv_by_std_in_grpo: false,
    rollout_correction: { rollout_is: "auto", rollout_is_threshold: 2 },
  });
  assert.equal(model.path, "Qwen/Qwen2.5-7B");
  assert.deepEqual(actor, {
    use_off_policy_loss: true,
    off_policy_weight: "paper",
    off_policy_reshape: "p_div_p_0.1",
    off_policy_reshape_weight: 1,
    off_policy_reshape_pow_exp: 0.5,
    off_policy_max_clip: -1,
    off_policy_min_clip: -1,
    on_policy_reshape: "no_reshape",
    all_max_clip: -1,
    loss_remove_token_mean: true,
    loss_remove_clip: true,
    clip_ratio_low: 0.2,
    clip_ratio_high: 0.2,
    entropy_coeff: 0.001,
    use_kl_loss: false,
    kl_loss_coef: 0.001,
    ppo_mini_batch_size: 64,
    ppo_epochs: 1,
    ppo_max_token_len_per_gpu: 16384,
    grad_clip: 1,
    max_nonfinite_steps: 3,
    optim: { lr: 1e-6, lr_warmup_steps: 0, weight_decay: 0.01, betas: [0.9, 0.999] },
  });
  const { n, n_prefix, critique_type, refine_trigger, max_refinement_length } = rollout;
  assert.deepEqual([n, n_prefix, critique_type], [8, 1, "simple_gt"]);
  assert.deepEqual([refine_trigger, max_refinement_length], ["all", 6144]);
  assert.equal(config.trainer.total_epochs, 30);
  assert.equal(config.trainer.default_local_dir, "runs/emend");
});

Deno.test("command line beats environment beats later file beats earlier file", () => {
  withFile(
    "actor_rollout_ref: {rollout: {n: 2, n_prefix: 0, max_num_seqs: 5, top_p: 0.5}}",
    (a) =>
      withFile("actor_rollout_ref:\n  rollout: {n: 3, n_prefix: 2, max_num_seqs: 6}", (b) => {
        const { rollout } = loadConfig({
          files: [a, b],
          env: { ROLLOUT_N: "4", N_PREFIX: "3" },
          overrides: [data, "actor_rollout_ref.rollout.n=9", "actor_rollout_ref.rollout.n=5"],
        }).actor_rollout_ref;
        const { n, n_prefix, max_num_seqs, top_p } = rollout;
        assert.deepEqual({ n, n_prefix, max_num_seqs, top_p }, {
          n: 5,
          n_prefix: 3,
          max_num_seqs: 6,
          top_p: 0.5,
        });
      }),
  );
});

Deno.test("the recipe script's environment variables set their keys; empty ones do not", () => {
  const config = loadConfig({
    env: {
      DATA_DIR: "/some [odd] dir/",
      MODEL_PATH: "models/1e3",
      TRAIN_BATCH_SIZE: "192",
      ROLLOUT_N: "4",
      N_PREFIX: "2",
      CRITIQUE_TYPE: "simple",
      LEARNING_RATE: "2e-6",
    },
  });
  const { actor, rollout, model } = config.actor_rollout_ref;
  assert.deepEqual(config.data.train_files, ["/some [odd] dir/train.parquet"]);
  assert.deepEqual(config.data.val_files, ["/some [odd] dir/test.parquet"]);
  assert.equal(model.path, "models/1e3");
  assert.equal(config.data.train_batch_size, 192);
  assert.deepEqual([rollout.n, rollout.n_prefix, rollout.critique_type], [4, 2, "simple"]);
  assert.equal(actor.optim.lr, 2e-6);
  const empty = loadConfig({ env: { N_PREFIX: "", MODEL_PATH: undefined }, overrides: [data] });
  assert.equal(empty.actor_rollout_ref.rollout.n_prefix, 1);
});

Deno.test("values on the command line are YAML", () => {
  const config = loadConfig({
    overrides: [
      "data.train_files=[a.parquet, b.jsonl]",
      "data.shuffle=false",
      "trainer.experiment_name=007",
      "trainer.total_training_steps=null",
      "actor_rollout_ref.actor.off_policy_weight=3.5",
      "actor_rollout_ref.actor.optim.betas=[0.9, 0.95]",
      "actor_rollout_ref.rollout.top_k=-1",
      "actor_rollout_ref.rollout.critique.base_url=http://localhost:8000/v1",
    ],
  });
  assert.deepEqual(config.data.train_files, ["a.parquet", "b.jsonl"]);
  assert.equal(config.data.shuffle, false);
  assert.equal(config.trainer.experiment_name, "007");
  assert.equal(config.trainer.default_local_dir, "runs/007");
  assert.equal(config.trainer.total_training_steps, null);
  assert.equal(config.actor_rollout_ref.actor.off_policy_weight, 3.5);
  assert.deepEqual(config.actor_rollout_ref.actor.optim.betas, [0.9, 0.95]);
  assert.equal(config.actor_rollout_ref.rollout.top_k, 0);
  assert.equal(
    config.actor_rollout_ref.rollout.critique.base_url,
    "http://localhost:8000/v1",
  );
});

Deno.test("a file may write sections as dotted names and share values by anchors", () => {
  const text = "data.train_files: &f [a.parquet]\ndata.val_files: *f\n" +
    "actor_rollout_ref.rollout:\n  n: 4\nreward:\n";
  const config = withFile(text, (path) => loadConfig({ files: [path] }));
  assert.deepEqual(config.data.val_files, ["a.parquet"]);
  assert.equal(config.actor_rollout_ref.rollout.n, 4);
});

Deno.test("unknown keys name their path, their place and the nearest key, all at once", () => {
  const text = "data:\n  train_files: x\n  train_batch_sise: 3\ntrainer:\n  sed: 1\n" +
    "actor:\n  lr: 1\n";
  withFile(text, (path) =>
    assert.deepEqual(problems(() => loadConfig({ files: [path] })), [
      `Unknown key data.train_batch_sise (${path}, line 3). Did you mean data.train_batch_size?`,
      `Unknown key trainer.sed (${path}, line 5). Did you mean trainer.seed?`,
      `Unknown key actor (${path}, line 6). Did you mean actor_rollout_ref.actor?`,
    ]));
  assert.deepEqual(overridden("rollout.n_prefx=1"), [
    "Unknown key rollout.n_prefx (command line). Did you mean actor_rollout_ref.rollout.n_prefix?",
  ]);
  assert.doesNotMatch(overridden("data.nope=1")[0], /Did you mean data\?/);
  assert.deepEqual(overridden("lr=1"), [
    "Unknown key lr (command line). Did you mean actor_rollout_ref.actor.optim.lr?",
  ]);
});

Deno.test("a section is no value, and a key is set once a file", () => {
  assert.deepEqual(overridden("algorithm=grpo"), [
    "algorithm is a section, not a value (command line): " +
    "set what is in it, adv_estimator, norm_adv_by_std_in_grpo, rollout_correction",
  ]);
  withFile(
    "algorithm: grpo\ntrainer.seed: 1\ntrainer:\n  seed: 2\n",
    (path) =>
      assert.deepEqual(problems(() => loadConfig({ files: [path] })), [
        `algorithm is a section, not a value (${path}, line 1): ` +
        "set what is in it, adv_estimator, norm_adv_by_std_in_grpo, rollout_correction",
        `trainer.seed is set twice (${path}, line 2; ${path}, line 4)`,
      ]),
  );
  withFile("- a\n", (path) =>
    assert.match(
      problems(() => loadConfig({ files: [path] }))[0],
      /^A configuration is made of sections .*line 1\): data, algorithm,/,
    ));
});

Deno.test("files that are missing, broken or empty", () => {
  assert.deepEqual(problems(() => loadConfig({ files: ["no/such.yaml"] })), [
    "Cannot read the configuration no/such.yaml: there is no such file",
  ]);
  withFile(
    "data: [1\ntrainer: 2",
    (path) =>
      assert.match(problems(() => loadConfig({ files: [path] }))[0], /^Cannot parse .*line/),
  );
  withFile("# nothing\n", (path) => loadConfig({ files: [path], overrides: [data] }));
});

Deno.test("malformed settings on the command line say how to write them", () => {
  assert.deepEqual(overridden("trainer.seed"), [
    'Cannot read "trainer.seed" on the command line: ' +
    "a setting is key=value, such as trainer.seed=1",
  ]);
  assert.match(overridden("trainer.seed=[1")[0], /^Cannot read the value of trainer.seed .*Quote/);
});

Deno.test("wrong values are named with what the key takes, and secrets are not repeated", () => {
  assert.deepEqual(
    overridden(
      "trainer.seed=x",
      "actor_rollout_ref.actor.optim.betas=[0.9, z]",
      "actor_rollout_ref.actor.off_policy_reshape=p_div_p",
      "actor_rollout_ref.rollout.critique.api_key_env=sk-0123",
      "actor_rollout_ref.rollout.critique.base_url=https://me:hunter2@host/v1",
    ),
    [
      "actor_rollout_ref.actor.off_policy_reshape takes no_reshape | logp | p_logp | square_root " +
      '| pow | p_div_p_0.1 | p_div_p_0.3 | p_div_p_0.5; got "p_div_p" (command line)',
      'actor_rollout_ref.actor.optim.betas takes [number, number]; got [0.9,"z"] (command line)',
      "actor_rollout_ref.rollout.critique.base_url takes http(s) URL without user, password or " +
      "query | null; got something else (command line)",
      "actor_rollout_ref.rollout.critique.api_key_env takes name of an environment variable; " +
      "got something else (command line)",
      'trainer.seed takes whole number >= 0; got "x" (command line)',
    ],
  );
  assert.deepEqual(problems(() => loadConfig({ env: { ROLLOUT_N: "8.5" } })), [
    "actor_rollout_ref.rollout.n takes whole number >= 2; got 8.5 (environment variable ROLLOUT_N)",
  ]);
});

const rollout = "actor_rollout_ref.rollout", actor = "actor_rollout_ref.actor";
const rules: [string, string[], RegExp][] = [
  ["no training data", ["data.train_files=[]"], /^data.train_files: is empty.*DATA_DIR/],
  ["n_prefix -1", [`${rollout}.n_prefix=-1`], /n_prefix: -1 is refused.*every advantage is zero/],
  ["n_prefix = n", [`${rollout}.n_prefix=8`], /n_prefix: 8 .*set it below rollout.n/],
  ["refinements without their loss", [`${actor}.use_off_policy_loss=false`], /n_prefix=0/],
  [
    "text without a server",
    [`${rollout}.critique_type=text`, `${rollout}.critique.model=m`],
    /critique_type: text needs a critic: set .*base_url/,
  ],
  [
    "text without a model",
    [`${rollout}.critique_type=text`, `${rollout}.critique.base_url=http://h`],
    /set .*critique.model/,
  ],
  [
    "long refinements",
    ["data.max_response_length=100", `${rollout}.max_refinement_length=200`],
    /max_refinement_length: 200 .*100/,
  ],
  [
    "a mini-batch above the batch",
    ["data.train_batch_size=32", `${actor}.ppo_mini_batch_size=64`],
    /64 does not divide .* 32/,
  ],
  ["a mini-batch that does not divide", [`${actor}.ppo_mini_batch_size=48`], /Set a divisor/],
  ["rows above the token budget", [`${actor}.ppo_max_token_len_per_gpu=8000`], /= 8192 tokens/],
  [
    "bounds in disorder",
    [`${actor}.off_policy_min_clip=0.5`, `${actor}.off_policy_max_clip=0.1`],
    /0.5 is above off_policy_max_clip, 0.1/,
  ],
  ["format above accuracy", ["reward.format_weight=0.6"], /rewards a wrong answer/],
  ["a reward for wrong answers", ["reward.incorrect_reward=0.1"], /count as a right answer's/],
  ["no reward for right answers", ["reward.correct_reward=0"], /count as a wrong answer's/],
  ["several greedy answers", [`${rollout}.val_kwargs.n=4`], /greedy answers are all the same/],
  ["sampling greedily", [`${rollout}.val_kwargs.do_sample=true`], /0 is greedy/],
  ["an unknown builtin", ["data.val_files=builtin:numbers"], /there is no builtin:numbers/],
  [
    "builtin and files",
    ["data.train_files=[builtin:secret_numbers, a.jsonl]"],
    /cannot be mixed with files/,
  ],
  [
    "the tiny model on files",
    ["actor_rollout_ref.model.path=builtin:tiny"],
    /knows only the words/,
  ],
];
for (const [name, overrides, message] of rules) {
  Deno.test(`refused with a reason: ${name}`, () => {
    const found = overridden(data, ...overrides);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0], message);
    assert.match(found[0], /\((command line|default)\)$/);
  });
}

Deno.test("a smaller batch, or shorter responses, need no second setting", () => {
  const config = loadConfig({
    env: { TRAIN_BATCH_SIZE: "16" },
    overrides: [data, "data.max_response_length=100"],
  });
  assert.equal(config.actor_rollout_ref.actor.ppo_mini_batch_size, 16);
  assert.equal(config.actor_rollout_ref.rollout.max_refinement_length, 100);
  const larger = loadConfig({
    overrides: [data, "data.train_batch_size=256", "data.max_response_length=8000"],
  });
  assert.equal(larger.actor_rollout_ref.actor.ppo_mini_batch_size, 64);
  assert.equal(larger.actor_rollout_ref.rollout.max_refinement_length, 6144);
});

Deno.test("without refinements, their settings are not asked for", () => {
  loadConfig({
    overrides: [
      data,
      `${rollout}.n_prefix=0`,
      `${rollout}.critique_type=text`,
      `${actor}.use_off_policy_loss=false`,
      "data.max_response_length=100",
    ],
  });
});

Deno.test("the resolved configuration reads back as itself", () => {
  const config = loadConfig({
    files: [`${configs}quick.yaml`],
    overrides: ["trainer.experiment_name=it's: #1", `${rollout}.top_k=-1`],
  });
  const again = withFile(resolvedYaml(config), (path) => loadConfig({ files: [path] }));
  assert.deepEqual(again, config);
});

Deno.test("every key is described", () => {
  const keys = describeKeys();
  assert.equal(new Set(keys.map(({ path }) => path)).size, keys.length);
  for (const { path, type, meaning } of keys) {
    assert(type && !type.includes("undefined"), path);
    assert(meaning.length > 5 && !meaning.includes("\n"), path);
  }
  const nPrefix = keys.find(({ path }) => path === `${rollout}.n_prefix`)!;
  assert.equal(nPrefix.default, 1);
  assert.match(nPrefix.meaning, /\[\$N_PREFIX\]$/);
});

Deno.test("quick.yaml is the setting that the built-in problems were tried with", () => {
  const { data, algorithm, actor_rollout_ref, trainer } = loadConfig({
    files: [`${configs}quick.yaml`],
  });
  const { actor, rollout, model } = actor_rollout_ref;
  assert.deepEqual(data.train_files, ["builtin:secret_numbers"]);
  assert.equal(model.path, "builtin:tiny");
  assert.equal(algorithm.norm_adv_by_std_in_grpo, true);
  assert.equal(actor.off_policy_weight, "paper");
  assert.deepEqual(actor.optim, {
    lr: 6e-4,
    lr_warmup_steps: 3,
    weight_decay: 0,
    betas: [0.9, 0.98],
  });
  assert.deepEqual([data.train_batch_size, rollout.n], [16, 8]);
  assert.deepEqual([rollout.refine_trigger, rollout.max_refinements_per_prompt], ["wrong", 2]);
  assert.equal(trainer.total_training_steps, 160);
});

Deno.test("critique_grpo.yaml differs from the defaults only where it should", () => {
  const overrides = ["data.train_files=x"];
  const recipe = loadConfig({ files: [`${configs}critique_grpo.yaml`], overrides });
  assert.equal(recipe.actor_rollout_ref.actor.off_policy_weight, "row");
  assert.deepEqual([recipe.trainer.save_freq, recipe.trainer.test_freq], [300, 50]);
  const defaults = loadConfig({ files: [`${configs}default.yaml`], overrides });
  const actor = { ...recipe.actor_rollout_ref.actor, off_policy_weight: "paper" };
  assert.deepEqual(actor, {
    ...defaults.actor_rollout_ref.actor,
    ppo_max_token_len_per_gpu: 32768,
  });
  assert.deepEqual(recipe.data, defaults.data);
});

Deno.test("servers: asked only where they are named, named only where they are asked", () => {
  const engine = "actor_rollout_ref.rollout.name=vllm";
  const endpoints = "actor_rollout_ref.rollout.server.endpoints";
  const { name, server } = loadConfig({ overrides: [data] }).actor_rollout_ref.rollout;
  assert.deepEqual([name, server.endpoints], ["local", []]);
  const listed = (value: string) =>
    loadConfig({ overrides: [data, engine, `${endpoints}=${value}`] })
      .actor_rollout_ref.rollout.server.endpoints;
  assert.deepEqual(listed("http://a:8000"), ["http://a:8000"]);
  assert.deepEqual(listed("[http://a:8000, http://b:8000]"), ["http://a:8000", "http://b:8000"]);

  const [none] = overridden(data, engine);
  assert.match(none, /server\.endpoints: is empty: vllm needs a server's address/);
  const [local] = overridden(data, `${endpoints}=http://a:8000`);
  assert.match(local, /rollout\.name: is local, so that the servers of .* would not be asked/);
  const [twice] = overridden(data, engine, `${endpoints}=[http://a:8000, http://a:8000]`);
  assert.match(twice, /names a server twice/);
  const [secret] = overridden(data, engine, `${endpoints}=http://user:sesame@a:8000`);
  assert.match(secret, /URL \| \[URLs\]/);
  assert.doesNotMatch(secret, /sesame/);
});

Deno.test("several devices: sidecars alone, each once; a list of one is that one", () => {
  const on = (device: string) =>
    problems(() => loadConfig({ overrides: [data, `trainer.device=${device}`] }));
  assert.match(on("[cpu, sidecar]")[0], /trainer\.device.*cpu is this process/);
  assert.match(on("[cuda:0, cuda:0]")[0], /names a device twice/);
  assert.match(on("[gpu0, ./a.sock]")[0], /trainer\.device/);
  for (
    const device of ["[sidecar, sidecar]", "[cuda:0, cuda:1]", "[gpu1:7450, ./b.sock]", "[cuda:0]"]
  ) {
    const { trainer } = loadConfig({ overrides: [data, `trainer.device=${device}`] });
    assert.ok(Array.isArray(trainer.device));
  }
});
