import assert from "node:assert/strict";
import process from "node:process";
import { call } from "./instance.ts";
import { verify } from "./mod.ts";

/** What a check may take. */
const AIM_MS = 50;
/** Processor time so far: other programs do not count. */
function spent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
const nest = (open: string, close: string, depth: number): string =>
  open.repeat(depth) + "2" + close.repeat(depth);

const nines = "9".repeat(60);

/** By what they attack. The value is the text of an answer, and of a gold answer too. */
const hostile: Record<string, string> = {
  // Numbers too large to write down.
  "a power tower": "10^{10^{10}}",
  "a taller one": "9^{9^{9^{9}}}",
  "a tower in a fraction": "\\dfrac{5^{(5^{(5^{(5^5)})}-4)}-5}{16}",
  "a tower of a hundred": "2^{".repeat(100) + "2" + "}".repeat(100),
  "a huge exponent": "1e999999",
  "a huge negative exponent": "1e-999999999",
  "a power of a large number": `${nines}^{${nines}}`,
  "a factorial of a million": "1000000!",
  "a factorial of factorials": "((9!)!)!",
  "a hundred factorials": "9" + "!".repeat(100),
  "a huge binomial": "\\binom{10^{9}}{5\\cdot 10^{8}}",
  "a long sum": "\\sum_{k=1}^{10^{9}} \\frac{1}{k}",
  "a long product": "\\prod_{k=1}^{10^{7}} k",
  "an iterated exponential": "e^{e^{e^{10}}}",
  "a logarithm of a tower": "\\log(10^{10^{10^{10}}}+1)",
  "a sine of a huge number": `\\sin(10^{${nines}})`,
  // Long texts.
  "100,000 digits": "9".repeat(100_000),
  "50,000 decimals": "0." + "9".repeat(50_000),
  "50,000 repeating decimals": "0.\\overline{" + "142857".repeat(8_000) + "}",
  "a fraction of 30,000 digits": "7".repeat(15_000) + "/" + "9".repeat(15_000),
  "a megabyte of letters": "a".repeat(1 << 20),
  "a megabyte of digits": "7".repeat(1 << 20),
  "a megabyte of backslashes": "\\".repeat(1 << 20),
  "a megabyte of dollars": "$".repeat(1 << 20),
  "a megabyte of space": " ".repeat(1 << 20) + "3",
  "a megabyte of stars": "*".repeat(1 << 20),
  "a megabyte of prose": "and so it is not ".repeat(60_000),
  // Deep nesting.
  "10,000 parentheses": nest("(", ")", 10_000),
  "10,000 open parentheses": "(".repeat(10_000),
  "10,000 \\left(": "\\left(".repeat(10_000),
  "10,000 fractions": nest("\\frac{1}{", "}", 10_000),
  "10,000 absolute values": nest("\\left|", "\\right|", 10_000),
  "10,000 bars": "|".repeat(10_000),
  "10,000 minus signs": "-".repeat(10_000) + "3",
  "10,000 sines": nest("\\sin(", ")", 10_000),
  "10,000 exponents": "2^".repeat(10_000) + "2",
  "10,000 subscripts": "x_".repeat(10_000) + "1",
  "9,000 roots": nest("\\sqrt{", "}", 9_000),
  "9,000 texts": nest("\\text{", "}", 9_000),
  "9,000 sets": nest("\\{", "\\}", 9_000),
  "5,000 matrices": nest("\\begin{pmatrix}", "\\end{pmatrix}", 5_000),
  // Much of one thing.
  "20,000 terms": "1+".repeat(20_000) + "2",
  "20,000 unlike terms": Array.from({ length: 20_000 }, (_, n) => `x_{${n}}`).join("+"),
  "20,000 divisions": "1/".repeat(20_000) + "3",
  "20,000 items": "1,".repeat(20_000) + "2",
  "20,000 unlike items": Array.from({ length: 20_000 }, (_, n) => `${n}`).join(","),
  "20,000 equations": "1=".repeat(20_000) + "2",
  "20,000 comparisons": "1<".repeat(20_000) + "2",
  "5,000 signs to choose": "1\\pm".repeat(5_000) + "1",
  "40 signs to choose": "\\pm \\sqrt{2}".repeat(40),
  "a matrix of 100,000": `\\begin{pmatrix}${"1 & 2 \\\\ ".repeat(50_000)}\\end{pmatrix}`,
  "10,000 intervals": Array.from({ length: 10_000 }, (_, n) => `(${n},${n + 0.5})`).join("\\cup"),
  // Algebra that grows.
  "a power of a sum": "(\\sqrt2+\\sqrt3+\\sqrt5+\\sqrt7+\\sqrt{11}+\\sqrt{13})^{99999}",
  "a power of many letters": "(a+b+c+d+f+g+h+k)^{60}",
  "a product of many sums": Array.from({ length: 60 }, (_, n) => `(x_{${n}}+y_{${n}})`).join(""),
  "a harmonic sum": Array.from({ length: 5000 }, (_, n) => `1/${n + 1}`).join("+"),
  "a rational function": Array.from({ length: 60 }, (_, n) => `\\frac{1}{x+${n}y}`).join("+"),
  "the root of a large prime": "\\sqrt{18446744073709551557}",
  "the root of 2,000 digits": `\\sqrt{${"123456789".repeat(220)}}`,
  "a root of high degree": "\\sqrt[1000000]{2}",
  "roots within roots": "\\sqrt{2+\\sqrt{3+\\sqrt{5+\\sqrt{7+\\sqrt{11+\\sqrt{13+\\sqrt{17}}}}}}}",
  "sixty roots": nest("\\sqrt{", "}", 60),
  "many cube roots": Array.from({ length: 30 }, (_, n) => `\\sqrt[3]{${n + 2}}`).join("+"),
  "an equation of high degree": "x^{100000}-x+1=0",
  "a limit": "\\lim_{n\\to\\infty}(1+\\frac{1}{n})^{n^2}\\prod_{k=1}^n\\sin(k)",
  // Marks without end.
  "100,000 open boxes": "\\boxed{".repeat(100_000),
  "100,000 boxes": "\\boxed{3} or ".repeat(100_000),
  "100,000 answers": "answer ".repeat(100_000),
  "100,000 statements": "the answer is 3 or ".repeat(50_000),
  "100,000 thoughts": "<think>".repeat(100_000),
  "100,000 answer tags": "<answer>".repeat(100_000),
};

for (const [name, text] of Object.entries(hostile)) {
  Deno.test(`verifier: ${name} takes no time`, () => {
    const pairs = [["1", text], ["1", `\\boxed{${text}}`], [text, "1"], [
      text,
      `\\boxed{${text}+1}`,
    ]];
    for (const [gold, answer] of pairs) {
      // The best of many: another program may have had the processor, and code is compiled late.
      let took = Infinity;
      for (let i = 0; i < 20 && took > AIM_MS; i++) {
        const start = spent();
        const { outcome } = verify(gold, answer);
        took = Math.min(took, spent() - start);
        assert.notEqual(outcome, "equal", `${gold.slice(0, 40)} ~ ${answer.slice(0, 40)}`);
      }
      assert.ok(took <= AIM_MS, `${took} ms`);
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
