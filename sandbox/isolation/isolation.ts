/** What every way of isolating programs offers. */

import type { Launch } from "./launch.ts";

/** What a sandbox needs besides the system's own programs. */
export interface Needs {
  /** Whether jobs see `/proc`. */
  proc: boolean;
  /** More folders and files of the host to show, read-only. */
  binds: string[];
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
  /** The folder that jobs run in, as they see it; null: each sandbox has another, named by its launch. */
  launch(needs: Needs): Promise<Launch>;
}
