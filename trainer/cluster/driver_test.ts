/** The driver that Ray runs, on a Ray of one process (`testing/ray`), with a `deno` that only notes what it is asked. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const python = await new Deno.Command("python3", { args: ["--version"] }).output()
  .then(({ success }) => success, () => false);
const why = !python ? "no python3 here" : Deno.build.os !== "linux" ? "it is for Linux" : "";
const skip = why && ` (skipped: ${why})`;

/** Stands where `deno` is looked for: a sidecar listens; a trainer notes its settings, and ends as it was told. */
const DENO = `#!/usr/bin/env python3
import os, socket, sys, time
arguments = " ".join(sys.argv[1:])
with open(os.environ["NOTES"], "a") as notes:
    if "gpu/sidecar/main.ts" in arguments:
        host, port = arguments.split("--listen ")[1].split()[0].split(":")
        listener = socket.create_server((host, int(port)))
        while True:
            listener.accept()[0].close()
    assert len(os.environ["EMEND_GPU_TOKEN"]) == 64
    print(" ".join(a for a in sys.argv[1:] if "=" in a and not a.startswith("--")), file=notes)
ends = os.environ["ENDS"].split()
made = len(open(os.environ["NOTES"]).read().splitlines())
if ends[made - 1] == "hangs":
    time.sleep(100)
sys.exit(int(ends[made - 1]))
`;

/** Free ports, some in a row. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port > 60_000 ? port - 1000 : port;
}

async function drive(args: string[], ends: string, moveAfter = 1000) {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(join(folder, "deno"), DENO, { mode: 0o755 });
  const port = freePort();
  const { code, stdout, stderr } = await new Deno.Command("python3", {
    args: [join(here, "driver.py"), "--port", `${port}`, "--device", "cpu", ...args],
    env: {
      PATH: `${folder}:${Deno.env.get("PATH")}`,
      PYTHONPATH: join(here, "testing"),
      PYTHONDONTWRITEBYTECODE: "1",
      NOTES: join(folder, "notes"),
      ENDS: ends,
      FAKE_RAY_MOVE_AFTER: `${moveAfter}`,
    },
  }).output();
  const notes = await Deno.readTextFile(join(folder, "notes")).catch(() => "");
  await Deno.remove(folder, { recursive: true });
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, port, notes: notes.trimEnd().split("\n"), out: text(stdout), err: text(stderr) };
}

Deno.test({
  name: `the trainer gets the places of all sidecars; its exit code is the job's${skip}`,
  ignore: why !== "",
  async fn() {
    const { code, port, notes, err } = await drive(["--ranks", "3", "--", "a.yaml", "b=1"], "7");
    assert.equal(code, 7, err);
    const devices = [0, 1, 2].map((rank) => `127.0.0.1:${port + rank}`).join(", ");
    assert.deepEqual(notes, [`b=1 trainer.device=[${devices}]`]);
  },
});

Deno.test({
  name:
    `a sidecar that Ray has moved: the trainer, which hangs, is started again with the new place${skip}`,
  ignore: why !== "",
  async fn() {
    const { code, port, notes, out, err } = await drive(
      ["--ranks", "2", "--", "x=1"],
      "hangs 0",
      3,
    );
    assert.equal(code, 0, err);
    assert.deepEqual(notes, [
      `x=1 trainer.device=[127.0.0.1:${port}, 127.0.0.1:${port + 1}]`,
      `x=1 trainer.device=[127.0.0.1:${port + 100}, 127.0.0.1:${port + 1}]`,
    ]);
    assert.match(out, /Ray has moved a sidecar or a server: starting the trainer again/);
  },
});

Deno.test({
  name: `more than Ray has is told with what it has${skip}`,
  ignore: why !== "",
  async fn() {
    const { code, err } = await drive(["--ranks", "8", "--patience", "1"], "0");
    assert.equal(code, 1);
    assert.match(
      err,
      /Ray had no room for 8 times \{'CPU': 1\} in 1 seconds\. It has \{'CPU': 4\}/,
    );
  },
});
