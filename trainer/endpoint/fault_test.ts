import assert from "node:assert/strict";
import { excerpt, RequestFault, retryAfter } from "./fault.ts";

Deno.test("Retry-After: seconds, a date, or nothing of use", () => {
  assert.equal(retryAfter("2"), 2000);
  assert.equal(retryAfter(" 0.5 "), 500);
  assert.equal(retryAfter(null), 0);
  assert.equal(retryAfter("soon"), 0);
  assert.equal(retryAfter("-3"), 0);
  assert.equal(retryAfter("Wed, 21 Oct 2015 07:28:00 GMT"), 0, "it is over");
  const inTenSeconds = retryAfter(new Date(Date.now() + 10_000).toUTCString());
  assert.ok(inTenSeconds > 8000 && inTenSeconds <= 10_000, String(inTenSeconds));
});

Deno.test("a status says whether another attempt may succeed", () => {
  const passing = (status: number) =>
    RequestFault.ofStatus("", new Response("", { status })).passing;
  for (const status of [408, 429, 500, 502, 503, 529]) assert.ok(passing(status), String(status));
  for (const status of [400, 401, 403, 404, 413]) assert.ok(!passing(status), String(status));
});

Deno.test("a server's text is short and harmless in a message", () => {
  assert.equal(excerpt(" <p>\x1b[31m\nno\x07 "), "<p> [31m no");
  assert.equal(excerpt("x".repeat(400)).length, 301);
});
