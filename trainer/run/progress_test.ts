import assert from "node:assert/strict";
import { nowhere, type Output } from "./output.ts";
import { createReporter, type Reporter, silentReporter } from "./progress.ts";
import type { StepLine } from "./step_line.ts";

const line = (step: number): StepLine => ({
  step,
  total: 40,
  reward: 0.5,
  passAt1: 0.5,
  refinedCorrect: null,
  zeroVariance: 0,
  meanLength: 10,
  tokensPerSecond: 100,
  seconds: { step: 1 },
});

/** An output that keeps what is written to it. */
function recorder(isTTY: boolean, columns = 60): Output & { text: string } {
  return {
    isTTY,
    columns,
    colour: false,
    text: "",
    write(text) {
      this.text += text;
    },
  };
}

/** The screen that a terminal shows after this text: cursor movements, clearing, and nothing else. */
function screen(text: string): string[] {
  const rows: string[][] = [[]];
  let x = 0, y = 0;
  // deno-lint-ignore no-control-regex
  for (const [token, n, command] of text.matchAll(/\x1b\[(\d*)([A-Z])|[^]/g)) {
    const count = Number(n || (command === "J" || command === "K" ? 0 : 1));
    if (command === "G") x = count - 1;
    else if (command === "A") y -= count;
    else if (command === "K") rows[y] = count === 2 ? [] : rows[y].slice(0, x);
    else if (command === "J") rows.splice(y, Infinity, rows[y].slice(0, x));
    else if (command) assert.fail(`unexpected ${JSON.stringify(token)}`);
    else if (token === "\n") (x = 0, y++, rows[y] ??= []);
    else (assert.ok(token >= " ", JSON.stringify(token)), rows[y][x++] = token);
  }
  return rows.map((row) => Array.from(row, (cell) => cell ?? " ").join("").trimEnd());
}

Deno.test("in a terminal, bars stay below the lines and are gone at the end", () => {
  const tty = recorder(true);
  let now = 0;
  {
    using reporter = createReporter({ stdout: tty, stderr: tty, now: () => now });
    reporter.note("runs/first");
    const run = reporter.phase("training", 40, "steps", 10);
    const answers = reporter.phase("generate", 8, "answers");
    now = 2000;
    answers.advance(4);
    reporter.warn("2 critiques failed\x1b[2J");
    assert.deepEqual(
      screen(tty.text),
      [
        "runs/first",
        "Warning: 2 critiques failed",
        "training ███████░░░░░░░░░░░░░░░░░░░░░░░ 10/40 steps",
        "generate ████████████░░░░░░░░░░░░ 4/8 answers 2/s 2.0s left",
      ].map((row) => row.trimEnd()),
    );
    answers.done();
    answers.done();
    run.advance();
    reporter.step(line(11));
    reporter.step(line(12));
    assert.deepEqual(screen(tty.text), [
      "runs/first",
      "Warning: 2 critiques failed",
      " step reward pass@1 refined   time zerovar  len tok/s  gen",
      "11/40  0.500  50.0%       -   1.0s    0.0%   10   100    -",
      "12/40  0.500  50.0%       -   1.0s    0.0%   10   100    -",
      "training █████░░░░░░░░░░░░░░░ 11/40 steps 0.50/s 58.0s left",
    ]);
  }
  assert.deepEqual(screen(tty.text).slice(-2), [
    "12/40  0.500  50.0%       -   1.0s    0.0%   10   100    -",
    "",
  ]);
});

Deno.test("the heading comes back every twenty rows", () => {
  const tty = recorder(true);
  using reporter = createReporter({ stdout: tty });
  for (let step = 1; step <= 40; step++) reporter.step(line(step));
  const headings = screen(tty.text).flatMap((row, y) => row.includes("reward") ? [y] : []);
  assert.deepEqual(headings, [0, 21]);
});

Deno.test("colours are used where they are welcome, and closed again", () => {
  const tty = { ...recorder(true), colour: true };
  using reporter = createReporter({ stdout: tty, stderr: tty });
  reporter.warn("careful");
  assert.equal(tty.text, "\x1b[33mWarning: careful\x1b[39m\n");
});

function plain(body: (reporter: Reporter, wait: (seconds: number) => void) => void) {
  const stdout = recorder(false), stderr = recorder(false);
  let now = 0;
  using reporter = createReporter({ stdout, stderr, now: () => now });
  body(reporter, (seconds) => now += 1000 * seconds);
  return { out: stdout.text, err: stderr.text };
}

Deno.test("in a pipe there are lines: no escape codes, no carriage returns, warnings apart", () => {
  const { out, err } = plain((reporter, wait) => {
    using run = reporter.phase("training", 40, "steps");
    {
      using short = reporter.phase("generate", 8, "answers");
      wait(9);
      short.advance(8);
    }
    run.advance();
    reporter.step(line(1));
    reporter.note("two\r\nlines \x1b[1mbold\x1b[0m\rforged");
    reporter.warn("careful");
  });
  assert.equal(
    out,
    "step 1/40  reward 0.500  pass@1 50.0%  time 1.0s  zerovar 0.0%  len 10  tok/s 100\n" +
      "two\nlines boldforged\n",
  );
  assert.equal(err, "Warning: careful\n");
});

Deno.test("in a pipe a long phase is heard of every ten seconds and at its end", () => {
  const { out } = plain((reporter, wait) => {
    using phase = reporter.phase("warm-up", 3000, "steps", 1000);
    for (let i = 0; i < 20; i++) {
      wait(1.2);
      phase.advance(100);
    }
  });
  assert.equal(
    out,
    "warm-up: 1900/3000 steps, 83.3/s, 13.2s left\n" +
      "warm-up: 2800/3000 steps, 83.3/s, 2.4s left\n" +
      "warm-up: 3000 steps in 24.0s\n",
  );
});

Deno.test("a silent reporter takes everything and says nothing", () => {
  using reporter = silentReporter();
  reporter.step(line(1));
  reporter.warn("careful");
  assert.equal(nowhere.columns, reporter.columns);
});

Deno.test("standard output, piped to a reader that has left, does not end a run", async () => {
  const progress = JSON.stringify(new URL("./progress.ts", import.meta.url).href);
  const program = `
    import { createReporter } from ${progress};
    using reporter = createReporter();
    for (let i = 0; i < 50; i++) {
      reporter.note("line " + i);
      await new Promise((go) => setTimeout(go, 4));
    }
    reporter.warn("still here");`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await child.stdout.cancel();
  assert.equal(await new Response(child.stderr).text(), "Warning: still here\n");
  assert.equal((await child.status).code, 0);
});
