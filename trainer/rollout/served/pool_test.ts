import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { RequestFault } from "../../endpoint/fault.ts";
import { StepAbandoned } from "../../method.ts";
import type { EngineServer } from "./engine_server.ts";
import { EnginePool, type PoolOptions } from "./pool.ts";

/** A server that a test holds in its hand. */
class Puppet {
  prepared: string[] = [];
  answered: number[] = [];
  underWay = 0;
  most = 0;
  /** Looked at before each preparation and each answer. */
  hold: () => unknown = () => {};

  constructor(readonly url: string) {}

  get server(): EngineServer {
    return this as unknown as EngineServer;
  }
}

const down = (url: string) => new RequestFault(`Cannot reach ${url}`, true);

function pooled(puppets: Puppet[], options: Partial<PoolOptions> = {}) {
  const warned: string[] = [];
  const pool = new EnginePool(puppets.map(({ server }) => server), {
    concurrency: 2,
    attempts: 3,
    patienceMs: 200,
    backoffMs: 1,
    warn: (text) => warned.push(text),
    ...options,
  });
  const run = (count: number, version = "1", signal?: AbortSignal) =>
    pool.run(Array.from({ length: count }, (_, i) => i), {
      version,
      prepare: async (server) => {
        const puppet = server as unknown as Puppet;
        await delay(1);
        await puppet.hold();
        puppet.prepared.push(version);
      },
      ask: async (server, request) => {
        const puppet = server as unknown as Puppet;
        puppet.most = Math.max(puppet.most, ++puppet.underWay);
        try {
          await delay(1);
          await puppet.hold();
          puppet.answered.push(request);
          return `${request}`;
        } finally {
          puppet.underWay--;
        }
      },
    }, signal);
  return { pool, run, warned };
}

const texts = (n: number) => Array.from({ length: n }, (_, i) => `${i}`);

Deno.test("requests are spread, so many at once, answers stay in order", async () => {
  const puppets = [new Puppet("a"), new Puppet("b"), new Puppet("c")];
  const { run, warned } = pooled(puppets);
  assert.deepEqual(await run(30), texts(30));
  for (const { most, answered, prepared } of puppets) {
    assert.equal(most, 2);
    assert.ok(answered.length >= 5, `${answered.length} answers`);
    assert.deepEqual(prepared, ["1"]);
  }
  assert.deepEqual(await run(3), texts(3)); // the same version: nothing to prepare
  await run(30, "2");
  assert.deepEqual(puppets.map(({ prepared }) => prepared), Array(3).fill(["1", "2"]));
  assert.deepEqual(warned, []);
});

Deno.test("one that dies is left out, its requests go to another, it comes back prepared anew", async () => {
  const a = new Puppet("a"), b = new Puppet("b");
  const { pool, run, warned } = pooled([a, b], { patienceMs: 5000 });
  let faults = 0;
  a.hold = () => {
    if (a.prepared.length === 1 && a.answered.length >= 3 && faults++ < 5) throw down("a");
  };
  b.hold = () => delay(5);
  assert.deepEqual(await run(60), texts(60));
  assert.equal([...a.answered, ...b.answered].length, 60);
  assert.deepEqual(a.prepared, ["1", "1"]);
  assert.deepEqual(warned, [
    "Cannot reach a. Its requests go to the others",
    "a answers again",
  ]);
  assert.ok(pool.repeated >= 1);
});

Deno.test("all gone: waited for, then given up", async () => {
  const a = new Puppet("a"), b = new Puppet("b");
  const { run } = pooled([a, b], { patienceMs: 100 });
  await run(4);
  let tries = 0;
  a.hold = b.hold = () => {
    tries++;
    throw down("x");
  };
  const began = performance.now();
  await assert.rejects(
    run(4),
    (error) =>
      error instanceof StepAbandoned &&
      /^No inference server answers, for 0\.1 s .*: Cannot reach x\. What was learned so far is saved/
        .test(error.message),
  );
  assert.ok(performance.now() - began >= 95);
  assert.ok(tries >= 6, `${tries} tries`);
  a.hold = b.hold = () => {};
  assert.deepEqual(await run(4), texts(4));
});

Deno.test("all gone, one comes back in time", async () => {
  const a = new Puppet("a");
  const { run, warned } = pooled([a], { patienceMs: 2000 });
  let faults = 0;
  a.hold = () => {
    if (faults++ < 4) throw down("a");
  };
  assert.deepEqual(await run(3), texts(3));
  assert.deepEqual(warned, ["Cannot reach a. Waiting for it", "a answers again"]);
});

Deno.test("one request that fails everywhere ends the work", async () => {
  const puppets = [new Puppet("a"), new Puppet("b")];
  const { run } = pooled(puppets, { patienceMs: 5000 });
  for (const puppet of puppets) {
    puppet.hold = () => {
      if (puppet.underWay > 0) throw new RequestFault("a answered with nothing", true);
    };
  }
  await assert.rejects(
    run(1),
    (error) =>
      error instanceof StepAbandoned &&
      /^A request failed 3 times, at last so: a answered with nothing/.test(error.message),
  );
});

Deno.test("a refusal, or a server that does not serve the policy, ends the work at once", async () => {
  for (
    const reason of [new RequestFault("HTTP 401", false), new StepAbandoned("not the policy")]
  ) {
    const a = new Puppet("a"), b = new Puppet("b");
    const { run } = pooled([a, b]);
    a.hold = () => {
      throw reason;
    };
    b.hold = () => delay(20);
    await assert.rejects(run(9), (error) => error === reason);
    assert.equal(b.underWay, 0, "something still runs");
  }
});

Deno.test("aborting ends it with the signal's reason", async () => {
  const a = new Puppet("a");
  const { run } = pooled([a]);
  a.hold = () => delay(5);
  const reason = new Error("enough");
  await assert.rejects(run(99, "1", AbortSignal.any([abortIn(20, reason)])), (e) => e === reason);
  a.hold = () => {
    throw down("a");
  };
  await assert.rejects(run(1, "2", abortIn(20, reason)), (e) => e === reason);
});

function abortIn(ms: number, reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), ms);
  return controller.signal;
}
