import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** The task's own permissions, so that a missing one is found here. */
async function taskFlags(): Promise<string[]> {
  const { command } = JSON.parse(await Deno.readTextFile(CONFIG)).tasks.sandbox;
  return command.split(" ").filter((word: string) => word.startsWith("--"));
}

async function start(args: string[]): Promise<Deno.ChildProcess> {
  const flags = ["run", "--config", CONFIG, ...await taskFlags(), MAIN, ...args];
  return new Deno.Command(Deno.execPath(), { args: flags, stdout: "piped", stderr: "piped" })
    .spawn();
}

async function sandbox(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await (await start(args)).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("run: a program's output without control characters, its exit code", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      folder + "/a.py",
      "print('a\\x1b[2J\\x1b]0;t\\x07b', input()); exit(3)",
    );
    await Deno.writeTextFile(folder + "/in", "hello");
    const ran = await sandbox("run", folder + "/a.py", "--stdin", folder + "/in");
    assert.deepEqual([ran.code, ran.out], [3, "ab hello\n"]);
    assert.match(ran.err, /Failed, exit code 3/);

    await Deno.writeTextFile(folder + "/b.py", "while True: pass");
    const late = await sandbox("run", folder + "/b.py", "--timeout", "1");
    assert.equal(late.code, 124);
    assert.match(late.err, /ran out of time/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("judge: a table of verdicts", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const test = [["2", "4"], ["3", "7"]].map(([stdin, stdout]) => ({
      input: { stdin },
      output: { stdout },
    }));
    await Deno.writeTextFile(folder + "/p.json", JSON.stringify({ test }));
    await Deno.writeTextFile(folder + "/s.py", "print(int(input()) * 2, end='\\x1b[2J')");
    const judged = await sandbox(
      "judge",
      "--problem",
      folder + "/p.json",
      "--solution",
      folder + "/s.py",
    );
    assert.equal(judged.code, 1, judged.err);
    assert.match(judged.out, /WrongAnswer/);
    assert.ok(!judged.out.includes("\x1b"));
    assert.match(judged.out, /0 of 2 tests passed/);
    await Deno.writeTextFile(folder + "/p.json", JSON.stringify({ test: test.slice(0, 1) }));
    await Deno.writeTextFile(folder + "/s.py", "print(int(input()) * 2)");
    const good = await sandbox(
      "judge",
      "--problem",
      folder + "/p.json",
      "--solution",
      folder + "/s.py",
    );
    assert.equal(good.code, 0, good.err);
    assert.match(good.out, /1 of 1 tests passed/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the server: says where it is and what isolates, stops when asked to", async () => {
  const child = await start(["--port", "0", "--concurrency", "1"]);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("not covered") || !said.endsWith("\n")) {
    const { value, done } = await reader.read();
    if (done) break;
    said += value;
  }
  const [, endpoint] = /^Sandbox at (http:\/\/127\.0\.0\.1:\d+), 1 at once/.exec(said)!;
  assert.match(said, /\nIsolation: \w+/);
  const { port } = new URL(endpoint);
  const second = await sandbox("--port", port);
  assert.equal(second.code, 1);
  assert.match(second.err, /Cannot listen on 127\.0\.0\.1:\d+: another program does/);

  // A job under way is answered before the end.
  const body = JSON.stringify({ language: "python", code: "import time; time.sleep(1); print(7)" });
  const job = fetch(endpoint + "/run_code", { method: "POST", body });
  await new Promise((resolve) => setTimeout(resolve, 500));
  child.kill("SIGTERM");
  assert.equal((await (await job).json()).run_result.stdout, "7\n");
  reader.releaseLock();
  assert.equal((await child.status).code, 0);
  await child.stdout.cancel().catch(() => {});
  await child.stderr.cancel();
});

Deno.test("command lines that are wrong say what there is", async () => {
  const cases: [string[], RegExp][] = [
    [["--prot", "1"], /Unknown option '--prot'.*--port/],
    [["--port", "x"], /--port takes a whole number from 0 to 65535; got "x"/],
    [["walk"], /Unknown command "walk": there are run, judge and critique/],
    [["--host", "0.0.0.0"], /without a token/],
    [["--datasets", "/nothing"], /Cannot serve the data sets in \/nothing/],
    [["run", "/nothing.py"], /Cannot read the program \/nothing\.py: there is none/],
    [["run", "x.zz"], /Cannot tell the language of x\.zz/],
    [["judge"], /judge takes --problem P\.json and --solution S\.py/],
  ];
  for (const [args, says] of cases) {
    const { code, err } = await sandbox(...args);
    assert.equal(code, 1);
    assert.match(err, says);
  }
  for (const args of [["--help"], ["run", "--help"], ["judge", "--help"]]) {
    const { code, out } = await sandbox(...args);
    assert.equal(code, 0);
    assert.match(out, /deno task sandbox/);
  }
});
