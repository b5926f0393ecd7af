import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { parquetWriteBuffer } from "hyparquet-writer";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AnswerServer, completion, type Script } from "../../tests/answer_server.ts";
import { temporaryFolder } from "../../tests/command_line.ts";
import { builtinFolder } from "../../tests/model_folder.ts";
import { overrideSettings } from "../config/layers.ts";
import { secretNumbersHeldOut } from "../data/secret_numbers/problems.ts";
import { createReporter, silentReporter } from "../run/progress.ts";
import { nowhere, type Output } from "../run/output.ts";
import { evaluate } from "./evaluate.ts";
import { evaluationKeys } from "./keys.ts";
import { readResponses, type ResponseRecord } from "./response_log.ts";
import type { Results } from "./results.ts";

const MATH = fileURLToPath(new URL("../../../shared/data/math/", import.meta.url));

/** Evaluates with these settings. */
async function run(
  settings: string[],
  reporter = silentReporter(),
  env: Record<string, string> = {},
): Promise<Results> {
  const resolved = evaluationKeys.resolve(overrideSettings(evaluationKeys, settings));
  return await evaluate(resolved, env, reporter);
}

/** A reporter that remembers what was told. */
function listening() {
  let said = "";
  const output: Output = { ...nowhere, columns: 100, write: (text) => said += text };
  return { reporter: createReporter({ stdout: output, stderr: output }), said: () => said };
}

const written = async (folder: string): Promise<ResponseRecord[]> =>
  (await readResponses(folder)).records;

function test(name: string, run: (folder: string) => Promise<void>, needs = ""): void {
  const missing = needs !== "" && !existsSync(needs);
  Deno.test({
    name: missing ? `${name} (skipped: ${needs} is not here)` : name,
    ignore: missing,
    async fn() {
      await using folder = await temporaryFolder();
      await run(folder.path);
    },
  });
}

/** Ten sums in the columns of common data sets. */
async function sums(folder: string, name = "sums.jsonl"): Promise<string> {
  const rows = Array.from({ length: 10 }, (_, a) => ({ problem: `${a} + 1`, answer: a + 1 }));
  const path = join(folder, name);
  await Deno.writeTextFile(path, rows.map((row) => JSON.stringify(row) + "\n").join(""));
  return path;
}

const asked: (request: Parameters<Script>[0]) => number = ({ messages }) =>
  parseInt(messages.at(-1)!.content);

test("eight kinds of numbers from answers that are known", async (folder) => {
  // Problem a is solved by its first a of 4 samples (0, 1, 2, 3, 4, 4, …); the others give no box, or 99.
  const counts = new Map<number, number>();
  await using server = await AnswerServer.start((request) => {
    const a = asked(request), sample = counts.get(a) ?? 0;
    counts.set(a, sample + 1);
    if (sample < a) return completion(`so \\boxed{${a + 1}.0}`, { tokens: 10 });
    return sample % 2
      ? completion("I do not know it", { tokens: 40, finish: "length" })
      : completion("\\boxed{99}", { tokens: 20 });
  });
  const out = join(folder, "out"), { reporter, said } = listening();
  const results = await run([
    `benchmark=${await sums(folder)}`,
    `endpoint=${server.url}`,
    "model=m\x1b[2J",
    "k=4",
    "concurrency=1",
    `out=${out}`,
  ], reporter);
  assert.deepEqual([results.benchmark, results.n, results.k], ["sums", 10, 4]);
  assert.equal(results["pass@1"], (0 + 1 + 2 + 3 + 6 * 4) / 40);
  // 1 − C(4−c, 2)/6 for c = 0, 1, 2, 3 and one for each of the others
  assert.ok(Math.abs(results["pass@2"] - (0 + 3 / 6 + 5 / 6 + 1 + 6) / 10) < 1e-12);
  assert.equal(results["pass@4"], 0.9);
  // With one right answer, 99 or no box follow: one vote each for 2 and 99, and 2 came first.
  assert.equal(results["maj@4"], 0.9);
  const [low, high] = results["pass@1_ci95"];
  assert.ok(low > 0.5 && low < 0.75 && high > 0.75 && high <= 1);
  assert.deepEqual(results.verdicts, { equal: 30, different: 4, unparsable: 6, gave_up: 0 });
  assert.equal(results.cut, 6 / 40);
  assert.equal(results.mean_tokens, (30 * 10 + 6 * 40 + 4 * 20) / 40);
  assert.deepEqual([results.temperature, results.top_p], [0.6, 0.95]);
  assert.deepEqual(JSON.parse(await Deno.readTextFile(join(out, "results.json"))), results);

  const records = await written(out);
  assert.equal(records.length, 40);
  const cut = records.find(({ finish }) => finish === "length")!;
  assert.equal(cut.response, "I do not know it");
  assert.ok(records.every(({ reason }) => reason.length > 0));
  assert.match(said(), /pass@1 +95% interval +pass@4 +maj@4\n.*\n.*75\.0%.*90\.0% +90\.0%/);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(said(), /\x1b/);
});

test("going on: what is kept is not asked again, and the results are the same", async (folder) => {
  const script: Script = (request) => `\\boxed{${asked(request) % 3 ? asked(request) + 1 : 0}}`;
  const file = await sums(folder), whole = join(folder, "whole"), cut = join(folder, "cut");
  await using server = await AnswerServer.start(script);
  const args = [`data.files=${file}`, `endpoint=${server.url}`, "model=m", "k=3"];
  const results = await run([...args, `out=${whole}`]);
  assert.equal(server.requests.length, 30);

  // What a killed process leaves: some whole lines, and a half one.
  await Deno.mkdir(cut);
  await Deno.copyFile(join(whole, "evaluation.json"), join(cut, "evaluation.json"));
  const text = await Deno.readTextFile(join(whole, "responses.jsonl"));
  const lines = text.split("\n");
  await Deno.writeTextFile(
    join(cut, "responses.jsonl"),
    lines.slice(0, 11).join("\n") + "\n" + lines[11].slice(0, 50),
  );
  const again = listening();
  assert.deepEqual(await run([...args, `out=${cut}`], again.reporter), results);
  assert.match(again.said(), /30 answers by m, 11 of them in .*cut already/);
  assert.equal(server.requests.length, 30 + 19);
  assert.equal((await written(cut)).length, 30);

  // All there: nothing is asked. Two more answers a problem: only those.
  await run([...args, `out=${cut}`]);
  assert.equal(server.requests.length, 49);
  await run([...args, "k=5", `out=${cut}`]);
  assert.equal(server.requests.length, 49 + 20);

  await assert.rejects(
    run([...args, "temperature=1", `out=${cut}`]),
    /cut holds another evaluation: temperature was 0\.6, now 1\. Set out=FOLDER to a new one/,
  );
  await assert.rejects(run([...args, "model=n", `out=${cut}`]), /model was "m", now "n"/);
});

test("a second evaluation into the same folder is refused", async (folder) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using server = await AnswerServer.start(async () => {
    await promise;
    return "\\boxed{1}";
  });
  const args = [
    `data.files=${await sums(folder)}`,
    `endpoint=${server.url}`,
    "model=m",
    `out=${join(folder, "out")}`,
  ];
  const first = run(args);
  while (server.requests.length === 0) await new Promise((go) => setTimeout(go, 2));
  await assert.rejects(run(args), /another process is doing so\. Wait for it, or set out=FOLDER/);
  resolve();
  await first;
});

test("a checkpoint folder answers: greedily, the same twice", async (folder) => {
  const model = await builtinFolder(join(folder, "model"));
  const args = ["benchmark=secret_numbers", `model=${model}`, "max_tokens=8", "threads=1"];
  const results = await run([...args, `out=${join(folder, "a")}`]);
  assert.equal(results.n, secretNumbersHeldOut({ seed: 0 }).length);
  assert.deepEqual(Object.keys(results.sources), [1, 2, 3].map((n) => `secret_numbers/level${n}`));
  assert.ok(results.mean_tokens! > 1 && results.mean_tokens! <= 8);
  await run([...args, `out=${join(folder, "b")}`]);
  const text = (name: string) => Deno.readTextFile(join(folder, name, "responses.jsonl"));
  assert.equal(await text("a"), await text("b"));
  // Other weights under the same name are another evaluation.
  await Deno.utime(join(model, "model.safetensors"), 1, 1);
  await assert.rejects(run([...args, `out=${join(folder, "a")}`]), /weights was .*, now /);
});

test("a hub's model on a hub's benchmark", async (folder) => {
  const model = await builtinFolder(join(folder, "model"));
  const parquet = parquetWriteBuffer({
    columnData: [
      { name: "question", data: ["1 + 1", "2 + 1"] },
      { name: "answer", data: ["so\n#### 2", "so\n#### 3"] },
    ],
  });
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (r) => {
    const { pathname } = new URL(r.url);
    if (pathname.startsWith("/datasets/openai/gsm8k/")) return new Response(parquet);
    const file = pathname.replace("/me/tiny/resolve/main/", "");
    const bytes = await Deno.readFile(join(model, file)).catch(() => null);
    return bytes ? new Response(bytes) : new Response("", { status: 404 });
  });
  const env = {
    HF_ENDPOINT: `http://127.0.0.1:${server.addr.port}`,
    XDG_CACHE_HOME: join(folder, "cache"),
  };
  const out = join(folder, "out");
  const settings = ["benchmark=gsm8k", "model=me/tiny", "max_tokens=4", "threads=1", `out=${out}`];
  const results = await run(settings, silentReporter(), env);
  assert.deepEqual([results.benchmark, results.model, results.n], ["gsm8k", "me/tiny", 2]);
  assert.deepEqual(Object.keys(results.sources), ["gsm8k"]);
  await server.shutdown();
  assert.deepEqual(await run(settings, silentReporter(), env), results, "from the cache");
});

test("a response that was damaged is asked for again", async (folder) => {
  await using server = await AnswerServer.start((request) => `\\boxed{${asked(request) + 1}}`);
  const args = [`data.files=${await sums(folder)}`, `endpoint=${server.url}`, "model=m"];
  const results = await run([...args, `out=${folder}`]);
  const path = join(folder, "responses.jsonl");
  const lines = (await Deno.readTextFile(path)).split("\n");
  lines[3] = lines[3].slice(0, 40);
  lines[5] = "{}";
  await Deno.writeTextFile(path, lines.join("\n"));
  assert.deepEqual(await run([...args, `out=${folder}`]), results);
  assert.equal(server.requests.length, 12);
  assert.equal((await written(folder)).length, 10);
});

test("prompts longer than a model's context count as cut, and are told", async (folder) => {
  const model = await builtinFolder(join(folder, "model"));
  const path = join(folder, "long.jsonl");
  const rows = ["1 + 1", "a+".repeat(300)].map((question) => ({ question, answer: "2" }));
  await Deno.writeTextFile(path, rows.map((row) => JSON.stringify(row)).join("\n"));
  const { reporter, said } = listening();
  const out = join(folder, "out");
  await run(
    [`benchmark=${path}`, `model=${model}`, "threads=1", "max_tokens=4", `out=${out}`],
    reporter,
  );
  assert.match(said(), /context holds 256 tokens: 1 of 2 answers get fewer .*, 1 none at all/);
  const long = (await written(out)).find(({ question }) => question.length > 100)!;
  assert.deepEqual([long.response, long.finish, long.tokens], ["", "length", 0]);
});

test("what cannot be evaluated is told with what to do", async (folder) => {
  const file = await sums(folder);
  const cases: [string[], RegExp][] = [
    [[], /Say what to evaluate on: benchmark=aime24\|/],
    [["benchmark=aime42"], /There is no benchmark aime42\. Did you mean aime24\?/],
    [
      ["benchmark=no.jsonl", "model=m", "endpoint=http://x/v1"],
      /Cannot read no\.jsonl: there is no such file/,
    ],
    [
      [`benchmark=${file}`, "endpoint=http://x/v1"],
      /endpoint needs model=NAME.*http:\/\/x\/v1\/models/,
    ],
    [[`benchmark=${file}`, "model=nowhere"], /no folder nowhere.*hub id is owner\/name/],
    [[`benchmark=${file}`, `model=${folder}`], /neither config\.json .* nor latest/],
    [
      [`benchmark=${file}`, "data.prompt_key=q", "model=m", "endpoint=http://x/v1"],
      /Cannot read column "q" .*data\.prompt_key=\[q,problem\]/,
    ],
  ];
  for (const [settings, message] of cases) await assert.rejects(run(settings), message);
});

test("AIME 2024: a server that knows a subset has exactly that accuracy", async (folder) => {
  const rows = (await Deno.readTextFile(join(MATH, "aime24.jsonl"))).trim().split("\n")
    .map((line) => JSON.parse(line));
  const known = new Map(rows.filter((_, i) => i % 4 === 1).map((row) => [row.problem, row.answer]));
  await using server = await AnswerServer.start(({ messages }, count) => {
    if (count % 9 === 0) return new Response("busy", { status: 500 });
    const question = messages.at(-1)!.content.replace(/\nPlease reason step by step.*$/, "");
    return `It is \\boxed{${known.get(question) ?? "-1"}}.`;
  });
  const results = await run([
    "benchmark=aime24",
    `data.files=${join(MATH, "aime24.jsonl")}`,
    `endpoint=${server.url}`,
    "model=m",
    `out=${folder}`,
  ]);
  assert.equal(known.size, 8);
  assert.deepEqual([results.benchmark, results.n, results.k], ["aime24", 30, 1]);
  assert.equal(results["pass@1"], 8 / 30);
  assert.equal(results.verdicts.equal, 8);
  assert.equal(results.temperature, 0);
}, join(MATH, "aime24.jsonl"));

test("the authors' validation file is read whole, its five sources apart", async (folder) => {
  await using server = await AnswerServer.start(() => "\\boxed{2}");
  const results = await run([
    `benchmark=${join(MATH, "critique_grpo_val.parquet")}`,
    `endpoint=${server.url}`,
    "model=m",
    "concurrency=64",
    `out=${folder}`,
  ]);
  assert.deepEqual([results.benchmark, results.n], ["critique_grpo_val", 2019]);
  assert.deepEqual(
    Object.fromEntries(Object.entries(results.sources).map(([name, { n }]) => [name, n])),
    { aime: 240, amc: 332, math: 500, minerva: 272, olympiad_bench: 675 },
  );
  const right = Object.values(results.sources).map(({ verdicts }) => verdicts.equal);
  assert.equal(right.reduce((a, b) => a + b), results.verdicts.equal);
  assert.ok(results.verdicts.equal > 30, "2 is a common answer");
}, join(MATH, "critique_grpo_val.parquet"));
