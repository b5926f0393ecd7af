/** A policy on ranks with float32 factors in shares: what it writes, what goes on from that, what it takes. */

import assert from "node:assert/strict";
import { type ArrayType, type Device, DeviceLost } from "../gpu/device.ts";
import { bytesOf } from "../gpu/elements.ts";
import { ranksOf } from "../gpu/group/device_group.ts";
import { fromHalfBits, halfBits } from "../gpu/half.ts";
import { LocalDevice } from "../gpu/local_device.ts";
import {
  initializeAdapter,
  type Model,
  ParallelLearner,
  placeModel,
  SafetensorsFile,
} from "../gpu/model/mod.ts";
import { tinyModel } from "../gpu/model/testing/tiny.ts";
import type { SidecarDevice } from "../gpu/sidecar/client.ts";
import { openDevice } from "../gpu/sidecar/open.ts";
import { mpiTest } from "../gpu/testing/mpi.ts";
import { temporaryFolder } from "../tests/command_line.ts";
import { imitationLoss } from "./algorithm/policy_loss.ts";
import { loadConfig } from "./config.ts";
import { memoryPlan } from "./memory_plan.ts";
import { LocalPolicy, type PolicyRow } from "./policy.ts";
import { Random } from "./seed.ts";

const { actor } = loadConfig({ overrides: ["data.train_files=x.jsonl"] }).actor_rollout_ref;

const random = new Random(5);
const tokens = (count: number) => Array.from({ length: count }, () => random.int(40));
const rows: PolicyRow[] = [[3, 7], [9, 2], [1, 5], [4, 6], [2, 2]].map(([p, r], i) => ({
  prompt: tokens(p),
  response: tokens(r),
  advantage: i - 2,
  refined: i === 3,
  weight: 1,
}));

const whole = () => tinyModel({ tied: false });
function adapted(): Model {
  const model = tinyModel(), draws = new Random(3);
  const settings = { rank: 3, alpha: 6, targets: ["q_proj", "down_proj"] as const };
  return { ...model, adapter: initializeAdapter(model.config, settings, "", () => draws.next()) };
}

function policyOn(device: Device, hosted: Model) {
  const model = placeModel(device, hosted, "float16");
  const policy = new LocalPolicy(device, model, {
    loss: { ...actor, use_kl_loss: true },
    oldIsCurrent: true,
    temperature: 1,
    betas: [0.9, 0.999],
    weightDecay: 0.01,
    gradClip: 1,
    maxTokensPerMicroBatch: 30,
    endTokens: [],
    slots: 4,
    trainLength: 16,
    contextLength: 16,
  });
  const free = () => (policy[Symbol.dispose](), model[Symbol.dispose]());
  const learn = async (updates: number) => {
    for (let i = 0; i < updates; i++) assert.ok((await policy.update(rows, 1e-3)).applied);
  };
  return { policy, model, learn, [Symbol.dispose]: free };
}

/** All tensors of the files that a policy writes. */
async function saved(policy: LocalPolicy, folder: string): Promise<Record<string, Float32Array>> {
  await Deno.mkdir(folder);
  await policy.save(folder);
  const found: Record<string, Float32Array> = {};
  for (const path of ["model", ...["m", "v", "reference"].map((one) => `trainer_state.${one}`)]) {
    using file = new SafetensorsFile(`${folder}/${path}.safetensors`);
    for (const [name, { shape }] of file.entries) {
      const data = new Float32Array(shape.reduce((product, n) => product * n, 1));
      file.read(name, data);
      found[`${path}: ${name}`] = data;
    }
  }
  return found;
}

function near(found: Record<string, Float32Array>, wanted: Record<string, Float32Array>): void {
  assert.deepEqual(Object.keys(found), Object.keys(wanted), "the same tensors in the same order");
  for (const [name, data] of Object.entries(wanted)) {
    const most = Math.max(...data.map(Math.abs), 1e-6);
    data.forEach((x, i) =>
      assert.ok(Math.abs(x - found[name][i]) <= 0.02 * most, `${name}: ${x}, ${found[name][i]}`)
    );
  }
}

for (const [name, hosted] of [["whole", whole], ["an adapter", adapted]] as const) {
  mpiTest(
    `a checkpoint from shares is one of whole weights; any number of ranks goes on (${name})`,
    async () => {
      await using folder = await temporaryFolder();
      using pair = await openDevice(["sidecar", "sidecar"], { threads: 1 });
      using four = await openDevice(Array(4).fill("sidecar"), { threads: 1 });
      const alone = new LocalDevice({ threads: 1 }),
        at = (name: string) => `${folder.path}/${name}`;
      using first = policyOn(pair, hosted());
      await first.learn(2);
      const half = await saved(first.policy, at("half"));
      await first.learn(2);
      const wanted = await saved(first.policy, at("wanted"));
      for (const [key, data] of Object.entries(half)) {
        if (!/^model: .*(q_proj|down_proj)\.weight/.test(key)) continue;
        const rounded = fromHalfBits(halfBits(data, "float16"), "float16");
        assert.ok(data.some((x, i) => x !== rounded[i]), `${key} is float32's, not its copy's`);
      }
      for (const device of [pair, four, alone]) {
        using again = policyOn(device, hosted());
        await again.policy.load(at("half"), 2);
        assert.deepEqual(
          await saved(again.policy, at(`copy on ${again.policy.updates}, ${crypto.randomUUID()}`)),
          half,
        );
        await again.learn(2);
        const found = await saved(again.policy, at(crypto.randomUUID()));
        if (device === pair) assert.deepEqual(found, wanted, "bit for bit");
        near(found, wanted);
      }
    },
  );
}

mpiTest("a rank takes what the plan says: the more ranks, the less", async () => {
  const taken: number[] = [];
  for (const size of [2, 4]) {
    using group = await openDevice(Array(size).fill("sidecar"), { threads: 1 });
    const [rank] = ranksOf(group), make = rank.array.bind(rank);
    let bytes = 0;
    rank.array = <T extends ArrayType>(length: number, type = "float32" as T) => {
      bytes += length * bytesOf(type);
      return make(length, type);
    };
    const hosted = tinyModel({ hiddenSize: 128, vocabSize: 1000, tied: false });
    using model = placeModel(group, hosted, "float16");
    using learner = new ParallelLearner(group, model, imitationLoss, { optimizer: {} });
    assert.equal(learner.trained, model.weights);
    const device = `trainer.device=[${Array.from({ length: size }, (_, i) => `cuda:${i}`)}]`;
    const config = loadConfig({ overrides: ["data.train_files=x.jsonl", device] });
    const plan = memoryPlan(config, hosted, { rows: 8 }, 0).slice(0, 3);
    assert.match(plan.map(({ name }) => name).join(), /^weights,.*copy.*,gradients, AdamW/);
    const planned = plan.reduce((sum, { bytes }) => sum + bytes, 0);
    assert.ok(Math.abs(bytes / planned - 1) < 2e-3, `${bytes}, planned ${planned}`);
    taken.push(bytes);
  }
  assert.ok(taken[1] < 0.85 * taken[0], `${taken}`);
});

mpiTest("a rank with shares that is killed is told of, and nothing else fails", async () => {
  using group = await openDevice(["sidecar", "sidecar"], { threads: 1 });
  using first = policyOn(group, whole());
  await first.learn(1);
  Deno.kill((ranksOf(group)[1] as SidecarDevice).connection.welcome.pid, "SIGKILL");
  await assert.rejects(first.learn(1), DeviceLost);
});
