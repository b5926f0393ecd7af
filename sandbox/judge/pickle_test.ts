import assert from "node:assert/strict";
import { readPickle } from "./pickle.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.fromHex(hex.replaceAll(" ", ""));

Deno.test("strings and dictionaries of strings, of every protocol that has them", () => {
  assert.equal(readPickle(bytes("80 04 95 06 00 00 00 00 00 00 00 8c 02 6869 94 2e")), "hi");
  assert.equal(readPickle(bytes("80 02 58 02000000 6869 71 00 2e")), "hi");
  assert.equal(readPickle(bytes("80 04 8d 0200000000000000 c3a9 94 2e")), "é");
  const one = "80 04 7d 94 8c 01 61 94 8c 01 62 94 73 2e";
  assert.deepEqual(readPickle(bytes(one)), { a: "b" });
  // {"a": "b", "c": "a"}: the last value from the memo.
  const two = "80 04 7d 94 28 8c 01 61 94 8c 01 62 94 8c 01 63 94 68 01 75 2e";
  assert.deepEqual(readPickle(bytes(two)), { a: "b", c: "a" });
});

Deno.test("a key called __proto__ is a key", () => {
  const read = readPickle(bytes("80 04 7d 8c 09 5f5f70726f746f5f5f 8c 01 62 73 2e")) as object;
  assert.deepEqual(Object.keys(read), ["__proto__"]);
});

const REFUSED: [string, string, RegExp][] = [
  ["os.system", "80 04 8c 02 6f73 8c 06 73797374656d 93 8c 02 6c73 85 52 2e", /opcode 0x93/],
  ["GLOBAL", "63 6f730a73797374656d0a 28 53 276c73270a 74 52 2e", /opcode 0x63/],
  ["REDUCE", "80 04 52 2e", /opcode 0x52/],
  ["BUILD", "80 04 7d 62 2e", /opcode 0x62/],
  ["INST", "28 69 6f730a73797374656d0a 2e", /opcode 0x69/],
  ["a number", "80 04 4b 01 2e", /opcode 0x4b/],
  ["a list", "80 04 5d 2e", /opcode 0x5d/],
  ["an extension", "80 04 82 01 2e", /opcode 0x82/],
  ["a string cut short", "80 04 8c 05 6869", /ends in the middle/],
  ["a length beyond the file", "80 04 8d ffffffffffffffff 61", /ends in the middle/],
  ["nothing", "", /ends in the middle/],
  ["no value", "80 04 2e", /never put/],
  ["a memo that is not there", "80 04 68 07 2e", /never put/],
  ["a dictionary in a dictionary", "80 04 7d 8c 01 61 7d 73 2e", /else than strings/],
  ["an odd number of items", "80 04 7d 28 8c 01 61 75 2e", /else than strings/],
  ["a newer protocol", "80 09 2e", /newer/],
];

Deno.test("anything else is refused, and the byte is named", () => {
  for (const [name, hex, why] of REFUSED) {
    assert.throws(() => readPickle(bytes(hex)), (error: Error) => {
      assert.match(error.message, /at byte \d+/, name);
      assert.match(error.message, why, name);
      return true;
    });
  }
});

Deno.test("broken UTF-8 is refused", () => {
  assert.throws(() => readPickle(bytes("80 04 8c 01 ff 2e")), TypeError);
});
