/** Programs that mean harm, each with how it must look when it was contained. They are tests, and part of the soak. */

import type { RunCodeInput, RunCodeResponse } from "../api.ts";

/** One of them. */
export interface HostileProgram {
  /** What it tries. */
  name: string;
  /** Its text; Python unless the request says otherwise. */
  code: string;
  /** The rest of its request. @default a second of time */
  request?: Partial<RunCodeInput>;
  /**
   * How it must end. @default it prints nothing with the word DID, and `end` last
   *
   * @throws an AssertionError
   */
  contained?: (response: RunCodeResponse) => void;
  /** Whether it needs processes of its own, which a warm sandbox denies. */
  processes?: boolean;
}

/** Begins programs that try many things: `attempt(name, action)` prints DID when the action did not fail. */
export const ATTEMPTS = `
import os, sys
def attempt(name, action, harmless=lambda result: False):
    try:
        result = action()
    except BaseException as error:
        print(name, "failed:", type(error).__name__)
        return
    if not harmless(result):
        print("DID", name, repr(result)[:80])
`;
