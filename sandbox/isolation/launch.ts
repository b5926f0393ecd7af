/** How a sandbox starts: a command that ends in the program inside. */

/** A command to start. */
export interface Launch {
  /** Program and arguments. */
  command: string[];
  /** What to tidy up after it has ended. @default nothing */
  after?: () => Promise<void>;
}
