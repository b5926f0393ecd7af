import assert from "node:assert/strict";
import { readRows } from "./rows.ts";

async function read(content: string | Uint8Array<ArrayBuffer>) {
  const path = await Deno.makeTempFile({ suffix: ".jsonl" });
  try {
    await Deno.writeFile(
      path,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
    const rows = await readRows(path);
    return rows.map((row) => ({ ...row, at: row.at.replace(path, "FILE") }));
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("one object a line; blank lines, a byte-order mark and CRLF do no harm", async () => {
  assert.deepEqual(await read('\ufeff{"a": 1}\r\n\n{"a": "π"}'), [
    { number: 1, at: "FILE, line 1", values: { a: 1 } },
    { number: 3, at: "FILE, line 3", values: { a: "π" } },
  ]);
});

Deno.test("long integers keep their digits", async () => {
  const [{ values }] = await read('{"a": 12345678901234567890, "b": 27.0, "c": [0.1]}');
  assert.deepEqual(values, { a: "12345678901234567890", b: 27, c: [0.1] });
});

Deno.test("a broken line is named", async () => {
  await assert.rejects(read('{"a": 1}\n\n{"a": '), /^Error: Cannot parse .*, line 3: /);
  await assert.rejects(read('{"a": 1}\n[1]\n'), /line 2: it is a list; JSONL holds one/);
  await assert.rejects(read('{"a": 1}\n"x"\n'), /line 2: it is no object/);
});

Deno.test("empty files and other encodings are errors", async () => {
  await assert.rejects(read(""), /it has no rows/);
  await assert.rejects(read("\n \n"), /it has no rows/);
  await assert.rejects(read(new Uint8Array([0xff, 0xfe, 0x7b, 0])), /it is not UTF-8 text/);
});
