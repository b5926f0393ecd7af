/** What a job printed, and how its end is told. */

import type { CommandRunResult } from "../api.ts";
import type { Listener, Outcome } from "./slot.ts";

/** Collects both streams. */
export class Transcript {
  readonly #parts: { o: Uint8Array[]; e: Uint8Array[] } = { o: [], e: [] };

  /** For {@linkcode Slot.run}. */
  readonly listener: Listener = (stream, bytes) => void this.#parts[stream].push(bytes);

  /** The result of a job that ended so. */
  result(outcome: Outcome): CommandRunResult {
    return {
      ...ending(outcome),
      stdout: text(this.#parts.o),
      stderr: text(this.#parts.e),
    };
  }
}

/** What a result says besides the streams' text. */
function ending({ reason, seconds, status, cut }: Outcome) {
  return {
    status: reason === "time" ? "TimeLimitExceeded" as const : "Finished" as const,
    execution_time: seconds,
    // Killed for another reason looks like what it is: killed.
    return_code: reason === null || reason === "time" ? status : -9,
    ...(cut.length > 0 ? { truncated: true } : {}),
  };
}

/** Why a job was killed, in words; empty when it was not, or for its time, which the status tells. */
export function explanation({ reason }: Outcome): string {
  switch (reason) {
    case "memory":
      return "killed: its processes together used more memory than allowed";
    case "files":
      return "killed: it created too many files";
    case "disk":
      return "killed: its files together had more bytes than allowed";
    case "output":
      return "killed: it said more than a conversation may hold";
    default:
      return "";
  }
}

/** Bytes that are no UTF-8 become replacement characters. */
function text(parts: Uint8Array[]): string {
  if (parts.length === 0) return "";
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
}
