import assert from "node:assert/strict";
import fc from "fast-check";
import { frame, FrameError, FrameReader, FrameWriter } from "./frames.ts";

/** A stream that gives its bytes in pieces of these sizes, over and over. */
function source(bytes: Uint8Array, sizes: number[] = [bytes.length + 1]) {
  let at = 0, turn = 0;
  return {
    read(into: Uint8Array): Promise<number | null> {
      if (at === bytes.length) return Promise.resolve(null);
      const part = bytes.subarray(at, at + Math.min(into.length, sizes[turn++ % sizes.length]));
      into.set(part);
      at += part.length;
      return Promise.resolve(part.length);
    },
  };
}

function joined(pieces: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((n, piece) => n + piece.length, 0));
  pieces.reduce((at, piece) => (all.set(piece, at), at + piece.length), 0);
  return all;
}

Deno.test("frames arrive as they were sent, however the stream is cut up", async () => {
  const message = fc.record({
    header: fc.jsonValue(),
    body: fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.integer({ min: 60_000, max: 200_000 }).map((n) =>
        Uint8Array.from({ length: n }, (_, i) => i)
      ),
    ),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 4 }),
      async (messages, sizes) => {
        const stream = joined(messages.flatMap(({ header, body }) => frame(header, [body])));
        const slow = stream.length > 5000 ? sizes.map((n) => n + 1000) : sizes;
        const reader = new FrameReader(source(stream, slow));
        for (const { header, body } of messages) {
          const found = (await reader.next())!;
          assert.deepEqual(found.header, JSON.parse(JSON.stringify(header)));
          assert.ok(found.body.length === body.length && found.body.every((x, i) => x === body[i]));
          assert.equal(found.body.byteOffset % 8, 0);
        }
        assert.equal(await reader.next(), null);
      },
    ),
    { numRuns: 60, seed: 1 },
  );
});

Deno.test("a stream that ends inside a frame, or is another program's, is refused", async () => {
  const whole = joined(frame({ op: "x" }, [new Uint8Array(70_000)]));
  for (const length of [1, 7, 8, 12, whole.length - 1]) {
    const reader = new FrameReader(source(whole.subarray(0, length)));
    await assert.rejects(reader.next(), /ended inside a frame/, `${length}`);
  }
  const other = new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n");
  await assert.rejects(new FrameReader(source(other)).next(), /not Emend's protocol/);
  const binary = Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe);
  await assert.rejects(new FrameReader(source(binary)).next(), /header is not JSON/);
});

Deno.test("no frame is larger than its limit, on either side", async () => {
  const stream = joined(frame({ long: "x".repeat(100) }, [new Uint8Array(50)]));
  const next = (header: number, body: number) =>
    new FrameReader(source(stream)).next({ header, body });
  await assert.rejects(next(64, 50), FrameError);
  await assert.rejects(next(200, 49), FrameError);
  assert.ok(await next(200, 50));
  assert.throws(() => frame({}, Array(3).fill(new Uint8Array(200 << 20))), /too large/);
});

Deno.test("pieces are written in order, small ones together, and a failure is told once", async () => {
  const written: Uint8Array[] = [];
  const write = (bytes: Uint8Array) => {
    const part = bytes.slice(0, 50_000); // a socket takes what it can
    written.push(part);
    return Promise.resolve(part.length);
  };
  const writer = new FrameWriter({ write }, (error) => assert.fail(String(error)));
  const pieces = [3, 4, 70_000, 0, 5, 6].map((length, i) => new Uint8Array(length).fill(i));
  writer.write(pieces.slice(0, 2));
  writer.write(pieces.slice(2));
  await writer.drained();
  assert.deepEqual(joined(written), joined(pieces));
  assert.deepEqual(written.map(({ length }) => length), [7, 50_000, 20_000, 11]);
  const errors: unknown[] = [];
  const broken = new FrameWriter(
    { write: () => Promise.reject(new Error("gone")) },
    (error) => errors.push(error),
  );
  broken.write([new Uint8Array(3)]);
  await broken.drained();
  broken.write([new Uint8Array(3)]);
  await broken.drained();
  assert.equal(errors.length, 1);
});
