import assert from "node:assert/strict";
import { Random } from "../../trainer/seed.ts";
import { deviceTest } from "../testing/devices.ts";
import type { Model } from "./checkpoint.ts";
import type { Sequence } from "../decoding.ts";
import { Generator } from "./generator.ts";
import {
  close,
  drawing,
  FULL,
  place,
  type Placed,
  same,
  trainingLogProbs,
  VOCABULARY,
} from "./testing/generating.ts";
import type { Drawing } from "./sampler.ts";
import { tinyModel } from "./testing/tiny.ts";

/** Attention rotates heads of a multiple of 16 by itself; others are rotated before it. */
const models: Record<string, Model> = {
  "rotary inside attention": tinyModel({ headSize: 16, vocabSize: VOCABULARY }),
  "rotary before attention": tinyModel({ headSize: 8, vocabSize: VOCABULARY, tied: false }),
};

const GREEDY: Drawing = { temperature: 0, topP: 1, topK: 0 };

function generator(model: Placed, slots: number, endTokens: number[] = []): Generator {
  return new Generator(model.device, model.config, model.weights, endTokens, slots);
}

/** Prompts of 1 to 9 tokens, some of them equal, for 1 to 12 more. */
function requests(count: number): Sequence[] {
  const random = new Random(7);
  const prompts = Array.from(
    { length: Math.ceil(count * 0.6) },
    () => Array.from({ length: 1 + random.int(9) }, () => random.int(VOCABULARY)),
  );
  return Array.from({ length: count }, (_, i) => ({
    prompt: random.pick(prompts),
    maxTokens: 1 + random.int(12),
    draw: drawing(1000 + i),
  }));
}

/** The training graph's whole distribution after a context. */
async function distribution(model: Placed, context: number[], temperature = 1): Promise<number[]> {
  const rows = Array.from({ length: VOCABULARY }, (_, i) => ({ prompt: context, response: [i] }));
  return (await trainingLogProbs(model, rows, temperature)).map(([logProb]) => Math.exp(logProb));
}

for (const [name, hosted] of Object.entries(models)) {
  deviceTest(
    `greedy continues with the training graph's likeliest token (${name})`,
    async (device) => {
      using model = place(device, hosted);
      using g = generator(model, 4);
      const prompts = [[3], [5, 8, 13, 21]];
      const found = await g.generate(
        prompts.map((prompt) => ({ prompt, maxTokens: 4, draw: () => NaN })),
        GREEDY,
      );
      for (const [i, { tokens, logProbs }] of found.entries()) {
        for (const [t, token] of tokens.entries()) {
          const p = await distribution(model, [...prompts[i], ...tokens.slice(0, t)]);
          assert.equal(token, p.indexOf(Math.max(...p)));
          assert.ok(Math.abs(logProbs[t] - Math.log(p[token])) < 1e-4);
        }
      }
    },
  );

  deviceTest(`log-probabilities are the training graph's (${name})`, async (device) => {
    using model = place(device, hosted);
    using g = generator(model, 5);
    const sequences = requests(24);
    const found = await g.generate(sequences, FULL);
    const rows = found.map(({ tokens }, i) => ({ prompt: sequences[i].prompt, response: tokens }));
    close(
      found.map((c) => c.logProbs),
      await trainingLogProbs(model, rows, FULL.temperature),
      1e-4,
    );
    found.forEach(({ tokens, ended }, i) => {
      assert.equal(tokens.length, sequences[i].maxTokens);
      assert.equal(ended, false);
    });
  });

  deviceTest(
    `draws invert the training graph's distribution, cut by top-k and top-p (${name})`,
    async (device) => {
      using model = place(device, hosted);
      using g = generator(model, 64);
      const prompt = [9, 4, 30], uniforms = Array.from({ length: 40 }, (_, i) => (i + 0.37) / 40);
      uniforms.push(0, 1 - 2 ** -23);
      const p = await distribution(model, prompt, 0.7);
      const sorted = p.map((x, token) => ({ x, token })).sort((a, b) => b.x - a.x);
      const cases: [Drawing, typeof sorted][] = [
        [{ temperature: 0.7, topP: 1, topK: 0 }, p.map((x, token) => ({ x, token }))],
        [{ temperature: 0.7, topP: 1, topK: VOCABULARY }, p.map((x, token) => ({ x, token }))],
        [{ temperature: 0.7, topP: 1, topK: 5 }, sorted.slice(0, 5)],
      ];
      let mass = 0;
      const nucleus = sorted.filter(({ x }) => (mass += x) - x < 0.8);
      cases.push([{ temperature: 0.7, topP: 0.8, topK: 0 }, nucleus]);
      for (const [how, list] of cases) {
        const found = await g.generate(
          uniforms.map((u) => ({ prompt, maxTokens: 1, draw: () => u })),
          how,
        );
        const total = list.reduce((sum, { x }) => sum + x, 0);
        found.forEach(({ tokens: [token], logProbs: [logProb] }, i) => {
          const at = (u: number) => {
            let mass = 0;
            return (list.find(({ x }) => (mass += x / total) > u) ?? list.at(-1)!).token;
          };
          const u = uniforms[i];
          assert.ok([u - 1e-5, u, u + 1e-5].some((v) => at(v) === token), `${u} drew ${token}`);
          assert.ok(Math.abs(logProb - Math.log(p[token] / total)) < 1e-4);
        });
      }
    },
  );

  deviceTest(
    `neither slots nor neighbours nor their order change a sequence (${name})`,
    async (device) => {
      using model = place(device, hosted);
      const sequences = requests(40);
      using alone = generator(model, 1);
      const wanted = await alone.generate(sequences, FULL);
      for (const slots of [2, 3, 16, 64]) {
        using g = generator(model, slots);
        same(await g.generate(sequences, FULL), wanted);
        const order = new Random(slots).shuffle(sequences.map((_, i) => i));
        const shuffled = await g.generate(order.map((i) => sequences[i]), FULL);
        same(shuffled, order.map((i) => wanted[i]));
        // A cache that is full of other sequences' keys, for fewer and shorter ones.
        const few = sequences.slice(5, 8);
        same(await g.generate(few, FULL), wanted.slice(5, 8));
      }
    },
  );

  deviceTest(
    `prompts beyond what is prefilled side by side come out the same (${name})`,
    async (device) => {
      using model = place(device, hosted);
      const random = new Random(3);
      const sequences = Array.from({ length: 90 }, (_, i) => ({
        prompt: Array.from({ length: 50 + i % 11 }, () => random.int(VOCABULARY)),
        maxTokens: 2,
        draw: drawing(i),
      }));
      using many = generator(model, 90);
      using few = generator(model, 8);
      same(await many.generate(sequences, FULL), await few.generate(sequences, FULL));
    },
  );

  deviceTest(
    `a prompt that several share is prefilled once, to the same effect (${name})`,
    async (device) => {
      using model = place(device, hosted);
      const shared = [1, 2, 3, 4, 5, 6], other = [7, 8], single = [9];
      const prompts = [shared, other, shared, single, shared, other, single, shared];
      const sequences = prompts.map((prompt, i) => ({ prompt, maxTokens: 6, draw: drawing(i) }));
      using together = generator(model, 8);
      const found = await together.generate(sequences, FULL);
      using apart = generator(model, 1);
      const wanted = [];
      for (const sequence of sequences) wanted.push(...await apart.generate([sequence], FULL));
      same(found, wanted);
    },
  );

  deviceTest(`the end token ends a sequence and belongs to it (${name})`, async (device) => {
    using model = place(device, hosted);
    const sequences = requests(20).map((s) => ({ ...s, maxTokens: 12 }));
    using endless = generator(model, 4);
    const whole = await endless.generate(sequences, FULL);
    const ends = [whole[0].tokens[3], whole[5].tokens[0], whole[9].tokens[11]];
    using g = generator(model, 4, ends);
    const found = await g.generate(sequences, FULL);
    const wanted = whole.map(({ tokens, logProbs }) => {
      const end = tokens.findIndex((token) => ends.includes(token));
      const length = end < 0 ? tokens.length : end + 1;
      return {
        tokens: tokens.slice(0, length),
        logProbs: logProbs.slice(0, length),
        ended: end >= 0,
      };
    });
    same(found, wanted);
    assert.ok(found.some((c) => c.ended) && found[9].ended);
  });

  deviceTest(`a sequence may be as long as the model allows (${name})`, async (device) => {
    using model = place(device, hosted);
    const { maxPositions } = model.config;
    const prompt = Array.from({ length: maxPositions - 3 }, (_, i) => (i * 7) % VOCABULARY);
    using g = generator(model, 2);
    const [{ tokens, logProbs }] = await g.generate(
      [{ prompt, maxTokens: 3, draw: drawing(1) }],
      FULL,
    );
    close([logProbs], await trainingLogProbs(model, [{ prompt, response: tokens }], 0.9), 1e-4);
  });
}

const hosted = models["rotary inside attention"];

deviceTest("prompts of one token alone, one token drawn", async (device) => {
  using model = place(device, hosted);
  using g = generator(model, 2);
  const found = await g.generate(
    [3, 4, 3].map((token, i) => ({ prompt: [token], maxTokens: 1, draw: drawing(i) })),
    FULL,
  );
  assert.ok(found.every(({ tokens, logProbs }) => tokens.length === 1 && logProbs.length === 1));
  const rows = found.map(({ tokens }, i) => ({ prompt: [[3, 4, 3][i]], response: tokens }));
  close(found.map((c) => c.logProbs), await trainingLogProbs(model, rows, 0.9), 1e-4);
});

deviceTest("nothing asked, nothing generated", async (device) => {
  using model = place(device, hosted);
  using g = generator(model, 2);
  assert.deepEqual(await g.generate([], FULL), []);
});

deviceTest(
  "draw t of a sequence uses its number t, and every step reports its tokens",
  async (device) => {
    using model = place(device, hosted);
    const asked: number[][] = [[], [], []], steps: number[] = [];
    using g = generator(model, 2);
    const sequences = [3, 1, 2].map((maxTokens, i) => ({
      prompt: [i, i + 1],
      maxTokens,
      draw: (t: number) => {
        asked[i].push(t);
        return 0.5;
      },
    }));
    await g.generate(sequences, FULL, { onTokens: (count) => steps.push(count) });
    assert.deepEqual(asked, [[0, 1, 2], [0], [0, 1]]);
    assert.equal(steps.reduce((a, b) => a + b), 6);
    assert.ok(steps.every((count) => count >= 1 && count <= 2));
  },
);

deviceTest("a signal aborts between two steps; the generator stays usable", async (device) => {
  using model = place(device, hosted);
  using g = generator(model, 4);
  const sequences = requests(12);
  const wanted = await g.generate(sequences, FULL);
  const controller = new AbortController(), reason = new Error("enough");
  let steps = 0;
  const onTokens = () => {
    if (++steps === 3) controller.abort(reason);
  };
  await assert.rejects(
    g.generate(sequences, FULL, { signal: controller.signal, onTokens }),
    reason,
  );
  assert.equal(steps, 3);
  await assert.rejects(g.generate(sequences, FULL, { signal: AbortSignal.abort() }), {
    name: "AbortError",
  });
  same(await g.generate(sequences, FULL), wanted);
});

deviceTest("what cannot be generated is told before anything is", async (device) => {
  using model = place(device, hosted);
  using g = generator(model, 2);
  let drawn = 0;
  const good = { prompt: [1], maxTokens: 1, draw: () => drawn++ };
  const cases: [Partial<Sequence>, string][] = [
    [{ prompt: [] }, "Prompt 1 is empty"],
    [
      { prompt: [VOCABULARY, 1] },
      `Prompt 1 has a token ${VOCABULARY}; the model knows ${VOCABULARY}`,
    ],
    [{ maxTokens: 0 }, "Prompt 1 asks for 0 tokens; ask for at least 1"],
    [
      { prompt: Array(60).fill(1), maxTokens: 5 },
      "Prompt 1 has 60 tokens; with 5 to draw it exceeds the model's 64",
    ],
  ];
  for (const [change, message] of cases) {
    await assert.rejects(g.generate([good, { ...good, ...change }], FULL), { message });
  }
  assert.equal(drawn, 0);
});
