import assert from "node:assert/strict";
import { visible } from "./visible.ts";

Deno.test("what would hide, reorder or command is spelled out; text of any script stays", () => {
  assert.equal(visible("a\x1b[2Jb\x07"), "a␛[2Jb␇");
  assert.equal(visible("\u202eevil\u202c"), "⟨U+202E⟩evil⟨U+202C⟩");
  assert.equal(visible("zero\u200bwidth\ufeff"), "zero⟨U+200B⟩width⟨U+FEFF⟩");
  assert.equal(visible("\ud800"), "⟨U+D800⟩");
  assert.equal(visible("שלום 你好 😀\tx\r\ny"), "שלום 你好 😀\tx\ny");
});
