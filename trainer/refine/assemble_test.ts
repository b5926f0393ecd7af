import assert from "node:assert/strict";
import fc from "fast-check";
import {
  assembleGroup,
  displacedRollouts,
  type GroupMember,
  truncateRefinement,
} from "./assemble.ts";

const EOS = 9;
const prompt = [1, 2, 3];
const member = (tokens: number[], reward: number): GroupMember => ({
  tokens,
  reward,
  score: reward * 0.9,
  finish: tokens.at(-1) === EOS ? "stop" : "length",
});

Deno.test("assemble: the worst leave first, the last ones on ties", () => {
  assert.deepEqual(displacedRollouts([0, 1, 0, 1], 1), [2]);
  assert.deepEqual(displacedRollouts([0, 1, 0, 1], 3), [2, 0, 3]);
  assert.deepEqual(displacedRollouts([1, 1], 1), [1]);
  assert.deepEqual(displacedRollouts([0.5, -1, 0], 2), [1, 2]);
  assert.deepEqual(displacedRollouts([0, 0], 0), []);
  assert.throws(() => displacedRollouts([0, 0], 3), /n_prefix must not exceed n/);
});

Deno.test("assemble: a correct refinement under the original prompt", () => {
  const rollouts = [member([4, EOS], 0), member([5, EOS], 1), member([6, 6], 0)];
  const rows = assembleGroup({ prompt, rollouts, refinements: [member([7, 7, EOS], 1)] });
  assert.deepEqual(rows, [
    { ...rollouts[0], prompt, refined: false },
    { ...rollouts[1], prompt, refined: false },
    { prompt, tokens: [7, 7, EOS], reward: 1, score: 0.9, finish: "stop", refined: true },
  ]);
});

Deno.test("assemble: a wrong refinement goes in as well, and one cut by length stays cut", () => {
  const rollouts = [member([4, EOS], 1), member([5, EOS], 1)];
  const rows = assembleGroup({ prompt, rollouts, refinements: [member([7, 7], 0)] });
  assert.deepEqual(rows[1], {
    prompt,
    tokens: [7, 7],
    reward: 0,
    score: 0,
    finish: "length",
    refined: true,
  });
  assert.equal(rows[0].refined, false);
});

Deno.test("assemble: without refinements the group is the rollouts", () => {
  const rollouts = [member([4, EOS], 1), member([5], 0)];
  assert.deepEqual(
    assembleGroup({ prompt, rollouts, refinements: [] }),
    rollouts.map((rollout) => ({ ...rollout, prompt, refined: false })),
  );
});

Deno.test("assemble: law - n stays n; all refinements are in, only the worst rollouts are out", () => {
  const members = fc.array(
    fc.tuple(fc.nat(), fc.constantFrom(-1, 0, 0.5, 1)).map(([t, r]) => member([t], r)),
    { minLength: 1, maxLength: 9 },
  );
  fc.assert(fc.property(members, members, (rollouts, some) => {
    const refinements = some.slice(0, rollouts.length);
    const rows = assembleGroup({ prompt, rollouts, refinements });
    assert.equal(rows.length, rollouts.length);
    assert.equal(rows.filter((row) => row.refined).length, refinements.length);
    const kept = rows.map((row, i) => row.refined ? [] : [i]).flat();
    const out = rows.map((row, i) => row.refined ? [i] : []).flat();
    for (const i of kept) {
      assert.equal(rows[i].tokens, rollouts[i].tokens);
      for (const j of out) assert.ok(rollouts[j].reward <= rollouts[i].reward);
    }
    for (const refinement of refinements) {
      assert.ok(rows.some((row) => row.refined && row.tokens === refinement.tokens));
    }
  }));
});

Deno.test("truncate: the first tokens, ended by length, without an invented end token", () => {
  const whole = { tokens: [7, 8, EOS], finish: "stop" as const, logprobs: [-1, -1, -1] };
  assert.equal(truncateRefinement(whole, 3), whole);
  assert.deepEqual(truncateRefinement(whole, 2), { ...whole, tokens: [7, 8], finish: "length" });
});
