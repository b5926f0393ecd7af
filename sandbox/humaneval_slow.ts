/** All of HumanEval. */

import { checkHumanEval } from "./judge/humaneval.ts";

Deno.test("HumanEval: all solutions pass, and none of them with return None", async () => {
  console.log(`  ${await checkHumanEval(1)} problems`);
});
