import assert from "node:assert/strict";
import { extractCode } from "../../sandbox/judge/extract.ts";
import {
  criticMessages,
  fenced,
  generatorMessages,
  hintedCriticMessages,
  revisionMessages,
} from "./prompts.ts";

Deno.test("the hinted prompt is the critic's plus the hint and the word about it", () => {
  const [plain] = criticMessages("Add.", "print(1)");
  const [hinted] = hintedCriticMessages("Add.", "print(1)", "It fails.");
  assert.ok(hinted.content.includes("## Hint\nIt fails."));
  assert.ok(!plain.content.includes("hint"));
  const without = hinted.content.replace(/ Reason about the hint.*/, "")
    .replace("## Hint\nIt fails.\n\n", "");
  assert.equal(without, plain.content);
});

Deno.test("the critic is given the problem, the answer and the three parts, as they are", () => {
  const [{ role, content }, ...more] = criticMessages("Add.\n", "print(1)");
  assert.equal(role, "user");
  assert.deepEqual(more, []);
  const at = ["## Problem\nAdd.\n", "## Answer\nprint(1)\n", "Analysis:"]
    .concat(["Improvement suggestions:", "Overall judgment:"]).map((part) => content.indexOf(part));
  assert.ok(at.every((place, i) => place > (at[i - 1] ?? 0)), String(at));
});

Deno.test("a revision is a chat: problem, solution, critique", () => {
  const chat = revisionMessages("Add.", "```\nx\n```", "\nWrong sign.\n", "functions");
  assert.deepEqual(chat.map(({ role }) => role), ["user", "assistant", "user"]);
  assert.deepEqual(chat[0], generatorMessages("Add.", "functions")[0]);
  assert.equal(chat[1].content, "```\nx\n```");
  assert.equal(chat[2].content, "Wrong sign.\n\nFinalise your answer in the same format.");
});

Deno.test("a fenced program comes out as it went in, fences of its own included", () => {
  for (const code of ["print(1)\n", "s = '''\n```\n````python\n'''\nprint(s)\n"]) {
    assert.equal(extractCode(fenced(code), "python").code, code);
  }
});
