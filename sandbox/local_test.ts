import assert from "node:assert/strict";
import { BadRequest } from "./bad_request.ts";
import { LocalSandbox } from "./local.ts";
import { languageNames } from "./languages/mod.ts";
import type { RunCodeInput } from "./api.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** The sandbox of this machine; tests of what only bubblewrap offers are skipped elsewhere. */
const probed = await LocalSandbox.create({ concurrency: 4 }).catch((error) => error as Error);
const why = probed instanceof Error
  ? probed.message
  : probed.isolation.name === "bubblewrap"
  ? ""
  : `the isolation here is ${probed.isolation.name}`;
if (why) console.log(`Tests of the sandbox on this machine are skipped: ${why}`);

function test(name: string, fn: (sandbox: LocalSandbox) => Promise<void>): void {
  Deno.test({
    name,
    ignore: why !== "",
    async fn() {
      await using sandbox = await LocalSandbox.create({ concurrency: 4 });
      await fn(sandbox);
    },
  });
}

const PROGRAMS: Record<string, string> = {
  python: "print(int(input()) * 2)",
  pytest: "import sys\ndef test_one(): assert 1 == 1\n",
  javascript: "console.log(2 * Number(require('fs').readFileSync(0, 'utf8')))",
  nodejs: "console.log(2 * Number(require('fs').readFileSync(0, 'utf8')))",
  typescript:
    "const n: number = +await new Response(Deno.stdin.readable).text(); console.log(2 * n)",
  bash: "read n; echo $((n * 2))",
  c: `#include <stdio.h>\nint main() { int n; scanf("%d", &n); printf("%d\\n", n * 2); }`,
  cpp: `#include <iostream>\nint main() { int n; std::cin >> n; std::cout << n * 2 << "\\n"; }`,
  go: `package main\nimport "fmt"\nfunc main() { var n int; fmt.Scan(&n); fmt.Println(n * 2) }`,
  java: `import java.util.Scanner;
public class Twice {
  public static void main(String[] args) { System.out.println(new Scanner(System.in).nextInt() * 2); }
}`,
  rust: `fn main() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    println!("{}", line.trim().parse::<i32>().unwrap() * 2);
}`,
};

test("every language runs, or says which tool is missing", async (sandbox) => {
  assert.deepEqual(Object.keys(PROGRAMS).sort(), languageNames.toSorted());
  for (const [language, code] of Object.entries(PROGRAMS)) {
    try {
      const request = { code, language, stdin: "21\n", compile_timeout: 120, run_timeout: 60 };
      const { status, run_result, compile_result } = await sandbox.runCode(request);
      assert.equal(status, "Success", compile_result?.stderr ?? run_result?.stderr ?? language);
      if (language !== "pytest") assert.match(run_result!.stdout!, /42\n$/);
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      assert.match(error.message, /not installed here|no module pytest|cannot be read/);
      console.log(`${language} is skipped: ${error.message}`);
    }
  }
});

test("a program that does not compile is not run", async (sandbox) => {
  const answer = await sandbox.runCode({ code: "int main() { return x; }", language: "c" });
  assert.equal(answer.status, "Failed");
  assert.equal(answer.run_result, null);
  assert.match(answer.compile_result!.stderr!, /main\.c:1/);
});

test("what Python says is what Python says", async (sandbox) => {
  const run = async (code: string, stdin = "") =>
    (await sandbox.runCode({ code, language: "python", stdin })).run_result!;
  const error = await run("def f():\n    return 1 / 0\nf()");
  assert.equal(error.return_code, 1);
  assert.match(
    error.stderr!,
    /^Traceback.*\n  File "\/tmp\/main.py", line 3, in <module>\n    f\(\)\n/,
  );
  assert.doesNotMatch(error.stderr!, /run_python/);
  assert.match((await run("x = [")).stderr!, /SyntaxError/);
  assert.equal((await run("import sys\nsys.exit(3)")).return_code, 3);
  assert.equal((await run("raise SystemExit('bye')")).stderr, "bye\n");
  assert.equal((await run("import os\nos.abort()")).return_code, -6);
  const name = await run("if __name__ == '__main__': print(__file__, exit, quit)");
  assert.match(name.stdout!, /^\/tmp\/main.py Use exit/);
  assert.equal(
    (await run("class A: pass\nimport pickle\nprint(pickle.loads(pickle.dumps(A())))")).return_code,
    0,
  );
  assert.equal((await run("import sys\nprint(sys.stdin.read())", "ä€😀")).stdout, "ä€😀\n");
  assert.equal((await run("import atexit\natexit.register(print, 'bye')")).stdout, "bye\n");
  assert.equal((await run("import sys\nsys.stdout.buffer.write(b'a\\xff')")).stdout, "a\ufffd");
  assert.equal(
    (await run("import asyncio\nasync def f(): return 7\nprint(asyncio.run(f()))")).stdout,
    "7\n",
  );
});

test("Python may start processes", async (sandbox) => {
  const { run_result } = await sandbox.runCode({
    code: `import subprocess, multiprocessing
def twice(n): return 2 * n
if __name__ == "__main__":
    print(subprocess.run(["echo", "one"], capture_output=True, text=True).stdout, end="")
    with multiprocessing.Pool(2) as pool: print(pool.map(twice, [1, 2]))`,
    language: "python",
    run_timeout: 30,
  });
  assert.equal(run_result!.stdout, "one\n[2, 4]\n", run_result!.stderr!);
});

test("files go in and come out, and nothing else does", async (sandbox) => {
  const answer = await sandbox.runCode({
    language: "bash",
    code: `cat given/file > out
mkdir -p deep/er && echo x > deep/er/file
ln -s /etc/ld.so.cache link
ln -s / folder
ln out hard
mkfifo pipe
truncate -s 60M sparse
ln -s loop loop`,
    files: { "given/file": btoa("hello") },
    fetch_files: [
      ...["out", "deep/er/file", "hard", "link", "folder/usr/bin/env", "pipe", "sparse", "loop"],
      ...["deep", "none"],
    ],
  });
  assert.equal(answer.run_result!.return_code, 0, answer.run_result!.stderr!);
  assert.deepEqual(answer.files, {
    out: btoa("hello"),
    hard: btoa("hello"),
    "deep/er/file": btoa("x\n"),
  });
  for (const name of ["link", "folder/usr/bin/env", "pipe", "sparse", "loop", "deep", "none"]) {
    assert.match(answer.message, new RegExp(`cannot fetch "${name}"`));
  }
});

test("paths that lead out are refused by name", async (sandbox) => {
  for (
    const path of ["/etc/passwd", "../x", "a/../../x", "a//b", "./a", "", "a\0b", "x".repeat(2000)]
  ) {
    for (const request of [{ files: { [path]: "" } }, { fetch_files: [path] }]) {
      await assert.rejects(
        sandbox.runCode({ code: "", language: "bash", ...request }),
        (error) => error instanceof BadRequest && error.message.includes(JSON.stringify(path)),
      );
    }
  }
  const bad = { code: "", language: "bash", files: { a: "no base64!" } };
  await assert.rejects(sandbox.runCode(bad), BadRequest);
  await assert.rejects(
    sandbox.runCode({ code: "", language: "cobol" }),
    /"cobol".*known are python/,
  );
});

test("a conversation", async (sandbox) => {
  for (const language of ["python", "bash"]) {
    const code = language === "python"
      ? "while True: print(int(input()) * 2, flush=True)"
      : "while read n; do echo $((n * 2)); done";
    await using talk = await sandbox.start({ code, language, run_timeout: 60 });
    for (const n of [1, 2, 3]) {
      await talk.send(bytes(`${n}\n`));
      assert.equal(new TextDecoder().decode((await talk.receive())!), `${2 * n}\n`);
    }
    const { status, stdout } = await talk.end();
    assert.equal(status, "Finished");
    assert.equal(stdout, "2\n4\n6\n");
    assert.equal(await talk.receive(), null);
  }
});

test("a conversation takes much input, and its time ends", async (sandbox) => {
  await using reader = await sandbox.start({
    code: "import sys\nprint(len(sys.stdin.read(300000)))",
    language: "python",
    run_timeout: 60,
  });
  await reader.send(bytes("x".repeat(300_000)));
  assert.equal(new TextDecoder().decode((await reader.receive())!), "300000\n");
  await using silent = await sandbox.start({ code: "input()", language: "python", run_timeout: 1 });
  assert.equal(await silent.receive(), null);
  assert.equal((await silent.end()).status, "TimeLimitExceeded");
});

test("a signal ends a program, and one that waits in line", async () => {
  await using sandbox = await LocalSandbox.create({ concurrency: 1 });
  const sleep: RunCodeInput = {
    code: "import time\ntime.sleep(60)",
    language: "python",
    run_timeout: 60,
  };
  const controllers = [new AbortController(), new AbortController()];
  const runs = controllers.map(({ signal }) => sandbox.runCode(sleep, signal));
  setTimeout(() => controllers.forEach((c) => c.abort(new Error("enough"))), 500);
  const ends = await Promise.allSettled(runs);
  for (const end of ends) assert.match(String(end.status === "rejected" && end.reason), /enough/);
  const after = await sandbox.runCode({ code: "print(1)", language: "python" });
  assert.equal(after.run_result!.stdout, "1\n");
});

test("waiting in line counts against no limit", async () => {
  await using sandbox = await LocalSandbox.create({ concurrency: 1 });
  const request = { code: "import time\ntime.sleep(1)", language: "python", run_timeout: 3 };
  const answers = await Promise.all(Array.from({ length: 5 }, () => sandbox.runCode(request)));
  for (const { status } of answers) assert.equal(status, "Success");
});

test("programs see neither each other's text nor input nor output", async () => {
  await using sandbox = await LocalSandbox.create({ concurrency: 1 });
  const secret = "tnemele-nedlog-" + crypto.randomUUID();
  const code = `${"# ".padEnd(5000, "x")}\nx = "${secret}"\nprint(x * 50, input() * 50)`;
  await sandbox.runCode({ code, language: "python", stdin: `stdin-${secret}` });
  const backwards = [...secret].reverse().join("");
  const { run_result } = await sandbox.runCode({
    language: "python",
    run_timeout: 60,
    // Pages that are not mapped make a write fail, so that all memory around what is known can be read.
    code: `import ctypes, os
needle = ${JSON.stringify(backwards)}[::-1].encode()
libc = ctypes.CDLL(None)
libc.write.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
big = ctypes.create_string_buffer(1 << 22)
own = ctypes.c_long(0)
read, write = os.pipe()
found = pages = 0
for base in {id(object()), id(os), ctypes.addressof(big), ctypes.addressof(own), id(type), id(needle)}:
    for page in range(base // 4096 - 4000, base // 4096 + 4000):
        if libc.write(write, page * 4096, 4096) == 4096:
            pages += 1
            if needle in os.read(read, 4096): found += 1
print(pages > 1000, found)`,
  });
  // Once in the page where the program itself has it turned around.
  assert.match(run_result!.stdout!, /^True [0-9]+\n$/, run_result!.stderr!);
  const found = Number(run_result!.stdout!.split(" ")[1]);
  assert.ok(found <= 6, `${found} pages hold it`);
});

test("no process is left, even when the sandbox's own process is killed", async () => {
  const script = `import { LocalSandbox } from ${JSON.stringify(import.meta.resolve("./local.ts"))};
const sandbox = await LocalSandbox.create({ concurrency: 3 });
const run = (code, language) => sandbox.runCode({ code, language, run_timeout: 500 });
run("print(1)", "python").then(() => {
  run("import time; time.sleep(300)", "python");
  run("sleep 301.5", "bash");
  console.log("on");
});`;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", script],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  await command.stdout.getReader().read();
  await until(() => descendants(command.pid).length >= 5);
  const children = descendants(command.pid);
  command.kill("SIGKILL");
  await command.status;
  await until(() => children.every((pid) => !alive(pid)));
});

function alive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

function descendants(of: number): number[] {
  const parents = new Map<number, number>();
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = Deno.readTextFileSync(`/proc/${name}/status`);
      parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)![1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const below = (pid: number): number[] =>
    [...parents].filter(([, parent]) => parent === pid).flatMap((
      [child],
    ) => [child, ...below(child)]);
  return below(of);
}

async function until(done: () => boolean): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (done()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail("it did not happen within 30 seconds");
}
