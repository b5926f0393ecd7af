import assert from "node:assert/strict";
import { RunFolder } from "./folder.ts";
import { writeSummary } from "./summary.ts";

Deno.test("summary.json holds exactly what scripts rely on", async () => {
  const folder = await RunFolder.create(await Deno.makeTempDir());
  const more = { "pass@1": 0.5, n: 300, bySource: {} };
  const path = await writeSummary(folder, {
    method: "critique_grpo",
    seed: 1,
    steps: 400,
    seconds: 123.4,
    val: { before: { "pass@1": NaN, n: 0 }, after: more },
  });
  assert.equal(
    JSON.stringify(JSON.parse(await Deno.readTextFile(path))),
    '{"method":"critique_grpo","seed":1,"steps":400,"seconds":123.4,' +
      '"val":{"before":{"pass@1":null,"n":0},"after":{"pass@1":0.5,"n":300}}}',
  );
});
