/** `deno task gpu` as its user starts it. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onRank, ranksOf } from "../group/device_group.ts";
import { mpiTest } from "../testing/mpi.ts";
import { openDevice } from "./open.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const [, ...ARGS] = JSON.parse(Deno.readTextFileSync(join(root, "deno.json")))
  .tasks.gpu.command.split(" ");

const skip = Deno.build.os === "windows" ? " (skipped: no Unix sockets on Windows)" : "";

async function start(args: string[], env: Record<string, string> = {}) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...ARGS, ...args],
    cwd: root,
    env: { EMEND_GPU_TOKEN: "", ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  const stderr = new Response(child.stderr).text();
  return {
    value,
    child,
    async [Symbol.asyncDispose]() {
      try {
        child.kill();
      } catch {
        // It has ended by itself.
      }
      await child.status;
      await reader.cancel();
      await stderr;
    },
  };
}

async function refused(args: string[]): Promise<string> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...ARGS, ...args],
    cwd: root,
    env: { EMEND_GPU_TOKEN: "" },
  }).output();
  assert.equal(code, 1);
  return new TextDecoder().decode(stderr);
}

async function works(address: string): Promise<void> {
  using device = await openDevice(address);
  using array = device.place(Float32Array.of(1, 2, 3));
  assert.deepEqual([...await array.read()], [1, 2, 3]);
}

Deno.test({
  name:
    `a socket that only its owner can open; a dead one's is taken over, a living one's not${skip}`,
  ignore: skip !== "",
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = join(folder, "gpu.sock");
    Deno.listen({ transport: "unix", path }).close(); // left behind
    {
      await using server = await start(["--socket", path, "--threads", "1"]);
      assert.match(
        server.value,
        /gpu\.sock is ready: cpu, ONNX Runtime 1\.\d+\.\d+ \(.*\), Emend /,
      );
      assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
      assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["gpu.sock"]);
      await works(path);
      await works(path);
      assert.match(await refused(["--socket", path]), /A sidecar listens at .*gpu\.sock already/);
    }
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("a TCP port takes a token", async () => {
  const where = ["--listen", "127.0.0.1:0"];
  assert.match(await refused(where), /set EMEND_GPU_TOKEN or --token-file/);
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "sesame\n");
  await using server = await start([...where, "--token-file", file]);
  const [address] = server.value.split(" ");
  Deno.env.delete("EMEND_GPU_TOKEN");
  await assert.rejects(works(address), /The token is wrong/);
  Deno.env.set("EMEND_GPU_TOKEN", "sesame");
  try {
    await works(address);
  } finally {
    Deno.env.delete("EMEND_GPU_TOKEN");
  }
});

Deno.test("what cannot be is told", async () => {
  assert.match(await refused(["--device", "tpu"]), /Cannot compute on "tpu"/);
  assert.match(await refused(["--listen", "nowhere"]), /"nowhere" is no address of a sidecar/);
  assert.match(await refused(["--threads", "-1"]), /threads/);
});

mpiTest("ranks by address: one dies in a sum, the other ends when the client leaves", async () => {
  const folder = await Deno.makeTempDir();
  const paths = ["a", "b"].map((name) => join(folder, `${name}.sock`));
  {
    await using a = await start(["--socket", paths[0], "--threads", "1"]);
    await using b = await start(["--socket", paths[1], "--threads", "1"]);
    const group = await openDevice(paths);
    const array = group.place(Float32Array.of(1, 2, 3));
    const sum = (rank: number) => ranksOf(group)[rank].collective!.allReduce(onRank(array, rank));
    await Promise.all([sum(0), sum(1)]);
    assert.deepEqual([...await onRank(array, 1).read()], [2, 4, 6]);
    await assert.rejects(openDevice(paths[0]), /is a rank of a group, and takes no other client/);
    const alone = sum(0);
    alone.catch(() => {}); // It is looked at below.
    b.child.kill("SIGKILL");
    await assert.rejects(sum(1), /b\.sock was lost: /);
    await assert.rejects(alone, /b\.sock was lost: /);
    assert.equal((await a.child.status).code, 0);
    group[Symbol.dispose]();
    await assert.rejects(openDevice(paths), /No sidecar answers at .*\.sock/);
  }
  await Deno.remove(folder, { recursive: true });
});
