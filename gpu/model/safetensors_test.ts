import assert from "node:assert/strict";
import fc from "fast-check";
import { ShardedArray } from "../group/device_group.ts";
import { HostArray } from "../native_array.ts";
import { type NamedArray, SafetensorsFile, writeSafetensors } from "./safetensors.ts";

const FOLDER = Deno.makeTempDirSync();
globalThis.addEventListener("unload", () => Deno.removeSync(FOLDER, { recursive: true }));

let files = 0;
const freshPath = () => `${FOLDER}/${files++}.safetensors`;

/** A file with any header over any data. */
function file(header: unknown, data: ArrayBufferView | number = 0, headerLength?: bigint): string {
  const text = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const tail = typeof data === "number"
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const bytes = new Uint8Array(8 + text.length + tail.length);
  new DataView(bytes.buffer).setBigUint64(0, headerLength ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(tail, 8 + text.length);
  const path = freshPath();
  Deno.writeFileSync(path, bytes);
  return path;
}

const tensor = (shape: number[], from: number, to: number, dtype = "F32") => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

function refused(path: string, why: RegExp): void {
  assert.throws(() => new SafetensorsFile(path), (error: Error) => {
    assert.ok(error.message.startsWith(`${path} is not a whole safetensors file: `), error.message);
    assert.ok(error.message.endsWith(". Fetch or save it again"), error.message);
    assert.match(error.message, why);
    return true;
  });
}

function readAll(path: string): Map<string, { shape: number[]; data: Float32Array }> {
  using opened = new SafetensorsFile(path);
  return new Map(
    [...opened.entries].map(([name, { shape }]) => {
      const data = new Float32Array(shape.reduce((n, size) => n * size, 1));
      opened.read(name, data);
      return [name, { shape, data }];
    }),
  );
}

const bitsOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);

Deno.test("what is written is read back, whatever the names, shapes and bits", async () => {
  const path = freshPath();
  const named = fc.tuple(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("__proto__", "constructor", "toString", "", "1", "\x1b[2J", '"\\'),
    ).filter((name) => name !== "__metadata__"),
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(named, { selector: ([name]) => name, maxLength: 6 }),
      fc.integer(),
      async (list, seed) => {
        let state = seed;
        const tensors = new Map<string, NamedArray>(list.map(([name, shape]) => {
          const bits = new Uint32Array(shape.reduce((n, size) => n * size, 1));
          for (let i = 0; i < bits.length; i++) bits[i] = state = Math.imul(state, 69069) + 1;
          return [name, { data: new Float32Array(bits.buffer), shape }];
        }));
        await writeSafetensors(path, tensors);
        const found = readAll(path);
        assert.deepEqual(new Set(found.keys()), new Set(tensors.keys()));
        for (const [name, { data, shape }] of tensors) {
          assert.deepEqual(found.get(name)!.shape, shape);
          assert.deepEqual(
            new Uint8Array(found.get(name)!.data.buffer),
            bitsOf(data as Float32Array),
          );
        }
        // Other readers map the file: its data starts at a multiple of 8 bytes.
        const length = new DataView(Deno.readFileSync(path).buffer).getBigUint64(0, true);
        assert.equal(length % 8n, 0n);
      },
    ),
    { numRuns: 60, seed: 1 },
  );
});

Deno.test("no header, however wrong, does anything but open or be refused", () => {
  const junk = fc.oneof(
    fc.json(),
    fc.dictionary(
      fc.string(),
      fc.record({
        dtype: fc.constantFrom("F32", "BF16", "I64", "F8", "toString", "__proto__"),
        shape: fc.array(fc.oneof(fc.nat(4), fc.integer(), fc.constant(2 ** 53)), { maxLength: 3 }),
        data_offsets: fc.tuple(fc.nat(40), fc.nat(40)),
      }),
      { maxKeys: 3 },
    ).map((header) => JSON.stringify(header)),
  );
  const path = freshPath();
  fc.assert(
    fc.property(junk, fc.nat(40), (header, size) => {
      const bytes = new TextEncoder().encode(`        ${header}${" ".repeat(size)}`);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.length - 8 - size), true);
      Deno.writeFileSync(path, bytes);
      try {
        new SafetensorsFile(path)[Symbol.dispose]();
      } catch (error) {
        assert.match((error as Error).message, /is not a whole safetensors file: /);
      }
    }),
    { numRuns: 300, seed: 1 },
  );
});

Deno.test("bfloat16 and float16 become float32", () => {
  // 1, −2, the largest, the smallest above 0, −0, ∞
  const bf16 = Uint16Array.of(0x3f80, 0xc000, 0x7f7f, 0x0001, 0x8000, 0x7f80);
  const f16 = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00);
  const found = readAll(file({
    b: tensor([6], 0, 12, "BF16"),
    h: tensor([2, 3], 12, 24, "F16"),
  }, Uint16Array.of(...bf16, ...f16)));
  const largest = (2 - 2 ** -7) * 2 ** 127;
  assert.deepEqual([...found.get("b")!.data], [1, -2, largest, 2 ** -133, -0, Infinity]);
  assert.deepEqual([...found.get("h")!.data], [1, -2, 65504, 2 ** -24, -0, Infinity]);
});

Deno.test("metadata is no tensor; tensors may lie in any order, and be empty", () => {
  const found = readAll(file({
    __metadata__: { format: "pt", dtype: "F32" },
    second: tensor([1], 4, 8),
    empty: tensor([0, 3], 4, 4),
    first: tensor([], 0, 4),
  }, Float32Array.of(1, 2)));
  assert.deepEqual([...found.keys()].sort(), ["empty", "first", "second"]);
  assert.deepEqual([...found.get("first")!.data, ...found.get("second")!.data], [1, 2]);
});

Deno.test("a tensor of another type is named when it is read; others stay readable", () => {
  using opened = new SafetensorsFile(file({
    mask: tensor([2], 0, 16, "I64"),
    w: tensor([1], 16, 20),
  }, Uint32Array.of(0, 0, 0, 0, 0x3f800000)));
  assert.throws(
    () => opened.read("mask", new Float32Array(2)),
    /Cannot read "mask" in .*: its type is I64; supported: F32, BF16, F16/,
  );
  const w = new Float32Array(1);
  opened.read("w", w);
  assert.equal(w[0], 1);
});

Deno.test("an absent tensor, or an array of another size, is told", () => {
  using opened = new SafetensorsFile(file({ w: tensor([2], 0, 8) }, 8));
  assert.throws(() => opened.read("v", new Float32Array(2)), /has no tensor "v"/);
  assert.throws(() => opened.read("__proto__", new Float32Array(2)), /has no tensor/);
  assert.throws(
    () => opened.read("w", new Float32Array(3)),
    /Cannot read "w" in .*: it has 2 elements \[2\], not 3/,
  );
});

Deno.test("truncated files are refused, wherever they end", () => {
  const whole = Deno.readFileSync(file({ w: tensor([2], 0, 8) }, 8));
  for (let length = 0; length < whole.length; length++) {
    const path = freshPath();
    Deno.writeFileSync(path, whole.subarray(0, length));
    refused(path, length < 8 ? /it has \d bytes/ : /claims|outside/);
  }
});

Deno.test("a file that shrinks after it was opened is told when it is read", () => {
  const path = file({ w: tensor([2], 0, 8) }, 8);
  using opened = new SafetensorsFile(path);
  Deno.truncateSync(path, Deno.statSync(path).size - 1);
  assert.throws(() => opened.read("w", new Float32Array(2)), /truncated/);
});

Deno.test("hostile headers are refused, each for its reason", () => {
  const w = tensor([2], 0, 8);
  refused(file({ w }, 8, 2n ** 64n - 1n), /claims 18446744073709552000 bytes/);
  refused(file({ w }, 8, 100_000_001n), /claims 100000001 bytes/);
  refused(file("{", 8), /not JSON/);
  refused(file("\xff\0", 8), /not JSON/);
  refused(file("", 0), /not JSON/);
  refused(file("null", 8), /not a JSON object/);
  refused(file("7", 8), /not a JSON object/);
  refused(file('"w"', 8), /not a JSON object/);
  refused(file([w], 8), /not a JSON object/);
  refused(file({ w: null }, 8), /"w" is malformed/);
  refused(file({ w: { ...w, dtype: 1 } }, 8), /"w" is malformed/);
  refused(file({ w: { ...w, shape: [-2] } }, 8), /"w" is malformed/);
  refused(file({ w: { ...w, shape: [2.5] } }, 8), /"w" is malformed/);
  refused(file({ w: { ...w, shape: [2 ** 60] } }, 8), /"w" is malformed/);
  refused(file({ w: { ...w, data_offsets: [0] } }, 8), /"w" is malformed/);
  refused(file({ w: tensor([2], -8, 0) }, 8), /"w" is malformed/);
  refused(file({ w: tensor([2], 0, 9) }, 8), /"w" lies outside/);
  refused(file({ w: tensor([2], 8, 0) }, 8), /"w" lies outside/);
  refused(file({ w: tensor([2 ** 52, 2 ** 52], 0, 8) }, 8), /"w" has 8 bytes for F32/);
  refused(file({ w: tensor([3], 0, 8) }, 8), /"w" has 8 bytes for F32 \[3\]/);
  refused(file({ w: tensor([2], 0, 8, "BF16") }, 8), /"w" has 8 bytes for BF16 \[2\]/);
  refused(file({ w, v: tensor([2], 4, 12) }, 12), /"v" does not begin where/);
  refused(file({ w, v: w }, 8), /"v" does not begin where/);
  refused(file({ w, v: tensor([1], 12, 16) }, 16), /"v" does not begin where/);
  refused(file({ w: tensor([2], 4, 12) }, 12), /"w" does not begin where/);
  refused(file({ w }, 12), /end at byte \d+ of \d+/);
});

Deno.test('a tensor called "__proto__" is a tensor', () => {
  const found = readAll(file('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4));
  assert.deepEqual([...found.keys()], ["__proto__"]);
  assert.equal(({} as Record<string, unknown>).dtype, undefined);
});

/** Elements of this process that nobody may copy. */
class Uncopied extends HostArray<"float32"> {
  override readSync(): Float32Array<ArrayBuffer> {
    throw new Error("A copy of a tensor waits for the garbage collector");
  }
  override subarray(start: number, end?: number): Uncopied {
    return new Uncopied(this.elements.subarray(start, end), "float32");
  }
}

Deno.test("what lies in this process is written without a copy, also in shares", async () => {
  const data = Float32Array.from({ length: 10 }, (_, i) => i);
  const own = new Uncopied(data, "float32");
  const shares = new ShardedArray([own.subarray(0, 3), own.subarray(3)]);
  const path = freshPath();
  await writeSafetensors(
    path,
    new Map([
      ["whole", { data: own, shape: [10] }],
      ["part", { data: shares.subarray(2, 8), shape: [6] }],
    ]),
  );
  const found = readAll(path);
  assert.deepEqual(found.get("whole")!.data, data);
  assert.deepEqual(found.get("part")!.data, data.slice(2, 8));
});
