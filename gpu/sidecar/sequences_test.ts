import assert from "node:assert/strict";
import { sequencesAway, sequencesIn, stepsAway, stepsIn } from "./sequences.ts";

/** The bytes of a message's body, after others. */
function bodyOf(pieces: readonly Uint8Array[], before = 0): Uint8Array<ArrayBuffer> {
  const bytes = [...new Uint8Array(before), ...pieces.flatMap((piece) => [...piece])];
  return Uint8Array.from(bytes);
}

const travelled = <T>(value: T): T => JSON.parse(JSON.stringify(value));

for (const sampled of [true, false]) {
  Deno.test(`sequences arrive with ${sampled ? "every draw" : "no draws"}`, () => {
    const drawn: number[] = [];
    const sequences = [[5], [1, 2, 3], [4, 4]].map((prompt, i) => ({
      prompt,
      maxTokens: 2 * i + 1,
      draw: (t: number) => {
        drawn.push(t);
        return i + t / 8;
      },
    }));
    const { spec, body } = sequencesAway(sequences, sampled);
    assert.deepEqual(drawn, sampled ? [0, 0, 1, 2, 0, 1, 2, 3, 4] : []);
    const found = sequencesIn(travelled(spec), sampled, bodyOf(body, 16), 16);
    assert.equal(found.length, 3);
    found.forEach(({ prompt, maxTokens, draw }, i) => {
      assert.deepEqual({ prompt, maxTokens }, {
        prompt: sequences[i].prompt,
        maxTokens: sequences[i].maxTokens,
      });
      for (let t = 0; sampled && t < maxTokens; t++) assert.equal(draw(t), i + t / 8);
    });
  });
}

Deno.test("steps arrive as they were, also those in which nothing is finished", () => {
  const steps = [
    { drawn: 3, finished: [] },
    {
      drawn: 2,
      finished: [
        { index: 7, tokens: [1, 150_000], logProbs: [-0.5, -2], ended: true },
        { index: 0, tokens: [9], logProbs: [Math.fround(-0.1)], ended: false },
      ],
    },
    { drawn: 1, finished: [{ index: 1, tokens: [2, 3], logProbs: [0, -1], ended: false }] },
  ];
  for (const some of [steps, steps.slice(0, 1)]) {
    const { spec, body } = stepsAway(some);
    assert.deepEqual(stepsIn(travelled(spec), bodyOf(body)), some);
  }
});
