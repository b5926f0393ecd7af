import assert from "node:assert/strict";
import { SYSTEM_PROMPT } from "../data/chat.ts";
import { REFINE_CRITIQUE, REFINE_PREVIOUS, REFINE_REQUEST, refinementMessages } from "./prompt.ts";

Deno.test("refinement prompt: question, solution, critique, request, and nothing else", () => {
  const response = "<think>2 + 2 is $& 5</think>\n\\boxed{5} ";
  const messages = refinementMessages({ question: "2 + 2?", response, critique: "Wrong." });
  assert.deepEqual(messages, [
    { role: "system", content: SYSTEM_PROMPT },
    {
      role: "user",
      content: `2 + 2?${REFINE_PREVIOUS}${response}${REFINE_CRITIQUE}Wrong.${REFINE_REQUEST}`,
    },
  ]);
});

Deno.test("refinement prompt: asks for the fix, the steps and the box", () => {
  assert.match(REFINE_REQUEST, /Fix every error/);
  assert.match(REFINE_REQUEST, /step by step/);
  assert.match(REFINE_REQUEST, /within \\boxed\{\}\.$/);
});
