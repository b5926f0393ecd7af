import assert from "node:assert/strict";
import { claimFolder, Journal } from "./journal.ts";

interface Note {
  name: string;
  text: string;
}

const open = (path: string) => Journal.open<Note>(path, ({ name }) => name);

Deno.test("what was appended is there after a crash, half a line is not", async () => {
  const path = `${await Deno.makeTempDir()}/notes.jsonl`;
  const journal = await open(path);
  await journal.append([{ name: "a", text: "1\n2" }, { name: "b", text: "ü" }]);
  await Deno.writeTextFile(path, '{"name": "c", "te', { append: true });
  const again = await open(path);
  assert.deepEqual(again.values(), [{ name: "a", text: "1\n2" }, { name: "b", text: "ü" }]);
  await again.append([{ name: "c", text: "" }]);
  assert.equal((await open(path)).get("c")?.text, "");
});

Deno.test("a whole line that is not JSON is told with its number", async () => {
  const path = `${await Deno.makeTempDir()}/notes.jsonl`;
  await Deno.writeTextFile(path, '{"name": "a"}\nnothing\n');
  await assert.rejects(open(path), /line 2 is not JSON/);
});

Deno.test("a folder is gone on in with the same settings only", async () => {
  const folder = `${await Deno.makeTempDir()}/run`;
  await claimFolder(folder, { seed: 1, critic: ["a", null] });
  await claimFolder(folder, { seed: 1, critic: ["a", null] });
  await assert.rejects(claimFolder(folder, { seed: 2, critic: ["a", null] }), /settings \(seed\)/);
});
