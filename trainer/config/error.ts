/** What is wrong with a configuration, all of it at once. */
export class ConfigError extends Error {
  /**
   * Joins the problems, a line each.
   *
   * @param problems one sentence each; every one names the key, where it was set and what to do
   */
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ConfigError";
  }
}
