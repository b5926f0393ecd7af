/** The weaker isolations, and the same for a user who is not root. */

import assert from "node:assert/strict";
import { escapes } from "../hostile/escape.ts";
import { poisoning } from "../hostile/poison.ts";
import { ATTEMPTS } from "../hostile/program.ts";
import { LocalSandbox } from "../local.ts";
import { findIsolation, type IsolationName } from "./probe.ts";
import { tool } from "./tools.ts";
import { programUser } from "./user.ts";

async function sandboxOf(isolation: IsolationName): Promise<LocalSandbox | null> {
  try {
    return await LocalSandbox.create({ concurrency: 2, isolation });
  } catch (error) {
    console.log(`skipped: ${(error as Error).message}`);
    return null;
  }
}

Deno.test("nothing runs unsandboxed unless that is asked for", async () => {
  const names = await findIsolation().then(({ name }) => [name], (): string[] => []);
  assert.ok(!names.includes("unsafe"));
  const python = { language: "python", code: "print(1)" };
  await using sandbox = (await sandboxOf("unsafe"))!;
  assert.equal((await sandbox?.runCode(python))?.run_result?.stdout ?? "1\n", "1\n");
  assert.match(sandbox?.isolation.covers ?? "nothing", /nothing/);
});

Deno.test("Landlock contains escapes, and leaves nothing for the next program", async () => {
  await using sandbox = await sandboxOf("landlock");
  if (!sandbox) return;
  for (const { name, code, request, contained, processes } of [...escapes, ...poisoning]) {
    if (processes) continue;
    const own = { code, language: "python", run_timeout: 2, ...request };
    const answer = await sandbox.runCode(own);
    assert.notEqual(answer.status, "SandboxError", `${name}: ${answer.message}`);
    if (contained) contained(answer);
    else assert.doesNotMatch(answer.run_result!.stdout!, /DID/, name);
    const { run_result } = await sandbox.runCode({
      code: "print(__import__('os').listdir(), len('abc'))",
      language: "python",
    });
    assert.equal(run_result!.stdout, "[] 3\n", name);
  }
  const left = await sandbox.runCode({
    language: "bash",
    code: "read x; echo $x > f",
    stdin: "a\n",
    fetch_files: ["f"],
  });
  assert.equal(left.files.f, btoa("a\n"));
});

Deno.test("Landlock leaves others' files and processes as they are, and no folder behind", async () => {
  const folders = () => [...Deno.readDirSync("/tmp")].map(({ name }) => name);
  const before = new Set(folders());
  const victim = await Deno.makeTempFile({ dir: "/tmp", prefix: "emend-victim-" });
  try {
    await using sandbox = await sandboxOf("landlock");
    if (!sandbox) return;
    const user = programUser();
    if (user) await Deno.chown(victim, user.uid, user.gid);
    const code = `${ATTEMPTS}
import ctypes, fcntl
attempt("mode", lambda: os.chmod("${victim}", 0o777))
attempt("times", lambda: os.utime("${victim}"))
attempt("owner", lambda: os.chown("${victim}", os.getuid(), -1))
for command in (8, 10, 15):
    attempt("signal by fcntl %d" % command, lambda: fcntl.fcntl(1, command, 9))
attempt("outlive", lambda: ctypes.CDLL(None).prctl(1, 0, 0, 0, 0), lambda r: r == -1)
print("end")`;
    const { run_result } = await sandbox.runCode({ code, language: "python" });
    assert.match(run_result!.stdout!, /end\n$/, run_result!.stderr!);
    assert.doesNotMatch(run_result!.stdout!, /DID/);
    for (const { code } of poisoning) await sandbox.runCode({ code, language: "python" });
  } finally {
    await Deno.remove(victim);
  }
  const left = folders().filter((name) => name.startsWith("emend-") && !before.has(name));
  assert.deepEqual(left, []);
});

Deno.test("Pyodide runs Python, and nothing that it could reach", async () => {
  await using sandbox = await sandboxOf("pyodide");
  if (!sandbox) return;
  const run = (code: string, more = {}) =>
    sandbox.runCode({ code, language: "python", run_timeout: 60, ...more });
  const escape = `import js
print(input())
for action in (lambda: js.Deno.readTextFileSync("/etc/passwd"), lambda: js.Deno.env.get("HOME"),
               lambda: js.Deno.writeTextFileSync("/tmp/x", ""), lambda: js.Deno.listen(port=1),
               lambda: js.Deno.Command.new("ls").outputSync()):
    try: print("DID", action())
    except Exception as error: print(type(error).__name__)
raise SystemExit(3)`;
  const out = await run(escape, { stdin: "ä\n" });
  assert.match(out.run_result!.stdout!, /^ä\n/);
  assert.doesNotMatch(out.run_result!.stdout!, /DID/);
  assert.equal(out.run_result!.return_code, 3);
  const late = await run("print(1, flush=True)\nwhile True: pass", { run_timeout: 1 });
  assert.equal(late.run_result!.status, "TimeLimitExceeded");
  assert.equal(late.run_result!.stdout, "1\n");
});

Deno.test("an ordinary user's programs are contained as root's are", async () => {
  if (Deno.uid() !== 0) return console.log("skipped: this is an ordinary user already");
  const here = await sandboxOf("bubblewrap");
  if (!here) return;
  await here[Symbol.asyncDispose]();
  if (!await tool("setpriv")) return console.log("skipped: setpriv is not installed");
  // What root has is not readable for others: a copy of the sources, and of the modules that they use.
  const folder = await Deno.makeTempDir({ dir: "/tmp", prefix: "emend-ordinary-" });
  try {
    const bundle = new Deno.Command(Deno.execPath(), {
      args: [
        "bundle",
        "-q",
        "-o",
        `${folder}/user.js`,
        new URL("ordinary_user.ts", import.meta.url).pathname,
      ],
    });
    const bundled = await bundle.output();
    if (!bundled.success) {
      return console.log(`skipped: ${new TextDecoder().decode(bundled.stderr)}`);
    }
    await Deno.mkdir(`${folder}/inside`);
    for (const { name } of Deno.readDirSync(new URL("inside", import.meta.url))) {
      await Deno.copyFile(new URL(`inside/${name}`, import.meta.url), `${folder}/inside/${name}`);
    }
    await Deno.chmod(folder, 0o755);
    const { code, stdout, stderr } = await new Deno.Command("setpriv", {
      args: [
        ...["--reuid", "12345", "--regid", "12345", "--clear-groups"],
        ...[Deno.execPath(), "run", "--no-prompt", "-A", `${folder}/user.js`],
      ],
      cwd: "/",
      env: { HOME: folder, DENO_DIR: `${folder}/deno`, DENO_NO_UPDATE_CHECK: "1" },
    }).output();
    const said = new TextDecoder().decode(stdout);
    assert.equal(code, 0, said + new TextDecoder().decode(stderr));
    console.log(said.trim());
    assert.match(said, /contained/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
