/**
 * SandboxFusion's HTTP API as types: one schema a message, which the server checks requests with and the client reads
 * answers with.
 */

import { z } from "zod";

/** A time limit: more than a day is beyond what timers count. */
const seconds = z.number().positive().max(86_400).describe("seconds");

/** A program to run. */
export const runCodeRequestSchema = z.object({
  code: z.string(),
  language: z.string(),
  compile_timeout: seconds.default(10),
  run_timeout: seconds.default(10),
  memory_limit_MB: z.number().int().refine((mb) => mb === -1 || mb > 0, {
    message: "must be a positive number of megabytes, or -1 for the sandbox's own limit",
  }).default(-1),
  stdin: z.string().nullable().default(null),
  files: z.record(z.string(), z.string().nullable()).default({}).describe("path: base64"),
  fetch_files: z.array(z.string()).default([]).describe("paths to return"),
});
/** @internal */
type ParsedRunCodeRequest = z.output<typeof runCodeRequestSchema>;
/** A program to run, with defaults filled in. */
export interface RunCodeRequest extends ParsedRunCodeRequest {}
/** @internal */
type WrittenRunCodeRequest = z.input<typeof runCodeRequestSchema>;
/** A program to run, as a caller writes it. */
export interface RunCodeInput extends WrittenRunCodeRequest {}

/** What a compiler or a program did. */
export const commandRunResultSchema = z.object({
  status: z.enum(["Finished", "Error", "TimeLimitExceeded"]),
  execution_time: z.number().nullable().describe("seconds"),
  return_code: z.number().int().nullable(),
  stdout: z.string().nullable(),
  stderr: z.string().nullable(),
  truncated: z.boolean().optional().describe("whether output was cut at the limit"),
});
/** @internal */
type ParsedCommandRunResult = z.output<typeof commandRunResultSchema>;
/** What a compiler or a program did. */
export interface CommandRunResult extends ParsedCommandRunResult {}

/** What came of a program. */
export const runCodeResponseSchema = z.object({
  status: z.enum(["Success", "Failed", "SandboxError"]),
  message: z.string(),
  compile_result: commandRunResultSchema.nullable().default(null),
  run_result: commandRunResultSchema.nullable().default(null),
  executor_pod_name: z.string().nullable().default(null),
  files: z.record(z.string(), z.string()).default({}).describe("path: base64"),
});
/** @internal */
type ParsedRunCodeResponse = z.output<typeof runCodeResponseSchema>;
/** What came of a program. */
export interface RunCodeResponse extends ParsedRunCodeResponse {}

/** Runs programs; a remote server and this machine have the same face. */
export interface Sandbox extends AsyncDisposable {
  /**
   * Runs a program. What the program does wrong is in the answer; faults of the sandbox are `SandboxError`.
   *
   * @throws when the signal aborts, or the request is not one
   */
  runCode(request: RunCodeInput, signal?: AbortSignal): Promise<RunCodeResponse>;
}

/** A running program that is talked to over its standard streams. */
export interface Conversation extends AsyncDisposable {
  /** Writes to its standard input. */
  send(bytes: Uint8Array): Promise<void>;
  /** The next piece of its standard output; null at its end. */
  receive(): Promise<Uint8Array | null>;
  /** Kills it, if it still runs, and tells what it did. */
  end(): Promise<CommandRunResult>;
}

/** A sandbox on this machine can also keep a program running. */
export interface LocalConversations {
  /** Starts a program; its wall time limit is `run_timeout`. */
  start(request: RunCodeInput, signal?: AbortSignal): Promise<Conversation>;
}
