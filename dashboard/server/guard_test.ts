import assert from "node:assert/strict";
import { guarded } from "./guard.ts";

const inside = () => new Response("inside");
const local = guarded(inside, { host: "127.0.0.1", port: 8420, token: null });
const TOKEN = "0123456789abcdef";
const remote = guarded(inside, { host: "0.0.0.0", port: 8420, token: TOKEN });

function ask(
  handler: typeof local,
  path = "/",
  headers: Record<string, string> = {},
  method = "GET",
) {
  return handler(
    new Request(`http://127.0.0.1:8420${path}`, {
      method,
      headers: { host: "127.0.0.1:8420", ...headers },
    }),
  );
}

Deno.test("every answer carries the policy; only reading is possible", async () => {
  const response = await ask(local);
  assert.equal(await response.text(), "inside");
  assert.match(
    response.headers.get("content-security-policy")!,
    /default-src 'none'; script-src 'self'; style-src 'self'/,
  );
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  for (const method of ["POST", "PUT", "DELETE"]) {
    assert.equal((await ask(local, "/", {}, method)).status, 405);
  }
});

Deno.test("a name that was made to point here is not answered", async () => {
  assert.equal((await ask(local, "/", { host: "evil.example:8420" })).status, 403);
  assert.equal((await ask(local, "/", { host: "localhost:8420" })).status, 200);
});

Deno.test("a token, by address once and by cookie from then on", async () => {
  assert.equal((await ask(remote)).status, 401);
  assert.equal((await ask(remote, "/?token=fedcba9876543210")).status, 401);
  const entry = await ask(remote, `/?token=${TOKEN}`);
  assert.equal(entry.status, 303);
  assert.equal(entry.headers.get("location"), "/");
  const cookie = entry.headers.get("set-cookie")!;
  assert.match(cookie, /HttpOnly; SameSite=Strict/);
  assert.equal((await ask(remote, "/api/runs", { cookie: cookie.split(";")[0] })).status, 200);
  assert.equal((await ask(remote, "/api/runs", { cookie: "emend_token=%E0%A4%A" })).status, 401);
});
