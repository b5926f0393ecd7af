import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../../tests/command_line.ts";
import { download, type DownloadOptions } from "./download.ts";

const BODY = new Uint8Array(100_000).map((_, i) => (i * 31) % 251);

/** How a server treats one request: the range's beginning, and where to answer. */
type Answer = (from: number, response: ServerResponse) => void;

/** Answers whole, or the range. */
const honest = (etag = '"v1"'): Answer => (from, response) => {
  response.writeHead(from > 0 ? 206 : 200, {
    etag,
    "content-length": BODY.length - from,
  });
  response.end(BODY.subarray(from));
};

/** Breaks the connection after some bytes. */
const breaking = (bytes: number, etag = '"v1"'): Answer => (from, response) => {
  response.writeHead(from > 0 ? 206 : 200, { etag, "content-length": BODY.length - from });
  response.write(BODY.subarray(from, from + bytes), () => setTimeout(() => response.destroy(), 10));
};

/** Downloads from a server that gives these answers in turn, and repeats the last. */
async function from(answers: Answer[], options: DownloadOptions = {}, rounds = 1) {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "deep", "file.bin");
  const ranges: (string | undefined)[] = [], tags: unknown[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    tags.push(request.headers["if-range"]);
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    answers[Math.min(ranges.length, answers.length) - 1](from, response);
  });
  await new Promise<void>((go) => server.listen(0, "127.0.0.1", go));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.bin`;
  let result: boolean | Error = false;
  for (let round = 0; round < rounds; round++) {
    result = await download(url, path, { backoffMs: 1, ...options }).catch((e) => e);
  }
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  const bytes = await Deno.readFile(path).catch(() => null);
  const left = (await Array.fromAsync(Deno.readDir(join(folder.path, "deep")))).map((f) => f.name);
  return { result, ranges, tags, bytes, left: left.sort() };
}

Deno.test("download: whole, once, and nothing beside it", async () => {
  const { result, ranges, bytes, left } = await from([honest()], {}, 2);
  assert.equal(result, true);
  assert.deepEqual(ranges, [undefined]);
  assert.deepEqual(bytes, BODY);
  assert.deepEqual(left, ["file.bin"]);
});

Deno.test("download: a broken connection goes on where it was", async () => {
  const { result, ranges, tags, bytes, left } = await from([
    breaking(30_000),
    breaking(30_000),
    honest(),
  ]);
  assert.equal(result, true);
  assert.deepEqual(ranges, [undefined, "bytes=30000-", "bytes=60000-"]);
  assert.deepEqual(tags, [undefined, '"v1"', '"v1"']);
  assert.deepEqual(bytes, BODY);
  assert.deepEqual(left, ["file.bin"]);
});

Deno.test("download: another process goes on, too", async () => {
  const { ranges, bytes } = await from([breaking(50_000), honest()], { attempts: 1 }, 2);
  assert.deepEqual(ranges, [undefined, "bytes=50000-"]);
  assert.deepEqual(bytes, BODY);
});

Deno.test("download: a file that changed meanwhile comes whole", async () => {
  // As a server does with an If-Range of an older version: 200 and everything.
  const changed: Answer = (_, response) => honest('"v2"')(0, response);
  const { bytes, result } = await from([breaking(50_000), changed]);
  assert.equal(result, true);
  assert.deepEqual(bytes, BODY);
});

Deno.test("download: a file without a strong ETag starts over", async () => {
  const { ranges, bytes } = await from([breaking(10, 'W/"v1"'), honest()]);
  assert.deepEqual(ranges, [undefined, undefined]);
  assert.deepEqual(bytes, BODY);
});

Deno.test("download: a range that the server refuses starts over", async () => {
  const refuse: Answer = (_, response) => response.writeHead(416).end();
  const { ranges, bytes } = await from([breaking(10), refuse, honest()]);
  assert.deepEqual(ranges, [undefined, "bytes=10-", undefined]);
  assert.deepEqual(bytes, BODY);
});

Deno.test("download: silence ends an attempt; HTTP 500 is tried again", async () => {
  const silent: Answer = (_, response) => {
    response.writeHead(200, { etag: '"v1"', "content-length": BODY.length });
    response.write(BODY.subarray(0, 10));
  };
  const error: Answer = (_, response) => response.writeHead(500).end("oops");
  const { ranges, bytes } = await from([error, silent, honest()], { stallMs: 100 });
  assert.deepEqual(ranges, [undefined, undefined, "bytes=10-"]);
  assert.deepEqual(bytes, BODY);
});

Deno.test("download: HTTP 404 is no, and leaves nothing that looks like the file", async () => {
  const missing: Answer = (_, response) => response.writeHead(404).end();
  const { result, bytes, ranges } = await from([missing]);
  assert.equal(result, false);
  assert.equal(bytes, null);
  assert.equal(ranges.length, 1);
});

Deno.test("download: one that never works says what happened", async () => {
  const { result, bytes } = await from([breaking(1)], { attempts: 2 });
  assert.match(
    String(result),
    /Cannot download http.*What came is kept; try again, or set HF_ENDPOINT/,
  );
  assert.equal(bytes, null);
});
