/** How a sandbox starts: a command that ends in the program inside. */

/** A command to start. */
export interface Launch {
  /** Program and arguments. */
  command: string[];
  /** The folder that jobs run in, as they see it. */
  work: string;
  /** What ends it together with everything in it. */
  ends: "SIGKILL" | "SIGTERM";
}
