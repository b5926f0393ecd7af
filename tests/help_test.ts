/** Every task says what it is for, and takes an option that it does not know for a slip. */

import assert from "node:assert/strict";
import { run, TASKS } from "./command_line.ts";

/** They take no options of ours. */
const OTHERS = ["check", "test", "test:slow", "dashboard:build", "verifier:build"];

for (const task of Object.keys(TASKS).filter((name) => !OTHERS.includes(name))) {
  Deno.test(`deno task ${task} --help, and a slip`, async () => {
    const [help, slip] = await Promise.all([
      run(["--help"], { task }),
      run(["--hepl"], { task }),
    ]);
    assert.equal(help.code, 0, help.stderr);
    assert.match(help.stdout, new RegExp(`deno task ${task.replace(/^train:gpu$/, "train")}\\b`));
    assert.equal(help.stderr, "");
    assert.ok(slip.code === 1 || slip.code === 2, `exit code ${slip.code}`);
    assert.match(slip.stderr, /--hepl/);
    assert.doesNotMatch(slip.stderr, /^\s+at |\.ts:\d/m, "a stack trace");
    assert.equal(slip.stdout, "");
  });
}
