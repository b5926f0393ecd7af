/** Sidecars that sum among themselves, by the real MPICH. */

import assert from "node:assert/strict";
import { float32, zeros } from "../device.ts";
import * as g from "../graph/mod.ts";
import { openDevice } from "../sidecar/open.ts";
import { mpiTest } from "../testing/mpi.ts";
import { share } from "./collective.ts";
import { onRank, ranksOf, ShardedArray } from "./device_group.ts";

Deno.test("shares cover an array without gap or overlap, whatever its length", () => {
  for (const size of [1, 2, 3, 4, 7, 64]) {
    for (const length of [0, 1, 15, 16, 63, 64, 1003, 1_000_003]) {
      let end = 0;
      for (let rank = 0; rank < size; rank++) {
        const own = share(length, rank, size);
        assert.equal(own.start, end);
        assert.equal(own.start % 16, 0);
        end = own.end;
      }
      assert.equal(end, length);
    }
  }
});

const open = (size: number) => openDevice(Array(size).fill("sidecar"), { threads: 1 });

for (const size of [2, 3, 4]) {
  mpiTest(`${size} sidecars: sums and shares of arrays of odd lengths`, async () => {
    using group = await open(size);
    const ranks = ranksOf(group);
    for (const length of [1, 37, 1003, 100_003]) {
      const own = (rank: number) => Float32Array.from({ length }, (_, i) => (i % 97) * (rank + 1));
      const sum = own(size * (size + 1) / 2 - 1);
      using reduced = group.array(length), gathered = group.array(length);
      for (const array of [reduced, gathered]) {
        await Promise.all(ranks.map((_, rank) => onRank(array, rank).write(own(rank))));
      }
      await Promise.all(
        ranks.map(({ collective }, rank) => collective!.reduceScatter(onRank(gathered, rank))),
      );
      const parts = ranks.map((_, rank) => {
        const { start, end } = share(length, rank, size);
        return onRank(gathered, rank).subarray(start, end);
      });
      assert.deepEqual(await new ShardedArray(parts).read(), sum);
      await Promise.all(
        ranks.map(({ collective }, rank) => collective!.allGather(onRank(gathered, rank))),
      );
      await Promise.all(
        ranks.map(({ collective }, rank) => collective!.allReduce(onRank(reduced, rank))),
      );
      using placed = group.place(own(0)), halves = group.array(length, "bfloat16");
      const bits = Uint16Array.from({ length }, (_, i) => i * 7 + 1);
      await halves.write(bits);
      for (let rank = 0; rank < size; rank++) {
        assert.deepEqual(await onRank(placed, rank).read(), own(0));
        assert.deepEqual(await onRank(gathered, rank).read(), sum);
        assert.deepEqual(await onRank(reduced, rank).read(), sum);
        assert.deepEqual(await onRank(halves, rank).read(), bits);
      }
    }
  });
}

mpiTest("two groups at once keep apart, and leave nothing behind in shared memory", async () => {
  const shared = () =>
    [...Deno.readDirSync("/dev/shm")].map(({ name }) => name).filter((name) => /^mpich/.test(name));
  const before = shared();
  const groups = await Promise.all([open(2), open(2)]);
  const sums = await Promise.all(groups.map(async (group, k) => {
    const array = group.place(new Float32Array(1000).fill(k + 1));
    await Promise.all(
      ranksOf(group).map(({ collective }, i) => collective!.allReduce(onRank(array, i))),
    );
    return (await array.read())[999];
  }));
  assert.deepEqual(sums, [2, 4]);
  // Another program's may be there for a moment.
  const fresh = () => shared().filter((name) => !before.includes(name));
  for (let i = 0; i < 50 && fresh().length > 0; i++) await new Promise((r) => setTimeout(r, 100));
  assert.deepEqual(fresh(), []);
  for (const group of groups) group[Symbol.dispose]();
});

mpiTest("a group is a device: its arrays and runs are every rank's", async () => {
  using group = await open(2);
  const graph = new g.Graph();
  const x = graph.input("x", ["n"]), y = graph.input("y", ["n"]);
  graph.output("sum", g.add(x, y));
  graph.output("kept", g.mul(x, y));
  using program = group.compile(graph);
  using here = group.place(Float32Array.of(1, 2, 3)), kept = group.array(3), copy = group.array(3);
  const sum = zeros([3]);
  using binding = program.bind({ x: { data: here, shape: [3] }, y: float32([10, 20, 30]) }, {
    sum,
    kept: { data: kept, shape: [3] },
  });
  await binding.run();
  assert.deepEqual([...sum.data], [11, 22, 33]);
  group.copy([[kept.subarray(1), copy.subarray(0, 2)]]);
  for (const rank of [0, 1]) {
    assert.deepEqual([...await onRank(kept, rank).read()], [10, 40, 90]);
    assert.deepEqual([...await onRank(copy, rank).read()], [40, 90, 0]);
  }
});

mpiTest("what is no MPICH is told by its path, with what to do", async () => {
  const before = Deno.env.get("EMEND_MPI");
  Deno.env.set("EMEND_MPI", "/nowhere/libmpi.so.12");
  try {
    await assert.rejects(
      open(2),
      /Cannot load MPICH from \/nowhere\/libmpi\.so\.12: .*deno task gpu:setup --mpi/,
    );
  } finally {
    if (before === undefined) Deno.env.delete("EMEND_MPI");
    else Deno.env.set("EMEND_MPI", before);
  }
});

Deno.test("an array in shards reads and writes as one", async () => {
  const { LocalDevice } = await import("../local_device.ts");
  const device = new LocalDevice();
  const all = new ShardedArray([3, 0, 4].map((length) => device.array(length)));
  await all.write(Float32Array.of(0, 1, 2, 3, 4, 5, 6));
  assert.deepEqual([...await all.shards[2].read()], [3, 4, 5, 6]);
  assert.deepEqual([...await all.subarray(2, 5).read()], [2, 3, 4]);
  assert.deepEqual([...await all.subarray(5).read()], [5, 6]);
  assert.equal(all.subarray(3, 3).length, 0);
  all.subarray(1, 4).clear();
  assert.deepEqual([...await all.read()], [0, 0, 0, 0, 4, 5, 6]);
  await assert.rejects(all.write(new Float32Array(6)), /An array of 7 elements cannot take 6/);
});
