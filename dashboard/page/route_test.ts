import assert from "node:assert/strict";
import { hashOf, parseRoute } from "./route.ts";

Deno.test("every place has an address that leads back to it", () => {
  const query = new URLSearchParams({ with: "b,c", find: "a/b?#%" });
  for (
    const route of [
      { run: null, tab: "curves", step: null, problem: null, query: new URLSearchParams() },
      { run: "a b/%#?", tab: "curves", step: null, problem: null, query },
      { run: "r", tab: "config", step: null, problem: null, query },
      { run: "r", tab: "groups", step: null, problem: null, query },
      { run: "r", tab: "groups", step: 10, problem: null, query },
      { run: "r", tab: "groups", step: 0, problem: 0, query },
    ] as const
  ) {
    const back = parseRoute(hashOf(route));
    assert.deepEqual({ ...back, query: String(back.query) }, {
      ...route,
      query: String(route.query),
    });
  }
});

Deno.test("an address that makes no sense leads somewhere", () => {
  assert.equal(parseRoute("#/%E0%A4%A").run, "%E0%A4%A");
  assert.deepEqual(parseRoute("#/r/steps/x/-1").step, null);
  assert.equal(parseRoute("").run, null);
});
