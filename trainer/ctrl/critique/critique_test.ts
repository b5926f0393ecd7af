import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { fenced } from "../prompts.ts";
import { chatServer } from "../testing/chat_server.ts";
import { sideBySide } from "./side_by_side.ts";

const left = {
  title: "Critique",
  text: "The sign is wrong: \x1b[2Jnegate it.\n\nOverall judgment: Incorrect",
};
const right = { title: "Revision", text: "def f(a):\n    return -a  " + "# 好".repeat(30) };

Deno.test("wide: side by side; narrow: one below the other; nothing passes the width", () => {
  const wide = sideBySide(left, right, 110).split("\n");
  assert.match(wide[0], /^Critique {46}│ Revision$/);
  assert.ok(wide.some((line) => /negate it\..*│ def f\(a\):/.test(line)), wide.join("\n"));
  const narrow = sideBySide(left, right, 60).split("\n");
  assert.ok(narrow.indexOf("Revision") > narrow.indexOf("Overall judgment: Incorrect"));
  assert.ok(!narrow.join("").includes("│") && !narrow.join("").includes("\x1b"));
  for (const [lines, width] of [[wide, 110], [narrow, 60]] as const) {
    for (const line of lines) {
      assert.ok([...line].length + (line.match(/好/g)?.length ?? 0) <= width, line);
    }
  }
});

Deno.test("the command runs, asks, revises and runs again", async () => {
  await using server = chatServer(({ messages }) =>
    messages.length === 1
      ? "Analysis: \x1b]0;evil\x07it halves.\n\nOverall judgment: Incorrect"
      : fenced("print(2 * int(input()))")
  );
  const folder = await Deno.makeTempDir();
  const tests = [["3", "6"], ["0", "0"]].map(([stdin, stdout]) => ({
    input: { stdin },
    output: { stdout },
  }));
  await Deno.writeTextFile(`${folder}/p.json`, JSON.stringify({ content: "Double.", test: tests }));
  await Deno.writeTextFile(`${folder}/s.py`, "print(int(input()) // 2)");
  const main = fileURLToPath(new URL("../../../sandbox/main.ts", import.meta.url));
  const run = async (...more: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", main, "critique", "--problem", `${folder}/p.json`].concat(
        ["--solution", `${folder}/s.py`],
        more,
      ),
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  };
  const { code, stdout, stderr } = await run("--critic", server.url, "--critic-model", "m");
  assert.equal(code, 0, stderr);
  const parts = ["1 of 2 tests passed", "Critique (Incorrect)", "it halves.", "print(2 * "]
    .concat(["2 of 2 tests passed"]).map((part) => stdout.indexOf(part));
  assert.ok(parts.every((at, i) => at > (parts[i - 1] ?? 0)), stdout);
  assert.ok(!stdout.includes("\x1b") && !stdout.includes("evil"));
  const missing = await run();
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /--critic is missing/);
});
