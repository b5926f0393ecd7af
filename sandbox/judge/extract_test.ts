import assert from "node:assert/strict";
import { extractCode } from "./extract.ts";

const CASES: [name: string, answer: string, language: string, code: string, type: string][] = [
  [
    "the language's block",
    "```\nx\n```\n```python\ny\n```\n```python\nz\n```",
    "python",
    "y\n",
    "fenced",
  ],
  ["the first block without one", "a\n```text\nx\n```\n```\ny\n```", "python", "x\n", "fenced"],
  ["another name of the language", "```cpp\na\n```\n```c++\nb\n```", "cpp", "a\n", "fenced"],
  ["a capital letter, more words", "```Python title=a\nx\n```", "python", "x\n", "fenced"],
  [
    "a fence that never ends",
    "text\n```python\nx = 1\n",
    "python",
    "x = 1\n\n",
    "incomplete_fenced",
  ],
  ["a closed block before an open one", "```\na\n```\n```python\nb", "python", "a\n", "fenced"],
  [
    "no fence",
    "Here it is:\nimport sys\nprint(1)\n",
    "python",
    "import sys\nprint(1)\n",
    "heuristic",
  ],
  [
    "no fence, C++",
    "So:\n#include <x>\nint main() {}",
    "cpp",
    "#include <x>\nint main() {}\n",
    "heuristic",
  ],
  ["no code", "I do not know.", "python", "", "empty"],
  ["nothing", "", "python", "", "empty"],
  [
    "a fence in a list",
    "1. a\n   ```python\n   if x:\n       y\n   ```",
    "python",
    "if x:\n    y\n",
    "fenced",
  ],
  [
    "a fence inside a longer fence",
    "````python\n'''\n```\n'''\n````",
    "python",
    "'''\n```\n'''\n",
    "fenced",
  ],
  ["tildes", "~~~python\nx\n~~~", "python", "x\n", "fenced"],
  ["Windows' lines", "```python\r\nx\r\n```\r\n", "python", "x\n", "fenced"],
  ["an empty block", "```python\n```", "python", "", "fenced"],
];

Deno.test("code is taken out of answers", () => {
  for (const [name, answer, language, code, type] of CASES) {
    assert.deepEqual(extractCode(answer, language), { code, type }, name);
  }
});
