/** Following a job to its end, whatever happens to the line in between. */

import { type Job, type RayJobs, Unreachable } from "./ray_jobs.ts";

/** How a job is followed. */
export interface FollowOptions {
  /** Told each part of the log, once. */
  write: (text: string) => void;
  /** Told of lines that break and come back. */
  warn: (text: string) => void;
  /** Ends the following, not the job. */
  signal: AbortSignal;
  /** Milliseconds without an answer after which it is given up. @default 600_000 */
  patienceMs?: number;
  /** Milliseconds between two attempts. @default 1000 */
  pauseMs?: number;
}

const OVER = ["SUCCEEDED", "FAILED", "STOPPED"];

/**
 * Writes a job's log until the job has ended.
 *
 * @returns the job as it ended; null where the following was ended first
 * @throws an error where Ray stays away, or does not know the job
 */
export async function follow(
  jobs: RayJobs,
  id: string,
  { write, warn, signal, patienceMs = 600_000, pauseMs = 1000 }: FollowOptions,
): Promise<Job | null> {
  let written = 0, since: number | undefined;
  const away = (error: unknown) => {
    if (!(error instanceof Unreachable)) throw error;
    const now = performance.now();
    if (since === undefined) warn(`${error.message}. The job goes on; trying again`);
    since ??= now;
    if (now - since > patienceMs) {
      throw new Error(
        `${error.message}, for ${
          Math.round(patienceMs / 1000)
        } seconds. The job may go on: follow it again with ` +
          `--follow ${id}`,
        { cause: error },
      );
    }
  };
  while (!signal.aborted) {
    try {
      const job = await jobs.job(id);
      since = undefined;
      if (job.status !== "PENDING") {
        let skip = written; // Every line gives the log from its beginning.
        for await (const part of jobs.log(id, signal)) {
          const fresh = part.slice(skip);
          skip = Math.max(0, skip - part.length);
          written += fresh.length;
          if (fresh) write(fresh);
        }
      }
      // The log ends a moment before the job has its state.
      if (OVER.includes(job.status)) return job;
    } catch (error) {
      away(error);
    }
    await pause(pauseMs, signal);
  }
  return null;
}

/** The exit code of a job that has ended, as a shell would tell it. */
export function exitCode({ status, driver_exit_code: code }: Job): number {
  if (status === "SUCCEEDED") return 0;
  if (status === "STOPPED") return 130;
  return code || 1;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
