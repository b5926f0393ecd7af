import assert from "node:assert/strict";
import { RequestFault } from "../../endpoint/fault.ts";
import { checkedAnswer } from "./answer.ts";

const bounds = { maxTokens: 3, vocabSize: 10, endTokens: [9] };
const good = { tokens: [1, 2, 9], logprobs: [-1, -0.5, -2], finish: "stop" };

Deno.test("an answer that holds is taken as it is", () => {
  assert.deepEqual(checkedAnswer("u", good, bounds), good);
  const cut = { tokens: [1, 2], logprobs: [-1, 0.001], finish: "length" };
  assert.deepEqual(checkedAnswer("u", cut, bounds), { ...cut, logprobs: [-1, 0] });
  // The end token as the last one that was allowed.
  assert.equal(checkedAnswer("u", { ...good, finish: "length" }, bounds).finish, "stop");
});

Deno.test("what cannot be is a fault that names the server and lets another one try", () => {
  const cases: [object, RegExp][] = [
    [{ finish: "abort" }, /a finish reason of "abort"/],
    [{ finish: undefined }, /a finish reason of none/],
    [{ tokens: undefined }, /no token ids/],
    [{ tokens: [], logprobs: [] }, /0 tokens where 1 to 3/],
    [{ tokens: [1, 2, 3, 9], logprobs: [0, 0, 0, 0] }, /4 tokens where 1 to 3/],
    [{ tokens: [1, 10, 9] }, /token 10, which is no id below 10/],
    [{ tokens: [1, -1, 9] }, /token -1/],
    [{ tokens: [1, 1.5, 9] }, /token 1\.5/],
    [{ tokens: [1, "2", 9] }, /token "2"/],
    [{ tokens: [1, null, 9] }, /token null/],
    [{ logprobs: [-1, -2] }, /2 log-probabilities of 3 tokens/],
    [{ logprobs: null }, /no log-probabilities of 3 tokens/],
    [{ logprobs: [-1, null, -2] }, /a log-probability of null/],
    [{ logprobs: [-1, 0.5, -2] }, /a log-probability of 0\.5/],
    [{ logprobs: [-1, "\u001b[31m", -2] }, /a log-probability of "\\u001b\[31m"/],
    [{ tokens: [1, 2, 3] }, /an end at token 3, .* \(9\): does it serve the same model\?/],
  ];
  for (const [change, told] of cases) {
    assert.throws(
      () => checkedAnswer("http://a", { ...good, ...change }, bounds),
      (error) =>
        error instanceof RequestFault && error.passing && told.test(error.message) &&
        error.message.startsWith("http://a answered with "),
      told.source,
    );
  }
});
