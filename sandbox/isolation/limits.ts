/** From what a request says to what a job may use. */

import type { Limits } from "./slot.ts";

/** Bytes of one file. */
const FILE_BYTES = 64 << 20;
/** Bytes of all files of a job together. */
export const DISK_BYTES = 128 << 20;
const OPEN_FILES = 256;
const PROCESSES = 128;
const MEGABYTE = 1 << 20;

/** What decides about a job's limits. */
export interface Allowance {
  /** On the wall's clock. */
  seconds: number;
  /** For the job, all of its processes together. */
  memoryMB: number;
  /** Bytes that each output stream keeps. */
  outputBytes: number;
  /** Whether address space says nothing about memory. */
  reserves: boolean;
  /** Whether the sandbox can look at its processes' memory. */
  watched: boolean;
}

/** The limits of a job. */
export function limitsOf(allowance: Allowance): Limits {
  const bytes = allowance.memoryMB * MEGABYTE;
  return {
    seconds: allowance.seconds,
    // A little more than the wall's clock allows; runtimes that reserve space also use several threads.
    cpu: (Math.ceil(allowance.seconds) + 1) * (allowance.reserves ? 8 : 1),
    space: allowance.reserves ? 0 : bytes,
    memory: allowance.watched ? bytes : 0,
    output: allowance.outputBytes,
    processes: PROCESSES,
    fileBytes: FILE_BYTES,
    open: OPEN_FILES,
  };
}
