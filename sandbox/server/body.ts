/** Requests' bodies: bounded, JSON, and of the right shape; what is wrong is said as FastAPI does. */

import { Buffer } from "node:buffer";
import type { z } from "zod";

/** Bytes of a body at most. */
export const MOST_BYTES = 32 * 2 ** 20;

/** A request that is answered with an error of its own making. */
export class Refusal extends Error {
  /**
   * @param status the HTTP status
   * @param detail the body's `detail`: a sentence, or FastAPI's list of errors
   */
  constructor(readonly status: 400 | 401 | 413 | 422, readonly detail: unknown) {
    super(typeof detail === "string" ? detail : "the request is not valid");
    this.name = "Refusal";
  }
}

/**
 * The body of a request, checked.
 *
 * @throws {Refusal} 413 where it is too long, before it is read; 422 where it is no JSON or not of the schema's shape
 */
export async function bodyOf<T extends z.ZodType>(
  request: Request,
  schema: T,
): Promise<{ value: z.output<T>; bytes: number }> {
  const bytes = await boundedBytes(request);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const { message } = error as Error;
    const at = /position (\d+)/.exec(message)?.[1];
    throw new Refusal(422, [{
      type: "json_invalid",
      loc: ["body", Number(at ?? 0)],
      msg: `JSON decode error: ${message}`,
      input: {},
    }]);
  }
  const parsed = schema.safeParse(json, { reportInput: true });
  if (parsed.success) return { value: parsed.data, bytes: bytes.length };
  throw new Refusal(
    422,
    parsed.error.issues.map(({ code, path, message, input }) => ({
      type: input === undefined ? "missing" : code,
      loc: ["body", ...path],
      msg: input === undefined ? "Field required" : message,
      input: shortened(input),
    })),
  );
}

async function boundedBytes(request: Request): Promise<Uint8Array> {
  const long = () =>
    new Refusal(
      413,
      `The body is longer than ${MOST_BYTES / 2 ** 20} MiB; send less in one request`,
    );
  if (Number(request.headers.get("content-length") ?? 0) > MOST_BYTES) throw long();
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.length;
    if (size > MOST_BYTES) throw long();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** An error need not repeat megabytes. */
function shortened(input: unknown): unknown {
  const text = JSON.stringify(input) ?? "null";
  return text.length <= 200 ? input ?? null : text.slice(0, 200) + "…";
}
