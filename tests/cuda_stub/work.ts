/** What a run does with a GPU: drawing, learning, updating. Run by `tests/cuda_stub_slow.ts`. */

import { cudaProvider } from "../../gpu/cuda/provider.ts";
import * as g from "../../gpu/graph/mod.ts";
import { LocalDevice } from "../../gpu/local_device.ts";
import { Generator, Learner, placeModel, tokenBatch } from "../../gpu/model/mod.ts";
import { tinyModel } from "../../gpu/model/testing/tiny.ts";

const device = new LocalDevice({ threads: 1, provider: cudaProvider(0) });
// Other kernels serve heads of 64 than of 16.
const headSize = Number(Deno.args[0]);
const tiny = tinyModel({ vocabSize: 1500, layers: 3, headSize });
using model = placeModel(device, tiny, "bfloat16");
const { config, weights } = model;
using generator = new Generator(device, config, weights, [], 8);
const sequences = Array.from({ length: 13 }, (_, i) => ({
  prompt: Array(1 + i % 5).fill(i),
  maxTokens: 2 + i,
  draw: () => 0.5,
}));
for (
  const how of [
    { temperature: 0, topP: 1, topK: 0 },
    { temperature: 1, topP: 1, topK: 0 },
    { temperature: 1, topP: 0.9, topK: 20 },
  ]
) {
  const drawn = await generator.generate(sequences, how);
  console.log(`drew ${drawn.reduce((sum, { tokens }) => sum + tokens.length, 0)} tokens`);
}
const batch = tokenBatch([{ prompt: [1, 2, 3], response: [3, 4, 5, 6, 7, 8, 9] }, {
  prompt: [1],
  response: [3, 4, 5],
}]);
for (const checkpointing of [false, true]) {
  const objective = ({ logProb, entropy }: g.TokenLogProbs) => ({
    loss: g.sum(g.sub(logProb, entropy)),
  });
  using learner = new Learner(device, config, weights, objective, {
    optimizer: {},
    checkpointing,
  });
  await learner.logProbs(batch);
  await learner.accumulate(batch, {});
  await learner.accumulate(batch, {});
  const { applied } = await learner.update(1e-3);
  console.log(applied ? "updated" : "not updated");
}
