/** Emend's engine against PyTorch's numbers (tests/fixtures/make.py): the test of an engine. */

import assert from "node:assert/strict";
import type { Device } from "../gpu/device.ts";
import { deviceTest } from "../gpu/testing/devices.ts";
import {
  Generator,
  Learner,
  loadModel,
  loadTensors,
  ParameterArray,
  placeModel,
  SafetensorsFile,
  tokenBatch,
} from "../gpu/model/mod.ts";
import { lossWeights } from "../trainer/algorithm/loss_weights.ts";
import { policyLoss, type PolicyLossOptions } from "../trainer/algorithm/policy_loss.ts";
import { relativeError } from "./relative_error.ts";

const FOLDER = new URL("./fixtures", import.meta.url).pathname;

interface Case {
  config: PolicyLossOptions & { loss_remove_token_mean: boolean; max_response_length: number };
  expected: Record<string, number>;
  gradients?: string;
}

interface Expected {
  rows: {
    prompt: number[];
    response: number[];
    advantage: number;
    off_policy: boolean;
    weight: number;
  }[];
  log_probs: number[][];
  entropy: number[][];
  old_log_probs: number[][];
  ref_log_probs: number[][];
  low_variance_kl: number[][];
  cases: Case[];
  greedy: { sequences: { prompt: number[]; tokens: number[] }[] };
  adamw: {
    config: Case["config"];
    optimizer: { lr: number; weight_decay: number };
    losses: number[];
    grad_norms: number[];
    weights?: string;
  };
}

function fixture(device: Device, name: string) {
  const folder = `${FOLDER}/${name}`;
  const expected: Expected = JSON.parse(Deno.readTextFileSync(`${folder}/expected.json`));
  return { folder, expected, ...placeModel(device, loadModel(folder)) };
}

function perToken({ rows, old_log_probs, ref_log_probs }: Expected, config: Case["config"]) {
  const total = rows.reduce((n, r) => n + r.response.length, 0);
  const weights = lossWeights(
    rows.map((r) => ({ length: r.response.length, refined: false, group: 0 })),
    {
      lossRemoveTokenMean: config.loss_remove_token_mean,
      maxResponseLength: config.max_response_length,
      offPolicyWeight: "row",
    },
  );
  const each = (value: (row: number) => number) =>
    Float32Array.from(rows.flatMap((r, row) => r.response.map(() => value(row))));
  return {
    advantage: each((row) => rows[row].advantage),
    refined: each((row) => rows[row].off_policy ? 1 : 0),
    weight: each((row) => rows[row].weight * weights[row]),
    share: each(() => 1 / total),
    oldLogProb: Float32Array.from(old_log_probs.flat()),
    ...(config.kl_loss_coef ? { refLogProb: Float32Array.from(ref_log_probs.flat()) } : {}),
  };
}

const objective = (config: Case["config"]) =>
  policyLoss({
    ...config,
    use_kl_loss: config.kl_loss_coef !== 0,
    off_policy_max_clip: -1,
    off_policy_min_clip: -1,
    all_max_clip: -1,
  });

for (const name of ["tied", "untied"]) {
  deviceTest(
    `PyTorch parity, ${name} embeddings: log-probabilities and entropies`,
    async (device) => {
      const { config, weights, expected } = fixture(device, name);
      using learner = new Learner(
        device,
        config,
        weights,
        objective(expected.cases[0].config),
        {
          optimizer: {},
        },
      );
      const { logProb, entropy } = await learner.logProbs(tokenBatch(expected.rows));
      assert.ok(relativeError(logProb, expected.log_probs.flat()) <= 1e-5);
      assert.ok(relativeError(entropy, expected.entropy.flat()) <= 1e-5);
    },
  );

  deviceTest(
    `PyTorch parity, ${name} embeddings: every loss form, its gradients`,
    async (device) => {
      const { folder, config, weights, expected } = fixture(device, name);
      const batch = tokenBatch(expected.rows);
      let compared = 0;
      for (const test of expected.cases) {
        using learner = new Learner(device, config, weights, objective(test.config), {
          optimizer: {},
        });
        const { loss, kl } = await learner.accumulate(batch, perToken(expected, test.config));
        const label = JSON.stringify(test.config);
        assert.ok(
          Math.abs(loss[0] - test.expected.loss) <=
            1e-5 * Math.max(1, Math.abs(test.expected.loss)),
          label,
        );
        if (kl) assert.ok(relativeError(kl, expected.low_variance_kl.flat()) <= 1e-4);
        if (!test.gradients) continue;
        compared++;
        const wanted = new ParameterArray(weights.layout);
        loadTensors(folder, test.gradients.replace(/\.safetensors$/, ""), wanted);
        const found = await learner.gradients();
        const scale = Math.max(...[...wanted.data].map(Math.abs));
        for (const [tensor, { data }] of wanted.tensors()) {
          const gradient = await found.get(tensor)!.data.read();
          const worst = gradient.reduce(
            (m, x, i) => Math.max(m, Math.abs(x - data[i])),
            0,
          );
          assert.ok(worst <= 1e-5 * scale, `${label}: ${tensor} is off by ${worst / scale}`);
        }
      }
      assert.ok(compared >= 2);
    },
  );

  deviceTest(
    `PyTorch parity, ${name} embeddings: gradients of two micro-batches add up to those of one`,
    async (device) => {
      const { config, weights, expected } = fixture(device, name);
      const test = expected.cases.find((c) => c.gradients)!;
      using learner = new Learner(device, config, weights, objective(test.config), {
        optimizer: {},
      });
      const inputs = perToken(expected, test.config);
      await learner.accumulate(tokenBatch(expected.rows), inputs);
      const whole = new Map<string, Float32Array>();
      for (const [n, { data }] of await learner.gradients()) whole.set(n, await data.read());
      await learner.update(0);
      const cut = expected.rows.slice(0, 3).reduce((n, r) => n + r.response.length, 0);
      const part = (from: number, to?: number) =>
        Object.fromEntries(Object.entries(inputs).map(([k, v]) => [k, v.slice(from, to)]));
      await learner.accumulate(tokenBatch(expected.rows.slice(0, 3)), part(0, cut));
      await learner.accumulate(tokenBatch(expected.rows.slice(3)), part(cut));
      for (const [tensor, { data }] of await learner.gradients()) {
        assert.ok(relativeError(await data.read(), whole.get(tensor)!) <= 2e-5, tensor);
      }
    },
  );

  deviceTest(`PyTorch parity, ${name} embeddings: ten AdamW steps`, async (device) => {
    const { folder, config, weights, expected: { adamw, ...expected } } = fixture(device, name);
    using learner = new Learner(device, config, weights, objective(adamw.config), {
      optimizer: { weightDecay: adamw.optimizer.weight_decay, maxNorm: 1 },
    });
    const batch = tokenBatch(expected.rows);
    const inputs = perToken({ ...expected, adamw }, adamw.config);
    for (let step = 0; step < 10; step++) {
      const { loss } = await learner.accumulate(batch, inputs);
      const { gradientNorm, applied } = await learner.update(adamw.optimizer.lr);
      assert.ok(applied);
      assert.ok(
        Math.abs(loss[0] - adamw.losses[step]) <= 1e-5 * Math.max(1, Math.abs(adamw.losses[step])),
        `step ${step}`,
      );
      assert.ok(
        Math.abs(gradientNorm / adamw.grad_norms[step] - 1) <= 1e-3,
        `step ${step}: norm ${gradientNorm}`,
      );
    }
    const after = new ParameterArray(weights.layout);
    loadTensors(folder, "after_ten_steps", after);
    assert.ok(relativeError(await weights.data.read(), after.data) <= 1e-4);
  });

  deviceTest(
    `PyTorch parity, ${name} embeddings: greedy decoding over 256 tokens`,
    async (device) => {
      const { config, weights, expected } = fixture(device, name);
      for (const slots of [4, 3]) {
        using generator = new Generator(device, config, weights, [], slots);
        const found = await generator.generate(
          expected.greedy.sequences.map(({ prompt, tokens }) => ({
            prompt,
            maxTokens: tokens.length,
            draw: () => 0,
          })),
          { temperature: 0, topP: 1, topK: 0 },
        );
        expected.greedy.sequences.forEach(({ tokens }, i) =>
          assert.deepEqual(found[i].tokens, tokens)
        );
      }
    },
  );

  deviceTest(
    `PyTorch parity, ${name} embeddings: sampled log-probabilities are the training graph's`,
    async (device) => {
      const { config, weights, expected } = fixture(device, name);
      using generator = new Generator(device, config, weights, [7], 5);
      const sequences = expected.rows.flatMap(({ prompt }, i) =>
        [0, 1, 2].map((k) => ({
          prompt,
          maxTokens: 24,
          draw: (t: number) => ((t * 7 + i * 3 + k * 11) % 64) / 64,
        }))
      );
      const found = await generator.generate(sequences, { temperature: 1, topP: 1, topK: 0 });
      using learner = new Learner(device, config, weights, objective(expected.cases[0].config), {
        optimizer: {},
      });
      const { logProb } = await learner.logProbs(
        tokenBatch(
          found.map(({ tokens }, i) => ({ prompt: sequences[i].prompt, response: tokens })),
        ),
      );
      const sampled = found.flatMap((f) => f.logProbs);
      assert.equal(sampled.length, logProb.length);
      sampled.forEach((l, i) => assert.ok(Math.abs(l - logProb[i]) <= 1e-4));
    },
  );
}

Deno.test("PyTorch parity: the logits' fixture has what its README says", () => {
  using file = new SafetensorsFile(`${FOLDER}/tied/logits.safetensors`);
  assert.deepEqual(file.entries.get("logits")?.shape, [6, 25, 96]);
});
