/** Downloads that can be cut off at any moment: the next attempt goes on where the last one ended. */

import { dirname } from "node:path";
import { excerpt, RequestFault } from "../endpoint/fault.ts";
import { retrying } from "../endpoint/retry.ts";
import { removeIfThere, syncPath, writeFailure } from "../run/disk.ts";
import type { Phase } from "../run/progress.ts";

/** Options of {@linkcode download}. */
export interface DownloadOptions {
  /** Sent as a bearer token. */
  token?: string;
  /** Told how much is coming and how much is there already, in bytes. */
  begin?: (total: number, from: number) => Phase;
  /** Told of each fault that is followed by another attempt. */
  onFault?: (fault: RequestFault) => void;
  /** Attempts in a row. @default {5} */
  attempts?: number;
  /** The wait before the second attempt; it doubles. @default {1000} */
  backoffMs?: number;
  /** The longest silence. @default {30000} */
  stallMs?: number;
}

/**
 * Fetches a file to a path, whole or not at all; one that is there is not fetched again.
 * Meanwhile it is in `PATH.part`, and its ETag in `PATH.part.etag`: what is resumed is the same file still.
 *
 * @returns whether the server has the file (HTTP 404 is false)
 * @throws {RequestFault} where it cannot be had
 */
export async function download(
  url: string,
  path: string,
  options: DownloadOptions = {},
): Promise<boolean> {
  if (await Deno.stat(path).then((file) => file.isFile, () => false)) return true;
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
  } catch (error) {
    throw await writeFailure(path, error, "XDG_CACHE_HOME");
  }
  const { attempts = 5, backoffMs = 1000, onFault } = options;
  const waiting = { attempts, backoffMs, longestMs: 60 * backoffMs, onFault };
  return await retrying(() => attempt(url, path, options), waiting);
}

async function attempt(url: string, path: string, options: DownloadOptions): Promise<boolean> {
  const part = `${path}.part`, tag = `${part}.etag`;
  const etag = await Deno.readTextFile(tag).catch(() => "");
  const have = etag === "" ? 0 : await Deno.stat(part).then(({ size }) => size, () => 0);
  // Compressed on the way, a file's length would not be that of its bytes.
  const headers = new Headers({ "accept-encoding": "identity" });
  if (options.token) headers.set("authorization", `Bearer ${options.token}`);
  if (have > 0) {
    headers.set("range", `bytes=${have}-`);
    headers.set("if-range", etag);
  }
  using patience = new Patience(options.stallMs ?? 30_000);
  try {
    const response = await fetch(url, { headers, signal: patience.signal });
    if (response.status === 404) {
      await response.body?.cancel();
      return false;
    }
    if (response.status === 416) await removeIfThere(tag); // Longer than the file: start over.
    if (!response.ok) throw await refusal(url, response, options);
    const from = response.status === 206 ? have : 0;
    if (from === 0) await Deno.writeTextFile(tag, strong(response.headers.get("etag")));
    await receive(response, part, from, patience, options);
  } catch (error) {
    if (error instanceof RequestFault || !(isNetwork(error) || patience.signal.aborted)) {
      throw error;
    }
    const why = patience.signal.aborted ? patience.signal.reason.message : (error as Error).message;
    throw new RequestFault(
      `Cannot download ${url}: ${
        excerpt(why)
      }. What came is kept; try again, or set HF_ENDPOINT to a mirror`,
      true,
      0,
      { cause: error },
    );
  }
  await syncPath(part);
  await Deno.rename(part, path);
  await removeIfThere(tag);
  return true;
}

async function receive(
  response: Response,
  part: string,
  from: number,
  patience: Patience,
  options: DownloadOptions,
): Promise<void> {
  const length = Number(response.headers.get("content-length") ?? NaN);
  using phase = options.begin?.(from + length || 0, from);
  using file = await Deno.open(part, { write: true, create: true, truncate: from === 0 });
  await file.seek(from, Deno.SeekMode.Start);
  let received = 0;
  for await (const chunk of response.body ?? []) {
    patience.renew();
    for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
    received += chunk.length;
    phase?.advance(chunk.length);
  }
  if (Number.isFinite(length) && received !== length) {
    throw new TypeError(`the connection closed after ${received} of ${length} bytes`);
  }
}

async function refusal(
  url: string,
  response: Response,
  { token }: DownloadOptions,
): Promise<RequestFault> {
  const { status } = response;
  const said = excerpt(await response.text().catch(() => ""));
  const advice = status === 401 || status === 403
    ? token
      ? ". Check the name, and that HF_TOKEN may read it"
      : ". Check the name; where it is private or gated, put a token into HF_TOKEN"
    : "";
  const message = `Cannot download ${url}: HTTP ${status} ${said}${advice}`;
  return status === 416
    ? new RequestFault(message, true)
    : RequestFault.ofStatus(message, response);
}

/** A weak ETag (`W/"…"`) does not promise the same bytes. */
function strong(etag: string | null): string {
  return etag !== null && !etag.startsWith("W/") ? etag : "";
}

/** `fetch` tells of a network's failures by TypeErrors, of a body cut short by others. */
function isNetwork(error: unknown): boolean {
  return error instanceof TypeError || error instanceof Deno.errors.Http ||
    error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.UnexpectedEof;
}

/** Ends a request that has been silent for too long. */
class Patience implements Disposable {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly ms: number) {
    this.renew();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  renew(): void {
    clearTimeout(this.#timer);
    const silent = new Error(`nothing came for ${this.ms / 1000} s`);
    this.#timer = setTimeout(() => this.#controller.abort(silent), this.ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
