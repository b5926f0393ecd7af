import assert from "node:assert/strict";
import fc from "fast-check";
import { uniform } from "../../trainer/seed.ts";
import { type Device, float32, int64, zeros } from "../device.ts";
import { deviceTest } from "../testing/devices.ts";
import * as g from "../graph/mod.ts";
import { sampler, samplerInputs, type SamplerKind } from "./sampler.ts";

interface Settings {
  temperature?: number;
  topK?: number;
  topP?: number;
}

/** The largest number that `uniform` returns. */
const LAST = 1 - 2 ** -23;

/** Draws once from each row of logits. */
async function draw(
  device: Device,
  kind: SamplerKind,
  rows: number[][],
  uniforms: number[] = [],
  { temperature = 1, topK = rows[0].length, topP = 1 }: Settings = {},
): Promise<{ tokens: number[]; logProbs: number[] }> {
  const size = rows[0].length, graph = new g.Graph();
  const { token, logProb } = sampler(graph.input("logits", ["batch", size]), kind);
  graph.output("token", token);
  graph.output("logProb", logProb);
  using program = device.compile(graph);
  const column = [rows.length, 1];
  const tokens = int64(rows.map(() => -1), column), logProbs = zeros(column);
  using binding = program.bind(
    { logits: float32(rows.flat(), [rows.length, size]) },
    { token: tokens, logProb: logProbs },
  );
  if (kind !== "greedy") binding.inputs({ uniform: float32(uniforms, column) });
  binding.inputs(samplerInputs({ temperature, topK, topP }, kind, size));
  await binding.run();
  return { tokens: Array.from(tokens.data, Number), logProbs: [...logProbs.data] };
}

/** The same in float64: all tokens that may be drawn, in the order in which they are cumulated. */
function kept(
  kind: SamplerKind,
  logits: number[],
  { temperature = 1, topK = logits.length, topP = 1 }: Settings,
): { token: number; p: number }[] {
  const highest = Math.max(...logits);
  const normalise = (list: { token: number; p: number }[]) => {
    const total = list.reduce((sum, { p }) => sum + p, 0);
    return list.map(({ token, p }) => ({ token, p: p / total }));
  };
  const all = normalise(
    logits.map((x, token) => ({ token, p: Math.exp((x - highest) / temperature) })),
  );
  if (kind === "full") return all;
  const best = normalise([...all].sort((a, b) => b.p - a.p || a.token - b.token).slice(0, topK));
  let before = 0;
  return normalise(best.filter(({ p }) => (before += p) - p < topP));
}

function invert(list: { token: number; p: number }[], u: number): { token: number; p: number } {
  let mass = 0;
  return list.find(({ p }) => (mass += p) > u) ?? list.at(-1)!;
}

const log = Math.log;

deviceTest(
  "greedy takes the likeliest token, the first of equals, and its log-probability",
  async (device) => {
    const { tokens, logProbs } = await draw(device, "greedy", [[0, 3, 1], [5, 5, 5], [
      -1,
      -3,
      -0.5,
    ]]);
    assert.deepEqual(tokens, [1, 0, 2]);
    const wanted = [
      3 - log(1 + Math.exp(3) + Math.exp(1)),
      -log(3),
      -0.5 - log(Math.exp(-1) + Math.exp(-3) + Math.exp(-0.5)),
    ];
    wanted.forEach((x, i) => assert.ok(Math.abs(logProbs[i] - x) < 1e-6));
  },
);

for (const kind of ["full", "truncated"] as const) {
  deviceTest(
    `${kind}: a uniform number falls on the token whose share of [0, 1) holds it`,
    async (device) => {
      // Shares 1/2, 1/4, 1/8, 1/8, likeliest first, so that both orders are the same.
      const row = [0.5, 0.25, 0.125, 0.125].map(log);
      const cases: [number, number][] = [
        ...[[0, 0], [0.25, 0], [0.4999, 0], [0.5001, 1], [0.7499, 1], [0.7501, 2]],
        ...[[0.8749, 2], [0.8751, 3], [LAST, 3]],
      ] as [number, number][];
      const { tokens, logProbs } = await draw(
        device,
        kind,
        cases.map(() => row),
        cases.map(([u]) => u),
      );
      assert.deepEqual(tokens, cases.map(([, token]) => token));
      tokens.forEach((token, i) => assert.ok(Math.abs(logProbs[i] - row[token]) < 1e-6));
    },
  );

  deviceTest(`${kind}: what has no mass is never drawn, at either end`, async (device) => {
    const no = -Infinity;
    const rows = [[no, 0, no, 0, no], [no, no, 0, no, no]].flatMap((row) => [row, row, row]);
    const { tokens, logProbs } = await draw(device, kind, rows, [0, 0.5, LAST, 0, 0.5, LAST]);
    assert.deepEqual(tokens.slice(3), [2, 2, 2]);
    assert.deepEqual([tokens[0], tokens[2]], [1, 3]);
    assert.ok(tokens[1] === 1 || tokens[1] === 3);
    assert.ok(logProbs.every((x, i) => Math.abs(x - (i < 3 ? log(0.5) : 0)) < 1e-6));
  });

  deviceTest(
    `${kind}: the last uniform number draws the last of very many tokens, no more`,
    async (device) => {
      const SIZE = 50_000;
      const row = Array.from({ length: SIZE }, (_, i) => -i / SIZE);
      const { tokens, logProbs } = await draw(device, kind, [row, row], [0, LAST]);
      assert.equal(tokens[0], 0);
      assert.ok(tokens[1] > SIZE - 20 && tokens[1] < SIZE, `${tokens[1]}`);
      assert.ok(logProbs.every(Number.isFinite));
    },
  );
}

deviceTest("tokens and log-probabilities are those of a float64 computation", async (device) => {
  const settings = fc.record({
    temperature: fc.constantFrom(0.3, 1, 1.7),
    topK: fc.integer({ min: 1, max: 12 }),
    topP: fc.double({ min: 0.05, max: 1, noNaN: true }),
  });
  // Ties are exact, and no two numbers are so close that float32 would rank them otherwise.
  const logits = fc.array(fc.integer({ min: -256, max: 256 }).map((n) => n / 64), {
    minLength: 12,
    maxLength: 12,
  });
  const u = fc.nat(2 ** 23 - 1).map((n) => n / 2 ** 23);
  const EDGE = 1e-4; // float32 may decide otherwise this close to an edge
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<SamplerKind>("full", "truncated"),
      fc.array(logits, { minLength: 1, maxLength: 4 }),
      fc.array(u, { minLength: 4, maxLength: 4 }),
      settings,
      async (kind, rows, uniforms, settings) => {
        const found = await draw(device, kind, rows, uniforms.slice(0, rows.length), settings);
        rows.forEach((row, i) => {
          const list = kept(kind, row, settings);
          const candidates = [-EDGE, 0, EDGE].flatMap((shift) => {
            const near = kept(kind, row, { ...settings, topP: settings.topP + shift });
            return [-EDGE, 0, EDGE].map((step) => invert(near, uniforms[i] + step).token);
          });
          const drawn = row[found.tokens[i]];
          // A GPU may sort equals the other way round.
          assert.ok(
            device.provider === "CUDA" && kind === "truncated"
              ? candidates.some((token) => row[token] === drawn)
              : candidates.includes(found.tokens[i]),
          );
          if (new Set(candidates).size > 1) return;
          const { p } = list.find(({ token }) => row[token] === drawn)!;
          const close = Math.abs(found.logProbs[i] - log(p)) < 1e-4;
          const onEdge = [-EDGE, EDGE].some((shift) =>
            kept(kind, row, { ...settings, topP: settings.topP + shift }).length !== list.length
          );
          assert.ok(close || onEdge, `${found.logProbs[i]}, not ${log(p)}`);
        });
      },
    ),
    { numRuns: 150, seed: 1 },
  );
});

deviceTest("top-k and top-p keep their tokens and share out the rest's mass", async (device) => {
  // Not in order: the sampler sorts.
  const row = [0.1, 0.4, 0.2, 0.3].map(log);
  const seen = async (settings: Settings) => {
    const uniforms = Array.from({ length: 64 }, (_, i) => (i + 0.5) / 64);
    const { tokens, logProbs } = await draw(
      device,
      "truncated",
      uniforms.map(() => row),
      uniforms,
      settings,
    );
    return Object.fromEntries(
      tokens.map((token, i) => [token, Math.round(Math.exp(logProbs[i]) * 1e4) / 1e4]),
    );
  };
  assert.deepEqual(await seen({}), { 0: 0.1, 1: 0.4, 2: 0.2, 3: 0.3 });
  assert.deepEqual(await seen({ topK: 1 }), { 1: 1 });
  assert.deepEqual(await seen({ topK: 2 }), { 1: 0.5714, 3: 0.4286 });
  assert.deepEqual(await seen({ topP: 0.39 }), { 1: 1 });
  assert.deepEqual(await seen({ topP: 0.41 }), { 1: 0.5714, 3: 0.4286 });
  assert.deepEqual(await seen({ topP: 0.71 }), { 1: 0.4444, 2: 0.2222, 3: 0.3333 });
  // Top-p sees what top-k left: 0.4/0.7 of the mass alone is above 0.55.
  assert.deepEqual(await seen({ topK: 2, topP: 0.55 }), { 1: 1 });
  assert.deepEqual(await seen({ topP: 1e-6 }), { 1: 1 });
});

deviceTest("temperature sharpens and flattens, in the log-probability too", async (device) => {
  const row = [0, 1];
  for (const temperature of [0.25, 1, 4]) {
    const { logProbs } = await draw(device, "full", [row], [LAST], { temperature });
    assert.ok(Math.abs(logProbs[0] + log(1 + Math.exp(-1 / temperature))) < 1e-6);
  }
  const cold = await draw(device, "full", [[0, 1, 0.9]], [0.5], { temperature: 1e-3 });
  assert.deepEqual(cold, { tokens: [1], logProbs: [0] });
});

for (const kind of ["full", "truncated"] as const) {
  deviceTest(`${kind}: many draws have the distribution's frequencies`, async (device) => {
    const DRAWS = 20_000, settings = { temperature: 0.8, topK: 6, topP: 0.97 };
    const row = [0.3, -1, 2, 0.9, 1.6, -0.4, 0.1, 1.1].map(Math.fround);
    const uniforms = Array.from({ length: DRAWS }, (_, i) => uniform(2024, i));
    const { tokens } = await draw(device, kind, uniforms.map(() => row), uniforms, settings);
    const list = kept(kind, row, settings);
    let chiSquare = 0;
    for (const { token, p } of list) {
      const count = tokens.filter((t) => t === token).length;
      chiSquare += (count - DRAWS * p) ** 2 / (DRAWS * p);
    }
    assert.ok(new Set(tokens).size === list.length);
    // Seven degrees of freedom or fewer: above 24.3 once in a thousand seeds; this one is fixed.
    assert.ok(chiSquare < 24.3, `${chiSquare}`);
  });
}

deviceTest(
  "a large vocabulary, in blocks: each part of [0, 1) falls on its own token",
  async (device) => {
    const SIZE = 1500; // no multiple of a block
    const row = Array.from(
      { length: SIZE },
      (_, i) => i % 7 === 3 ? -Infinity : ((37 * i) % 512) / 128,
    );
    const settings = [{}, { topK: 300 }, { topK: 1 }, { topP: 0.4 }, { topK: 700, topP: 0.9 }];
    const uniforms = Array.from(
      { length: 40 },
      (_, i) => i === 0 ? 0 : i === 39 ? LAST : uniform(7, i),
    );
    for (const kind of ["full", "truncated"] as const) {
      for (const setting of kind === "full" ? [{}] : settings) {
        const { tokens, logProbs } = await draw(
          device,
          kind,
          uniforms.map(() => row),
          uniforms,
          setting,
        );
        const list = kept(kind, row, setting);
        tokens.forEach((token, i) => {
          assert.ok(row[token] > -Infinity, `${token}`);
          const near = [-1e-5, 0, 1e-5].map((step) => invert(list, uniforms[i] + step).token);
          // Equal probabilities may be sorted either way.
          assert.ok(
            near.some((other) =>
              row[other] === row[token] && (kind === "truncated" || other === token)
            ),
          );
          const { p } = list.find((entry) => row[entry.token] === row[token])!;
          assert.ok(Math.abs(logProbs[i] - log(p)) < 1e-4, `${logProbs[i]}, not ${log(p)}`);
        });
      }
    }
  },
);
