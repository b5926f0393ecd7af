import assert from "node:assert/strict";
import { call } from "./instance.ts";
import { verify } from "./mod.ts";

/** Four times what a check may take, for machines that do other work too. */
const LIMIT_MS = 200;
const nest = (open: string, close: string, depth: number): string =>
  open.repeat(depth) + "2" + close.repeat(depth);

const hostile: Record<string, string> = {
  "a power tower": "10^{10^{10}}",
  "a taller one": "9^{9^{9^{9}}}",
  "a huge exponent": "1e999999",
  "100,000 digits": "9".repeat(100_000),
  "50,000 decimals": "0." + "9".repeat(50_000),
  "a fraction of 30,000 digits": "7".repeat(15_000) + "/" + "9".repeat(15_000),
  "a megabyte": "a".repeat(1 << 20),
  "10,000 parentheses": nest("(", ")", 10_000),
  "9,000 roots": nest("\\sqrt{", "}", 9_000),
  "9,000 texts": nest("\\text{", "}", 9_000),
  "9,000 sets": nest("\\{", "\\}", 9_000),
  "20,000 terms": "1+".repeat(20_000) + "2",
  "20,000 divisions": "1/".repeat(20_000) + "3",
  "20,000 items": "1,".repeat(20_000) + "2",
  "a power of a sum": "(\\sqrt2+\\sqrt3+\\sqrt5+\\sqrt7+\\sqrt{11}+\\sqrt{13})^{99999}",
  "a harmonic sum": Array.from({ length: 5000 }, (_, n) => `1/${n + 1}`).join("+"),
  "the root of a large prime": "\\sqrt{18446744073709551557}",
  "100,000 open boxes": "\\boxed{".repeat(100_000),
  "100,000 answers": "answer ".repeat(100_000),
};

for (const [name, text] of Object.entries(hostile)) {
  Deno.test(`verifier: ${name} takes no time`, () => {
    for (const [gold, answer] of [["1", text], ["1", `\\boxed{${text}}`], [text, "1"]]) {
      const start = performance.now();
      const { outcome } = verify(gold, answer);
      const took = performance.now() - start;
      assert.notEqual(outcome, "equal");
      assert.ok(took < LIMIT_MS, `${took} ms`);
    }
    assert.equal(verify("1", "1").outcome, "equal");
  });
}

Deno.test("verifier: 10,000 braces around an answer change nothing", () => {
  assert.equal(verify("2", `\\boxed{${nest("{", "}", 10_000)}}`).outcome, "equal");
});

Deno.test("verifier: long numbers equal themselves", () => {
  const digits = "7".repeat(5_000);
  assert.equal(verify(digits, `\\boxed{${digits}}`).outcome, "equal");
  assert.equal(verify(digits, `\\boxed{${digits}7}`).outcome, "different");
});

Deno.test("verifier: a trap costs one call, not the instance", () => {
  for (let i = 0; i < 3; i++) {
    // Lengths beyond the input make the Rust side panic while it holds its buffers.
    const trapped = call(["1"], (wasm) => wasm.verify(1 << 30, 1, 1000));
    assert.match((trapped as { failure: string }).failure, /the verifier stopped/);
    assert.equal(verify("1", "1").outcome, "equal");
  }
});
