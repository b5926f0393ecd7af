/** The victim of `checkpoint_test.ts`: saves checkpoints until it is killed, and prints each one that it saved. */
import { join } from "node:path";
import { findCheckpoint, removeLeftovers, saveCheckpoint } from "./checkpoint.ts";
import { RunFolder } from "./folder.ts";

const folder = await RunFolder.create(Deno.args[0]);
await removeLeftovers(folder);
const found = await findCheckpoint(folder);
await folder.rewind(found?.step ?? -1);
// Every third step is saved twice, as a run does that ends on a step it has saved already.
for (let step = (found?.step ?? 0) + 1;; step++) {
  await folder.appendMetrics({ step });
  for (let times = step % 3 === 0 ? 2 : 1; times > 0; times--) {
    await saveCheckpoint(folder, {
      step,
      epoch: 0,
      seed: 1,
      state: { times },
      maxToKeep: 2,
      write: async (dir) => {
        await Deno.mkdir(join(dir, "optimizer"));
        await Deno.writeFile(join(dir, "model.safetensors"), new Uint8Array(200_000).fill(step));
        await Deno.writeFile(join(dir, "optimizer", "moments"), new Uint8Array(70_000).fill(step));
      },
    });
  }
  console.log(step);
}
