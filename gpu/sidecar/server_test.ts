import assert from "node:assert/strict";
import { type Device, DeviceLost, float32, zeros } from "../device.ts";
import * as g from "../graph/mod.ts";
import { LocalDevice } from "../local_device.ts";
import { OrtError } from "../ort/mod.ts";
import { SidecarDevice } from "./client.ts";
import { connect } from "./connect.ts";
import { Connection } from "./connection.ts";
import { frame, FrameReader } from "./frames.ts";
import { EMEND, PROTOCOL } from "./protocol.ts";
import { sidecar } from "./testing/sidecar.ts";

/** y = 2x, for x of any length. */
function doubling(): g.Graph {
  const graph = new g.Graph();
  graph.output("y", g.mul(graph.input("x", ["n"]), 2));
  return graph;
}

async function doubled(device: Device, values: number[]): Promise<number[]> {
  using program = device.compile(doubling());
  const y = zeros([values.length]);
  using binding = program.bind({ x: float32(values) }, { y });
  await binding.run();
  return [...y.data];
}

// The library is loaded once for all tests, before any of them.
using _ = new LocalDevice().compile(doubling());

Deno.test("clients come and go, each with its own objects", async () => {
  await using server = sidecar();
  using a = await server.device(), b = await server.device();
  const x = a.place(Float32Array.of(1, 2)), same = b.array(2);
  await b.copy([[same, same]]);
  assert.deepEqual([...await x.read()], [1, 2]);
  assert.deepEqual([...await same.read()], [0, 0]);
  assert.throws(() => a.copy([[x, same]]), /belongs to another device/);
  assert.deepEqual(await Promise.all([doubled(a, [1, 2, 3]), doubled(b, [4])]), [[2, 4, 6], [8]]);
  assert.equal(a.connection.welcome.pid, Deno.pid);
});

Deno.test("what ONNX Runtime refuses is told in its words by the first run, and nothing else breaks", async () => {
  await using server = sidecar();
  using device = await server.device();
  using program = device.compile(doubling());
  using wrong = program.bind({ x: zeros([3]) }, { y: zeros([2]) });
  await assert.rejects(wrong.run(), { name: "OrtError", message: /shape \{2\} but the computed/ });
  assert.throws(() => program.bind({ z: zeros([1]) }), {
    message: 'The model has no input "z": it has x',
  });

  const graph = new g.Graph();
  graph.output("y", graph.node("NoSuchOperator", [graph.input("x", ["n"])], ["n"]));
  using impossible = device.compile(graph);
  using binding = impossible.bind({ x: zeros([1]) }, { y: zeros([1]) });
  await assert.rejects(
    binding.run(),
    (error) => error instanceof OrtError && /NoSuchOperator/.test(error.message),
  );
  await assert.rejects(device.array(1e15).subarray(0, 1).read(), /array|length|memory/i);
  assert.deepEqual(await doubled(device, [5]), [10]);
});

Deno.test("arrays stay in the sidecar: bound once, changed there, read in parts", async () => {
  await using server = sidecar();
  using device = await server.device();
  const large = Float32Array.from({ length: 5_000_001 }, (_, i) => i % 1000);
  using x = device.place(large);
  using program = device.compile(doubling());
  using binding = program.bind({ x: { data: x, shape: [x.length] } }, {
    y: { data: x, shape: [x.length] },
  });
  await device.runAll([binding]);
  await binding.run();
  const found = await x.read();
  assert.ok(found.every((value, i) => value === 4 * (i % 1000)));
  assert.deepEqual([...await x.subarray(5_000_000).read()], [0]);
  assert.throws(() => x.subarray(1, 5_000_002), RangeError);
  x.subarray(1, 3).clear();
  assert.deepEqual([...await x.subarray(0, 4).read()], [0, 0, 0, 12]);
  using host = program.bind({ x: zeros([1]) }, { y: zeros([1]) });
  await assert.rejects(device.runAll([host]), /"x" does not lie in the device's memory/);
});

Deno.test("another version is refused with both versions, by either side", async () => {
  await using server = sidecar();
  const line = await Deno.connect(server.address);
  for (const piece of frame({ op: "hello", protocol: 99, emend: "9.9.9" })) await line.write(piece);
  const answer = await new FrameReader(line).next<{ error: { message: string } }>();
  assert.equal(
    answer!.header.error.message,
    `The client is Emend 9.9.9 (protocol 99), the sidecar is Emend ${EMEND} (protocol ${PROTOCOL}). ` +
      "Start both from the same version of Emend",
  );
  line.close();

  // An older sidecar that lets everyone in.
  const [welcome] = frame({ protocol: 0, emend: "0.0.1", provider: "CPU", pid: 1 });
  let sent = false;
  const old = {
    read: (into: Uint8Array) => {
      if (sent) return Promise.resolve(null);
      sent = true;
      into.set(welcome);
      return Promise.resolve(welcome.length);
    },
    write: (bytes: Uint8Array) => Promise.resolve(bytes.length),
    close() {},
  };
  await assert.rejects(Connection.over(old, "the sidecar"), {
    message:
      `This is Emend ${EMEND} (protocol ${PROTOCOL}), the sidecar is Emend 0.0.1 (protocol 0). ` +
      "Start both from the same version of Emend",
  });
});

Deno.test("only who knows the token is let in", async () => {
  await using server = sidecar({ token: "sesame" });
  for (const token of [undefined, "", "sesam", "sesame "]) {
    await assert.rejects(server.device(token), /refused: The token is wrong\. Set EMEND_GPU_TOKEN/);
  }
  using device = await server.device("sesame");
  assert.deepEqual(await doubled(device, [1]), [2]);
});

Deno.test("another program is turned away, and the next client served", async () => {
  await using server = sidecar();
  const stranger = await Deno.connect(server.address);
  await stranger.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  assert.equal(await stranger.read(new Uint8Array(1)), null);
  stranger.close();
  assert.match(String(await server.ended[0]), /not Emend's protocol/);
  using device = await server.device();
  assert.deepEqual(await doubled(device, [3]), [6]);
});

Deno.test("a line that breaks is a lost device, for what waits and for what comes", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const serving = (async () => {
    const line = await listener.accept();
    const reader = new FrameReader(line);
    await reader.next();
    const welcome = { protocol: PROTOCOL, emend: EMEND, provider: "CPU", pid: 1 };
    for (const piece of frame(welcome)) await line.write(piece);
    await reader.next(); // the array
    await reader.next(); // the question, never answered
    line.close();
  })();
  const address = { transport: "tcp", hostname: "127.0.0.1", port } as const;
  const explain = () => Promise.resolve("struck by lightning");
  using device = new SidecarDevice(await connect(address, { name: "It", explain }));
  const array = device.array(3);
  const lost = (error: Error) =>
    error instanceof DeviceLost && error.message === "It was lost: struck by lightning";
  await assert.rejects(array.read(), lost);
  await assert.rejects(array.read(), lost);
  await assert.rejects(array.write(new Float32Array(3)), lost);
  array[Symbol.dispose]();
  await serving;
  listener.close();
});

Deno.test("a client that leaves in the middle ends its own visit only", async () => {
  await using server = sidecar();
  const gone = await server.device();
  gone.array(1000);
  gone[Symbol.dispose]();
  using device = await server.device();
  assert.deepEqual(await doubled(device, [1]), [2]);
});
