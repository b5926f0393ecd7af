import assert from "node:assert/strict";
import { judgmentOf, majority } from "./judgment.ts";

Deno.test("the judgment is read as models write it", () => {
  for (
    const [text, judgment] of [
      ["Analysis: fine.\n\nOverall judgment: Correct", "Correct"],
      ["Overall judgment: Incorrect.", "Incorrect"],
      ["**Overall judgment:** Incorrect", "Incorrect"],
      ["**Overall Judgment: Correct**", "Correct"],
      ["overall judgement : {Correct}", "Correct"],
      ["Overall judgment:\nincorrect", "Incorrect"],
      ["### Overall judgment: <Correct>", "Correct"],
      ['Overall judgment: "Incorrect"', "Incorrect"],
      ["Overall judgment: Correct/Incorrect", null],
      ["Overall judgment: Not correct", null],
      ["It said Overall judgment: Correct at first.\nOverall judgment: Incorrect", "Incorrect"],
      ["The judgment is Correct", null],
      ["Overall judgment: Correctness is hard to tell", null],
      ["Overall judgment: (Correct or Incorrect)", null],
      ["Overall judgment:", null],
      ["", null],
    ] as const
  ) assert.equal(judgmentOf(text), judgment, text);
});

Deno.test("a majority needs votes; a tie is Incorrect", () => {
  assert.equal(majority(["Correct", "Incorrect", "Correct"]), "Correct");
  assert.equal(majority(["Incorrect", null, "Incorrect", "Correct"]), "Incorrect");
  assert.equal(majority([null, "Incorrect", "Correct"]), "Incorrect");
  assert.equal(majority(["Correct", "Incorrect"]), "Incorrect");
  assert.equal(majority([null, null]), null);
  assert.equal(majority([]), null);
});
