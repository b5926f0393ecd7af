import assert from "node:assert/strict";
import { serveOptions } from "./options.ts";

Deno.test("this machine only, unless a token is given", () => {
  assert.deepEqual(serveOptions([]), {
    folder: "runs",
    host: "127.0.0.1",
    port: 8420,
    token: null,
  });
  assert.throws(
    () => serveOptions(["--host", "0.0.0.0"]),
    /Add --token.*ssh -L 8420:127\.0\.0\.1:8420/s,
  );
  assert.throws(() => serveOptions(["--host", "192.168.1.4", "--token", "short"]), /at least 16/);
  const token = "0123456789abcdef";
  assert.equal(serveOptions(["--host", "0.0.0.0", "--token", token])?.token, token);
  assert.equal(serveOptions(["--host", "::1"])?.host, "::1");
});

Deno.test("what cannot be is refused", () => {
  assert.throws(() => serveOptions(["--port", "http"]), /no port/);
  assert.throws(() => serveOptions(["--port", "0"]), /1 to 65535/);
  assert.throws(() => serveOptions(["--host", "a,b"]), /no address/);
  assert.throws(() => serveOptions(["a", "b"]), /One folder/);
  assert.throws(() => serveOptions(["--colour"]));
  assert.equal(serveOptions(["--help"]), null);
});
