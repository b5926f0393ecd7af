import assert from "node:assert/strict";
import type { ArrayType, Device } from "./device.ts";
import { bytesOf, elements } from "./elements.ts";
import { deviceTest } from "./testing/devices.ts";

const TYPES: ArrayType[] = ["float32", "float16", "bfloat16", "int32", "int64"];

async function holds<T extends ArrayType>(device: Device, type: T): Promise<void> {
  const data = elements(type, 7); // an odd number: two-byte elements fill no whole word
  const bytes = new Uint8Array(data.buffer);
  for (let i = 0; i < bytes.length; i++) bytes[i] = 37 * i;
  assert.equal(bytes.length, 7 * bytesOf(type));
  using array = device.array(7, type), other = device.array(7, type);
  assert.deepEqual(await array.read(), elements(type, 7));
  await array.write(data);
  assert.deepEqual(await array.read(), data);
  device.copy([[array.subarray(1, 4), other.subarray(3, 6)]]);
  assert.deepEqual(await other.subarray(3, 6).read(), data.slice(1, 4));
  assert.equal(other.subarray(3).type, type);
  array.subarray(2, 5).clear();
  assert.deepEqual(await array.subarray(2, 5).read(), elements(type, 3));
  assert.deepEqual(await array.subarray(5).read(), data.slice(5));
}

deviceTest(
  "arrays of every type are written, read, copied, cleared, in parts too",
  async (device) => {
    for (const type of TYPES) await holds(device, type);
  },
);

// deno-lint-ignore require-await -- a device test is a promise
deviceTest("arrays of different types are not copied over each other", async (device) => {
  using a = device.array(2, "float16"), b = device.array(2, "bfloat16");
  assert.throws(() => device.copy([[a, b]]), /An array of bfloat16 cannot take float16/);
});
