/** The ways in which an answer can be looked at. */

/** Formulas set; as written; shaded by log-probability; shaded by off-policy weight. */
export type TextMode = "read" | "source" | "logprob" | "weight";

/** Every mode with its name. */
export const TEXT_MODES: Record<TextMode, string> = {
  read: "to be read",
  source: "as written",
  logprob: "shaded by log-probability",
  weight: "shaded by off-policy weight f(π)",
};

/** Whether a word from an address is a mode. */
export function isTextMode(text: string | null): text is TextMode {
  return text !== null && Object.hasOwn(TEXT_MODES, text);
}
