import assert from "node:assert/strict";
import { TokenSpans } from "./token_spans.ts";

/** Tokens are bytes; 256 is a special token. */
const bytes = {
  decode: (ids: readonly number[]) =>
    new TextDecoder().decode(Uint8Array.from(ids.filter((id) => id < 256))),
};
const lengths = (text: string, ...end: number[]) =>
  new TokenSpans(bytes).lengths([...new TextEncoder().encode(text), ...end], text);

Deno.test("each token's characters; special tokens spell nothing", () => {
  assert.deepEqual(lengths("ab", 256), [1, 1, 0]);
  assert.deepEqual(lengths(""), []);
});

Deno.test("the last of the tokens that spell one character takes all of it", () => {
  assert.deepEqual(lengths("aé→😀", 256), [1, 0, 1, 0, 0, 1, 0, 0, 0, 2, 0]);
});

Deno.test("a text that the tokens do not spell one by one has no lengths", () => {
  const words = { decode: (ids: readonly number[]) => ids.map((id) => `w${id}`).join(" ") };
  assert.equal(new TokenSpans(words).lengths([1, 2], "w1 w2"), null);
});

Deno.test("bytes that never become a character", () => {
  const broken = [0xff, 0x61];
  const text = bytes.decode(broken);
  const found = new TokenSpans(bytes).lengths(broken, text);
  assert.ok(found === null || found.reduce((a, b) => a + b) === text.length);
});
