/** Whether a response keeps to the format of a reasoning model. */

/**
 * True where the text opens with `<think>` (white space aside) and closes it.
 *
 * The closing tag must come after the opening one; what follows it is the verifier's business.
 */
export function hasThinkFormat(text: string): boolean {
  const opening = "<think>";
  const trimmed = text.trimStart();
  return trimmed.startsWith(opening) && trimmed.includes("</think>", opening.length);
}
