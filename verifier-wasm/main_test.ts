import assert from "node:assert/strict";

const folder = new URL(".", import.meta.url).pathname;

/** Runs the command with its own permissions on what `input` holds. */
async function run(args: string[], input: string) {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--no-prompt", `${folder}main.ts`, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  const written = writer.write(new TextEncoder().encode(input)).then(() => writer.close());
  const [{ code, stdout, stderr }] = await Promise.all([child.output(), written.catch(() => {})]);
  const decoder = new TextDecoder();
  const text = decoder.decode(stdout);
  const rows = text.split("\n").filter((line) => line.startsWith("{")).map((l) => JSON.parse(l));
  return { code, text, rows, said: decoder.decode(stderr) };
}

const line = (gold: unknown, pred: unknown, more = {}) => JSON.stringify({ gold, pred, ...more });

Deno.test("verify: a verdict a line, in order, and the counts", async () => {
  const input = [line("1/2", "So \\boxed{0.5}"), line("1", "2"), "", line("1", "")];
  const { code, rows } = await run(["--summary"], input.join("\r\n"));
  assert.equal(code, 0);
  assert.deepEqual(rows.slice(0, 3).map((row) => row.outcome), [
    "equal",
    "different",
    "unparsable",
  ]);
  assert.deepEqual(rows[0], {
    outcome: "equal",
    extracted: "0.5",
    goldParsed: "1/2",
    answerParsed: "1/2",
    reason: "both say the same",
  });
  const summary = { equal: 1, different: 1, unparsable: 1, gave_up: 0, error: 0 };
  assert.deepEqual(rows.slice(3), [{ summary }]);
});

Deno.test("verify: a malformed line is an error with its number, and the rest is judged", async () => {
  const input = ["nope", "", line("1", 1), "[]", "null", line("1", "1"), `{"gold": "1"`];
  const { code, rows } = await run([], input.join("\n"));
  assert.equal(code, 1);
  assert.deepEqual(rows.map((row) => row.line ?? row.outcome), [1, 3, 4, 5, "equal", 7]);
  assert.match(rows[1].error, /"pred" must be a text/);
});

Deno.test("verify: a file, and forms", async () => {
  const file = await Deno.makeTempFile();
  try {
    const rows = [
      line("(D) Alina", "It is not C, so D", { form: "NativeLetters" }),
      line("B", "The answer is B.", { form: "string" }),
      line("2", "2", { form: "latex" }),
    ];
    await Deno.writeTextFile(file, rows.join("\n") + "\n");
    const { code, rows: verdicts } = await run([file], "");
    assert.equal(code, 0);
    assert.deepEqual(verdicts.map((row) => row.outcome), ["equal", "equal", "equal"]);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("verify: nothing that a terminal obeys is printed", async () => {
  const hostile = "\x1b]0;x\x07\u009b2J\u2028\u2029\u202e\u{e0041}\0\x7f\ud800";
  const { text, rows } = await run([], [line(hostile, `\\boxed{${hostile}}`), hostile].join("\n"));
  assert.equal(rows.length, 2);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e\u{e0041}]/u);
  assert.ok(rows[0].extracted.includes("\x1b]0;x"));
});

Deno.test("verify: whoever stops reading gets no complaint", async () => {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--no-prompt", `${folder}main.ts`],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  const reader = child.stdout.getReader();
  const writer = child.stdin.getWriter();
  const many = new TextEncoder().encode(`${line("1", "1")}\n`.repeat(1000));
  await writer.write(many);
  await reader.read();
  await reader.cancel();
  // Writing fails once the command has gone.
  for (let i = 0; i < 200; i++) {
    if (await writer.write(many).then(() => false, () => true)) break;
  }
  await writer.abort().catch(() => {});
  const [{ code }, said] = await Promise.all([child.status, new Response(child.stderr).text()]);
  assert.equal(said, "");
  assert.equal(code, 0);
});

Deno.test("verify: help, and what cannot be run", async () => {
  assert.match((await run(["--help"], "")).text, /FILE\.jsonl/);
  for (const args of [["/no/such/file"], ["--nope"], ["a", "b"]]) {
    const { code, text, said } = await run(args, "");
    assert.equal(code, 1);
    assert.equal(text, "");
    assert.equal(said.trim().split("\n").length, 1, said);
  }
});
