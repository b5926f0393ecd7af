/** A long run needs no more memory than a short one. */

import assert from "node:assert/strict";
import { Command, into, SMALL, temporaryFolder } from "./command_line.ts";

const STEPS = 500;
const LINUX = Deno.build.os === "linux";

/** What a process holds in memory, in megabytes. */
function resident(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) / 1000;
}

Deno.test({
  name: `memory is flat from step 100 to step ${STEPS}` +
    (LINUX ? "" : " (skipped: no /proc here)"),
  ignore: !LINUX,
  async fn() {
    await using folder = await temporaryFolder();
    // V8 enlarges its nursery by leaps, at any time, for garbage alone: kept small, it hides nothing that stays.
    const env = { DENO_V8_FLAGS: "--max-semi-space-size=4" };
    const command = new Command([
      ...SMALL,
      `trainer.total_training_steps=${STEPS}`,
      "trainer.save_freq=50",
      "trainer.test_freq=50",
      into(folder.path),
    ], { env });
    const megabytes: number[] = [];
    for (let step = 50; step <= STEPS - 1; step = Math.min(step + 50, STEPS - 1)) {
      await command.printed(new RegExp(`^step ${step}/`, "m"));
      megabytes[step] = resident(command.pid);
      console.log(`step ${step}: ${megabytes[step].toFixed(0)} MB`);
      if (step === STEPS - 1) break;
    }
    const { code, stderr } = await command.ended;
    assert.equal(code, 0, stderr);
    const growth = megabytes[STEPS - 1] / megabytes[100] - 1;
    console.log(`${(100 * growth).toFixed(1)}% from step 100 to step ${STEPS - 1}`);
    assert.ok(growth <= 0.1);
  },
});
