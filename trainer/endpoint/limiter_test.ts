import assert from "node:assert/strict";
import { Limiter } from "./limiter.ts";

Deno.test("limiter: never more than the limit under way, first come first served", async () => {
  const limiter = new Limiter(2);
  const started: number[] = [];
  const finish: (() => void)[] = [];
  let underWay = 0, most = 0;
  const tasks = [0, 1, 2, 3, 4].map((i) =>
    limiter.run(async () => {
      started.push(i);
      most = Math.max(most, ++underWay);
      await new Promise<void>((resolve) => finish.push(resolve));
      underWay--;
      return i;
    })
  );
  const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
  await turn();
  assert.deepEqual(started, [0, 1]);
  while (finish.length > 0) {
    finish.shift()!();
    await turn();
  }
  assert.deepEqual(await Promise.all(tasks), [0, 1, 2, 3, 4]);
  assert.deepEqual(started, [0, 1, 2, 3, 4]);
  assert.equal(most, 2);
});

Deno.test("limiter: a task that fails gives its place back", async () => {
  const limiter = new Limiter(1);
  await assert.rejects(limiter.run(() => Promise.reject(new Error("no"))), /no/);
  assert.equal(await limiter.run(() => Promise.resolve("yes")), "yes");
});

Deno.test("limiter: refuses a limit that would never run anything", () => {
  for (const limit of [0, -1, 1.5, NaN]) assert.throws(() => new Limiter(limit), RangeError);
});
