import assert from "node:assert/strict";
import { join } from "node:path";
import { versionName, WeightsFolder } from "./weights_folder.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("a version is there whole, those before it are gone, what is not ours stays", async () => {
  const path = await Deno.makeTempDir();
  try {
    const weights = new WeightsFolder(join(path, "shared"));
    const write = (folder: string) => Deno.writeTextFile(join(folder, "config.json"), "{}");
    const first = versionName(3), second = versionName(3);
    assert.match(first, /^weights-000003-[0-9a-f]{8}$/);
    assert.notEqual(first, second);
    assert.equal(await weights.publish(first, write), join(path, "shared", first));
    await Deno.mkdir(join(path, "shared", ".tmp-" + versionName(2))); // of a run that was killed
    await Deno.mkdir(join(path, "shared", "base"));
    await weights.publish(second, async (folder) => {
      assert.ok(names(join(path, "shared")).includes(first), "gone before the next is there");
      assert.ok(!names(join(path, "shared")).includes(second), "visible before it is whole");
      await write(folder);
    });
    assert.deepEqual(names(join(path, "shared")), ["base", second].sort());
    assert.deepEqual(names(join(path, "shared", second)), ["config.json"]);

    await assert.rejects(
      weights.publish(versionName(4), () => Promise.reject(new Error("no space left"))),
      /Cannot write .*weights-000004.*: the disk is full .* or set trainer\.weights_dir to another folder/,
    );
    assert.deepEqual(names(join(path, "shared")), ["base", second].sort());
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});
