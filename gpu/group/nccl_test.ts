/** The NCCL binding against a small library with the same functions (`testing/fake_nccl.c`): no GPU takes part. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PointerArray } from "../cuda/pointer_array.ts";
import { LibcMemory } from "../cuda/testing/libc_memory.ts";
import { share, type Values } from "./collective.ts";
import { NcclCollective } from "./nccl.ts";

async function compiled(): Promise<{ path: string } | { why: string }> {
  if (Deno.build.os !== "linux") return { why: "it is for Linux" };
  const source = fileURLToPath(new URL("testing/fake_nccl.c", import.meta.url));
  const path = join(await Deno.makeTempDir(), "libfake_nccl.so");
  try {
    const { success, stderr } = await new Deno.Command("cc", {
      args: ["-shared", "-fPIC", "-O1", "-o", path, source, "-lpthread"],
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return { path };
  } catch (error) {
    return { why: `no C compiler: ${(error as Error).message}` };
  }
}

const library = await compiled();
const skip = "why" in library ? ` (skipped: ${library.why})` : "";

/** Ranks of one process; what each says reaches all when all have spoken. */
async function ranks(size: number): Promise<NcclCollective[]> {
  const { path } = library as { path: string };
  const said: Values = {};
  let spoken = 0;
  const { promise, resolve } = Promise.withResolvers<Values>();
  const exchange = (mine: Values) => {
    Object.assign(said, mine);
    if (++spoken === size) resolve(said);
    return promise;
  };
  return await Promise.all(
    Array.from(
      { length: size },
      (_, rank) => NcclCollective.join({ nccl: path, cudart: path }, rank, size, exchange),
    ),
  );
}

Deno.test({
  name: `sums and shares as NCCL's functions define them, at odd lengths too${skip}`,
  ignore: skip !== "",
  async fn() {
    const memory = new LibcMemory();
    for (const size of [1, 2, 3]) {
      const group = await ranks(size);
      for (const length of [1, 16 * size, 37, 1003]) {
        const own = (k: number) => Float32Array.from({ length }, (_, i) => (i % 97) * k);
        const sum = own(size * (size + 1) / 2);
        const arrays = group.map((_, rank) => {
          const array = PointerArray.of(memory, null, length, "float32");
          array.writeSync(own(rank + 1));
          return array;
        });
        await Promise.all(group.map((one, rank) => one.allReduce(arrays[rank])));
        for (const array of arrays) assert.deepEqual(array.readSync(), sum);

        arrays.forEach((array, rank) => array.writeSync(own(rank + 1)));
        await Promise.all(group.map((one, rank) => one.reduceScatter(arrays[rank])));
        const shares = arrays.map((array, rank) => {
          const { start, end } = share(length, rank, size);
          return array.subarray(start, end).readSync();
        });
        assert.deepEqual(shares.flatMap((share) => [...share]), [...sum]);

        await Promise.all(group.map((one, rank) => one.allGather(arrays[rank])));
        for (const array of arrays) assert.deepEqual(array.readSync(), sum);

        const bits = Uint16Array.from({ length }, (_, i) => i * 7 + 1);
        const halves = group.map((_, rank) => {
          const array = PointerArray.of(memory, null, length, "bfloat16");
          const { start, end } = share(length, rank, size);
          array.subarray(start, end).writeSync(bits.subarray(start, end));
          return array;
        });
        await Promise.all(group.map((one, rank) => one.allGather(halves[rank])));
        for (const array of halves) assert.deepEqual(array.readSync(), bits);
        for (const array of [...arrays, ...halves]) array[Symbol.dispose]();
      }
    }
    assert.equal(memory.taken.size, 0);
  },
});

Deno.test({
  name: `what NCCL refuses is told in its words; a library that is none says how one is had${skip}`,
  ignore: skip !== "",
  async fn() {
    const { path } = library as { path: string };
    const alone = (rank: number, size: number, nccl = path) =>
      NcclCollective.join({ nccl, cudart: path }, rank, size, (mine) => Promise.resolve(mine));
    await assert.rejects(alone(0, 99), /ncclCommInitRank of 0 among 99 failed: invalid argument/);
    await assert.rejects(alone(0, 1, "/nowhere/libnccl.so.2"), /gpu:setup --libraries.*EMEND_NCCL/);
  },
});
