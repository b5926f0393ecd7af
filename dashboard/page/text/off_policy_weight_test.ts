import assert from "node:assert/strict";
import { offPolicyWeight } from "./off_policy_weight.ts";

const settings = (values: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(values).map((
      [key, value],
    ) => [`actor_rollout_ref.actor.${key}`, JSON.stringify(value)]),
  );
const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`);

Deno.test("f(π) at π = 1/4 by each form", () => {
  const logprob = Math.log(0.25);
  const expected: [Record<string, unknown>, number][] = [
    [{ off_policy_reshape: "no_reshape" }, 0.25],
    [{ off_policy_reshape: "logp", off_policy_reshape_weight: 2 }, 2 * logprob],
    [{ off_policy_reshape: "p_logp", off_policy_reshape_weight: 1 }, 0.25 + logprob],
    [{ off_policy_reshape: "square_root" }, 0.5],
    [{ off_policy_reshape: "pow", off_policy_reshape_pow_exp: 2 }, 0.0625],
    [{ off_policy_reshape: "p_div_p_0.1" }, 0.25 / 0.35],
    [{ off_policy_reshape: "p_div_p_0.5", off_policy_max_clip: 0.3 }, 0.3],
    [{ off_policy_reshape: "no_reshape", off_policy_min_clip: 0.4, off_policy_max_clip: -1 }, 0.4],
  ];
  for (const [values, weight] of expected) {
    close(offPolicyWeight(settings(values))!(logprob), weight);
  }
});

Deno.test("a configuration that does not tell gives no weight", () => {
  assert.equal(offPolicyWeight({}), null);
  assert.equal(offPolicyWeight(settings({ off_policy_reshape: "new_form" })), null);
});
