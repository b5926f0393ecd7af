import assert from "node:assert/strict";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { join } from "node:path";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { readRows } from "./rows.ts";

type Options = Omit<Parameters<typeof parquetWriteBuffer>[0], "columnData">;

async function roundTrip(columnData: ColumnSource[], options: Options = {}) {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "x.parquet");
    await Deno.writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData, ...options })));
    return (await readRows(path)).map(({ values }) => values);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** An LZ4 block of literals alone: the token and its length bytes, then the bytes themselves. */
function lz4Raw(input: Uint8Array): Uint8Array {
  const head = [Math.min(input.length, 15) << 4];
  for (let rest = input.length - 15; rest >= 0; rest -= 255) head.push(Math.min(rest, 255));
  return new Uint8Array([...head, ...input]);
}

const compressors = {
  GZIP: (input: Uint8Array) => new Uint8Array(gzipSync(input)),
  BROTLI: (input: Uint8Array) => new Uint8Array(brotliCompressSync(input)),
  ZSTD: (input: Uint8Array) => new Uint8Array(zstdCompressSync(input)),
  LZ4_RAW: lz4Raw,
};

const prompts = Array.from({ length: 700 }, (_, i) => `What is ${i} + ${i * i}? Ωµ`);
const golds = prompts.map((_, i) => String(i + i * i));

for (const codec of ["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD", "LZ4_RAW"] as const) {
  Deno.test(`Parquet compressed by ${codec} reads back`, async () => {
    const rows = await roundTrip([
      { name: "prompt", data: prompts, type: "STRING" },
      { name: "ground_truth", data: golds, type: "STRING" },
    ], { codec, compressors, rowGroupSize: 300 });
    assert.deepEqual(rows, prompts.map((prompt, i) => ({ prompt, ground_truth: golds[i] })));
  });
}

Deno.test("what JSON cannot hold becomes plain", async () => {
  const rows = await roundTrip([
    { name: "small", data: [7n, null], type: "INT64" },
    { name: "large", data: [2n ** 60n, 1n], type: "INT64" },
    { name: "real", data: [0.5, NaN], type: "DOUBLE" },
    { name: "when", data: [new Date(0), new Date(1000)], type: "TIMESTAMP" },
    { name: "json", data: [{ a: [1] }, null], type: "JSON" },
  ]);
  assert.deepEqual(rows, [
    {
      small: 7,
      large: "1152921504606846976",
      real: 0.5,
      when: "1970-01-01T00:00:00.000Z",
      json: { a: [1] },
    },
    { small: null, large: 1, real: null, when: "1970-01-01T00:00:01.000Z", json: null },
  ]);
});

Deno.test("a truncated or damaged file, text under the wrong name, and no rows are errors", async () => {
  const folder = await Deno.makeTempDir();
  const write = (name: string, bytes: Uint8Array) => Deno.writeFile(join(folder, name), bytes);
  const columnData: ColumnSource[] = [{ name: "prompt", data: prompts, type: "STRING" }];
  const whole = new Uint8Array(parquetWriteBuffer({ columnData, codec: "SNAPPY" }));
  const empty = parquetWriteBuffer({ columnData: [{ name: "a", data: [], type: "STRING" }] });
  const damaged = whole.slice().fill(255, 4, whole.length >> 1);
  try {
    await write("cut.parquet", whole.slice(0, whole.length >> 1));
    await write("nothing.parquet", new Uint8Array());
    await write("text.parquet", new TextEncoder().encode('{"prompt": "a"}\n'.repeat(9)));
    await write("damaged.parquet", damaged);
    await write("empty.parquet", new Uint8Array(empty));
    for (const name of ["cut", "text", "damaged"]) {
      await assert.rejects(
        readRows(join(folder, `${name}.parquet`)),
        (error: Error) =>
          error.message.startsWith(`Cannot read ${folder}/${name}.parquet: it is truncated`),
        name,
      );
    }
    for (const name of ["nothing", "empty"]) {
      await assert.rejects(readRows(join(folder, `${name}.parquet`)), /it has no rows/);
    }
    await assert.rejects(readRows(join(folder, "no.parquet")), /there is no such file/);
    await assert.rejects(readRows(folder), /must end in .parquet, .jsonl/);
    await Deno.mkdir(join(folder, "folder.parquet"));
    await assert.rejects(readRows(join(folder, "folder.parquet")), /it is no file/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
