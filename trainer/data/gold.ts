/** Whether an answer can be held against a gold answer at all. */

import { parse } from "../../verifier-wasm/mod.ts";

/** Why the verifier cannot parse a gold answer; null if it can. */
export function checkGold(gold: string): string | null {
  const parsed = parse(gold);
  return "error" in parsed ? parsed.error : null;
}
