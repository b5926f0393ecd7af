/** How a command ends that was asked to stop, so that its exit code can say so. */

/** The command was asked to stop; what is done is written down. */
export class Interrupted extends Error {
  /** `Interrupted`. */
  override name = "Interrupted";
}
