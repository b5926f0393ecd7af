/** A sidecar's side: clients come, each with what is its own, and go. */

import { timingSafeEqual } from "node:crypto";
import type { LocalDevice } from "../local_device.ts";
import type { Line } from "./connection.ts";
import { frame, FrameReader, FrameWriter } from "./frames.ts";
import {
  EMEND,
  type Hello,
  isForGroup,
  mismatch,
  PROTOCOL,
  type Request,
  TAKEN,
  type Welcome,
} from "./protocol.ts";
import { ClientSession } from "./session.ts";

/** How a sidecar serves. */
export interface ServeOptions {
  /** What every client must know. @default nothing is asked */
  token?: string;
  /** Called when the client has left that made this sidecar a rank: what is left of the group is of no use. */
  disbanded?: () => void;
  /** Told of clients that are turned away or break the rules. */
  say?: (text: string) => void;
}

/** A stranger has this long to introduce itself, in milliseconds. */
const PATIENCE = 10_000;
/** A stranger's first words, in bytes. */
const FIRST = { header: 4096, body: 0 };

/** What all clients of a sidecar share. */
interface Shared {
  /** Whether one of them has made it a rank of a group: then nobody else is let in. */
  rank: boolean;
}

/** Serves every client of a listener until it is closed. */
export async function serve(
  listener: AsyncIterable<Line>,
  device: LocalDevice,
  options: ServeOptions = {},
): Promise<void> {
  const { say = () => {} } = options, shared: Shared = { rank: false };
  for await (const line of listener) {
    serveClient(line, device, options, shared).catch((error) =>
      say(`A client was dropped: ${error.message}`)
    );
  }
}

/** Serves one client until it leaves; then all that was its own is freed. */
export async function serveClient(
  line: Line,
  device: LocalDevice,
  { token, disbanded }: ServeOptions = {},
  shared: Shared = { rank: false },
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
    const message = await introduction(reader, line, token);
    const refusal = message ? { name: "Error", message } : shared.rank ? TAKEN : undefined;
    writer.write(frame(refusal ? { ...welcome, error: refusal } : welcome));
    if (refusal) {
      await writer.drained();
      throw new Error(refusal.message);
    }
    let underway = 0, next = reader.next<Request>();
    for (let request; !failure && (request = await next);) {
      const isRun = request.header.op === "run";
      // Anything else could change what a run reads.
      if (!isRun || underway === device.lanes) await answered;
      const before = answered, handled = session.handle(request, underway === device.lanes - 1);
      shared.rank ||= session.wasRank;
      next = reader.next<Request>();
      next.catch(() => {}); // It is looked at in its turn.
      // A rank waits for others, which may be gone: only the client can tell, by leaving.
      const reply = isForGroup(request.header) ? Promise.race([handled, left(next)]) : handled;
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
    if (session.wasRank) disbanded?.();
  }
}

/** Rejected when the client leaves instead of asking for more. */
async function left(next: Promise<unknown>): Promise<never> {
  if (await next === null) throw new Error("It left the group");
  return await new Promise(() => {});
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
