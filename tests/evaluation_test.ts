/** `deno task eval`, `eval:aime` and `compare` as their user types them. */

import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { AnswerServer, type Script } from "./answer_server.ts";
import {
  Command,
  type Ended,
  into,
  run,
  sleep,
  SMALL,
  type StartOptions,
  temporaryFolder,
} from "./command_line.ts";

async function succeeds(args: readonly string[], options: StartOptions): Promise<Ended> {
  const ended = await run(args, options);
  assert.equal(ended.code, 0, ended.stdout + ended.stderr);
  return ended;
}

async function fails(args: readonly string[], told: RegExp, options: StartOptions): Promise<void> {
  const ended = await run(args, options);
  assert.equal(ended.code, 1, ended.stdout + ended.stderr);
  assert.match(ended.stderr, told);
  assert.doesNotMatch(ended.stderr, /^\s+at |\.ts:\d/m, "a stack trace");
}

/** Forty sums as AIME's file has its problems. */
async function problems(folder: string): Promise<string> {
  const rows = Array.from(
    { length: 40 },
    (_, a) => ({ id: a, problem: `${a} + 1`, answer: a + 1 }),
  );
  const path = join(folder, "problems.jsonl");
  await Deno.writeTextFile(path, rows.map((row) => JSON.stringify(row) + "\n").join(""));
  return path;
}

/** Solves a sum where `knows` says so; hostile otherwise. */
const solving = (knows: (a: number) => boolean): Script => async ({ messages }) => {
  const a = parseInt(messages.at(-1)!.content);
  await sleep(5);
  return knows(a) ? `\\boxed{${a + 1}}` : "\x1b]0;owned\x07\x1b[2J\\boxed{-1}";
};

const json = async (path: string) => JSON.parse(await Deno.readTextFile(path));

Deno.test("eval:aime on a file and a server; killed thrice, it goes on; compared", async () => {
  await using folder = await temporaryFolder();
  const file = await problems(folder.path);
  await using server = await AnswerServer.start(solving((a) => a % 4 === 0));
  const command = (out: string) => [
    `data.files=${file}`,
    `endpoint=${server.url}`,
    "model=NAME",
    "k=1",
    "concurrency=2",
    `out=${out}`,
  ];
  const [whole, cut] = ["whole", "cut"].map((name) => join(folder.path, name));
  const options = { task: "eval:aime", cwd: folder.path };
  const { stdout } = await succeeds(command(whole), options);
  assert.match(stdout, /aime24 +40 +40 +25\.0% +12\.5% to 37\.5%/);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(stdout, /\x1b/);
  const results = await json(join(whole, "results.json"));
  assert.deepEqual(
    [results.benchmark, results.n, results.k, results["pass@1"]],
    ["aime24", 40, 1, 0.25],
  );

  let asked = server.requests.length;
  assert.equal(asked, 40);
  for (const atLeast of [5, 15, 25]) {
    const killed = new Command(command(cut), options);
    const kept = () => {
      try {
        return Deno.readTextFileSync(join(cut, "responses.jsonl")).split("\n").length - 1;
      } catch {
        return 0;
      }
    };
    await killed.until(() => kept() >= atLeast);
    killed.kill("SIGKILL");
    assert.equal((await killed.ended).signal, "SIGKILL");
  }
  const last = await succeeds(command(cut), options);
  assert.match(last.stdout, /\d\d of them in .*cut already/);
  asked = server.requests.length - asked;
  assert.ok(asked <= 40 + 3 * 3, `${asked} requests: what was kept was asked again`);
  assert.deepEqual(await json(join(cut, "results.json")), results);

  // Another model knows other problems: 10 against 20 of 40, 15 won, 5 lost.
  await using better = await AnswerServer.start(
    solving((a) => a % 8 === 0 || a % 8 === 1 || a % 8 > 5),
  );
  const other = join(folder.path, "better");
  await succeeds([
    ...command(other).filter((arg) => !arg.startsWith("endpoint")),
    `endpoint=${better.url}`,
  ], options);
  const compared = await succeeds([whole, other, cut], { task: "compare" });
  assert.match(compared.stdout, /A +.*whole \(aime24, NAME\)\nB +.*better \(aime24, NAME\)/);
  assert.match(
    compared.stdout,
    /problems +40 +25\.0% +50\.0% +\+25\.0 +\+\d.* to \+\d.* 15 +5 +0\.041/,
  );
  assert.match(compared.stdout, /problems +40 +25\.0% +25\.0% +0\.0 +0\.0 to 0\.0 +0 +0 +1\.000/);
});

Deno.test("without a model: no checkpoint, then the newest; runs are compared", async () => {
  await using folder = await temporaryFolder();
  const here = { cwd: folder.path };
  const evaluation = { ...here, task: "eval" };
  await fails(
    ["benchmark=secret_numbers"],
    /There is no checkpoint under runs\/\. Make one:\n\n {2}deno task train .*\n {2}deno task train configs\/default\.yaml /,
    evaluation,
  );
  await succeeds([...SMALL, "trainer.total_training_steps=1", into("runs/first")], here);
  const [first, second] = ["first", "second"].map((name) => join(folder.path, "runs", name));
  await cp(first, second, { recursive: true });
  const { stdout } = await succeeds(
    ["benchmark=secret_numbers", "max_tokens=8", "threads=1"],
    evaluation,
  );
  assert.match(stdout, /Model: runs\/second\/checkpoints\/step-000001, the newest checkpoint here/);
  assert.match(stdout, /Everything is in runs\/eval\/secret_numbers-second-step-000001-k1/);
  const results = await json(
    join(folder.path, "runs/eval/secret_numbers-second-step-000001-k1/results.json"),
  );
  assert.equal(results.n, 192);

  const validation = join(first, "validations/step-000001.jsonl");
  const rows = (await Deno.readTextFile(validation)).trim().split("\n").map((row) =>
    JSON.parse(row)
  );
  assert.equal(rows.length, 12);
  assert.equal(typeof rows[0].answers[0].reason, "string");
  const compared = await succeeds(["runs/first", "runs/second"], { ...here, task: "compare" });
  assert.match(compared.stdout, /A +runs\/first \(held out, step 1\)/);
  assert.match(compared.stdout, /\nall +12 .* 0 +0 +1\.000/);
});

Deno.test("compare and eval say what is wrong, and --help what there is", async () => {
  await using folder = await temporaryFolder();
  const here = { cwd: folder.path, task: "compare" };
  await fails(["a"], /Name two folders or more: deno task compare A B/, here);
  await fails(["a", "b"], /Cannot compare a: it is neither a run .* nor an evaluation/, here);
  await fails(["--all"], /Unknown option '--all'\. The option is --help; it takes folders/, here);
  await Deno.mkdir(join(folder.path, "half"));
  await Deno.writeTextFile(join(folder.path, "half", "evaluation.json"), "{}");
  await fails(
    ["half", "half"],
    /The evaluation half is not finished: type its command again/,
    here,
  );
  await Deno.mkdir(join(folder.path, "old"));
  await Deno.writeTextFile(join(folder.path, "old", "metrics.jsonl"), "");
  await fails(
    ["old", "old"],
    /The run old keeps no validation answers\. Evaluate it.*model=old/,
    here,
  );
  await fails(["k=0"], /k takes whole number >= 1; got 0 \(command line\)/, {
    ...here,
    task: "eval",
  });
  await fails(["modl=x"], /Unknown key modl .*Did you mean model\?/, { ...here, task: "eval" });
  for (const task of ["eval", "eval:aime", "compare"]) {
    assert.match(
      (await succeeds(["--help"], { ...here, task })).stdout,
      /deno task (eval|compare) /,
    );
  }
});
