/** What every way of isolating programs offers. */

import type { CommandRunResult } from "../api.ts";
import type { Launch } from "./launch.ts";

/** What a sandbox needs besides the system's own programs. */
export interface Needs {
  /** Whether it is for many Python programs, one after the other; each other job gets its own and sees `/proc`. */
  warm: boolean;
  /** More folders and files of the host to show, read-only. */
  binds: string[];
}

/** A Python program, where a sandbox runs nothing else. */
export interface PythonJob {
  /** Its text. */
  code: string;
  /** All of standard input. */
  stdin: string;
  /** On the wall's clock. */
  seconds: number;
  /** Bytes that each output stream keeps. */
  output: number;
  /** Ends it. @default none */
  signal?: AbortSignal;
}

/** A way of isolating programs that was found to work here. */
export interface Isolation {
  /** Such as `bubblewrap`. */
  name: string;
  /** What programs are kept from, as a sentence. */
  covers: string;
  /** What they are not kept from. */
  gaps: string[];
  /** Whether a sandbox can be wiped and used for the next job, as far as that job starts no processes. */
  reusable: boolean;
  /** Whether a job's own commands may start processes; compilers always may. */
  processes: boolean;
  /** Describes a new sandbox. */
  launch(needs: Needs): Promise<Launch>;
  /** Runs a Python program, where that is all that can be run. @default through a launched sandbox */
  runPython?: (job: PythonJob) => Promise<CommandRunResult>;
}
