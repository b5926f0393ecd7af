import assert from "node:assert/strict";
import type { MetricsLine } from "../../run/formats.ts";
import { crc32c, maskedCrc32c } from "./crc32c.ts";
import { writeEvents } from "./write_events.ts";

Deno.test("CRC-32C of the examples in RFC 3720, B.4", () => {
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
  assert.equal(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
});

Deno.test("a frame is a length, its checksum, the bytes and theirs; writing again replaces", async () => {
  const folder = await Deno.makeTempDir();
  const file = await writeEvents(folder, [{ step: 1, a: 2 }], new Date());
  const bytes = await Deno.readFile(file), view = new DataView(bytes.buffer);
  let records = 0;
  for (let at = 0; at < bytes.length; records++) {
    const length = Number(view.getBigUint64(at, true));
    assert.equal(view.getUint32(at + 8, true), maskedCrc32c(bytes.subarray(at, at + 8)));
    assert.equal(
      view.getUint32(at + 12 + length, true),
      maskedCrc32c(bytes.subarray(at + 12, at + 12 + length)),
    );
    at += length + 16;
  }
  assert.equal(records, 2);
  assert.equal(await writeEvents(folder, [{ step: 1, a: 2 }], new Date()), file);
  assert.equal((await Array.fromAsync(Deno.readDir(folder))).length, 1);
});

const SCRIPT = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={"tensors": 0, "scalars": 0}).Reload()
read = {tag: [[e.step, e.value, e.wall_time] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
print(json.dumps(read))
`;

Deno.test("TensorBoard reads steps, values and times", async () => {
  const python = Deno.env.get("EMEND_PYTHON") ?? "python3";
  const run = (...args: string[]) =>
    new Deno.Command(python, { args, stdout: "piped", stderr: "piped" }).output().catch(() => null);
  if (!(await run("-c", "import tensorboard"))?.success) {
    console.log(
      `skipped: ${python} has no tensorboard. pip install tensorboard, or set EMEND_PYTHON`,
    );
    return;
  }
  const folder = await Deno.makeTempDir();
  const metrics: MetricsLine[] = [
    { step: 0, "val-core/pass@1": 0.25, "timing_s/testing": 3 },
    { step: 1, "actor/pg_loss": -0.5, "actor/grad_norm": null, "timing_s/step": 2 },
    { step: 4_000_000, "actor/pg_loss": 1e-7, "timing_s/step": 5 },
  ];
  await writeEvents(folder, metrics, new Date(1_800_000_000_000));
  const output = (await run("-c", SCRIPT, folder))!;
  assert.ok(output.success, new TextDecoder().decode(output.stderr));
  const read = JSON.parse(new TextDecoder().decode(output.stdout));
  assert.deepEqual(read, {
    "val-core/pass@1": [[0, 0.25, 1_799_999_993]],
    "timing_s/testing": [[0, 3, 1_799_999_993]],
    "actor/pg_loss": [[1, -0.5, 1_799_999_995], [4_000_000, Math.fround(1e-7), 1_800_000_000]],
    "timing_s/step": [[1, 2, 1_799_999_995], [4_000_000, 5, 1_800_000_000]],
  });
});
