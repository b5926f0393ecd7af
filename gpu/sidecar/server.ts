/** A sidecar's side: clients come, each with what is its own, and go. */

import { timingSafeEqual } from "node:crypto";
import type { LocalDevice } from "../local_device.ts";
import type { Line } from "./connection.ts";
import { frame, FrameReader, FrameWriter } from "./frames.ts";
import { EMEND, type Hello, mismatch, PROTOCOL, type Request, type Welcome } from "./protocol.ts";
import { ClientSession } from "./session.ts";

/** How a sidecar serves. */
export interface ServeOptions {
  /** What every client must know. @default nothing is asked */
  token?: string;
  /** Told of clients that are turned away or break the rules. */
  say?: (text: string) => void;
}

/** A stranger has this long to introduce itself, in milliseconds. */
const PATIENCE = 10_000;
/** A stranger's first words, in bytes. */
const FIRST = { header: 4096, body: 0 };

/** Serves every client of a listener until it is closed. */
export async function serve(
  listener: AsyncIterable<Line>,
  device: LocalDevice,
  options: ServeOptions = {},
): Promise<void> {
  const { say = () => {} } = options;
  for await (const line of listener) {
    serveClient(line, device, options).catch((error) =>
      say(`A client was dropped: ${error.message}`)
    );
  }
}

/** Serves one client until it leaves; then all that was its own is freed. */
export async function serveClient(
  line: Line,
  device: LocalDevice,
  { token }: ServeOptions = {},
): Promise<void> {
  using session = new ClientSession(device);
  let failure: unknown;
  /** Settles when everything asked so far is answered. */
  let answered = Promise.resolve();
  const writer = new FrameWriter(line, (error) => failure = error);
  const reader = new FrameReader(line);
  try {
    const welcome: Welcome = {
      protocol: PROTOCOL,
      emend: EMEND,
      provider: device.provider,
      lanes: device.lanes,
      pid: Deno.pid,
    };
    const refusal = await introduction(reader, line, token);
    writer.write(
      frame(refusal ? { ...welcome, error: { name: "Error", message: refusal } } : welcome),
    );
    if (refusal) {
      await writer.drained();
      throw new Error(refusal);
    }
    let underway = 0;
    for (let request; !failure && (request = await reader.next<Request>());) {
      const isRun = request.header.op === "run";
      // Anything else could change what a run reads.
      if (!isRun || underway === device.lanes) await answered;
      const before = answered, reply = session.handle(request);
      underway++;
      answered = (async () => {
        await before;
        const [header, body] = await reply ?? [];
        underway--;
        if (header) writer.write(frame(header, body));
        await writer.drained(); // A client that does not listen is not read from either.
      })();
      if (!isRun) await answered;
    }
  } finally {
    await answered.catch(() => {});
    line.close();
  }
}

/** Why a client is refused, or undefined. */
async function introduction(
  reader: FrameReader,
  line: Line,
  token: string | undefined,
): Promise<string | undefined> {
  const timer = setTimeout(() => line.close(), PATIENCE);
  try {
    const hello = (await reader.next<Partial<Hello>>(FIRST))?.header;
    if (hello?.op !== "hello") return "This is a sidecar of Emend; a client says hello first";
    const { protocol = 0, emend = "of an unknown version" } = hello;
    if (protocol !== PROTOCOL || emend !== EMEND) {
      return mismatch("The client", { protocol, emend }, "the sidecar", {
        protocol: PROTOCOL,
        emend: EMEND,
      });
    }
    if (token !== undefined && !equal(token, hello.token ?? "")) {
      return "The token is wrong. Set EMEND_GPU_TOKEN to the sidecar's";
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Compares secrets in a time that does not depend on where they differ. */
function equal(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => new TextEncoder().encode(text));
  return x.length === y.length && timingSafeEqual(x, y);
}
