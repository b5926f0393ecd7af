/**
 * Runs many of the micro-world's programs in one go: starting a process costs a hundred times what such a program does.
 *
 * One warm sandbox runs a whole batch, so a program could meddle with those beside it. Only texts that are expressions
 * of this world get in (they cannot name anything but numbers, a, b and ten functions, and so can do no harm to each
 * other); every other text is run alone. Expected values stay outside of the sandbox in both cases.
 */

import type { Sandbox } from "../../../sandbox/api.ts";
import { ServiceFault } from "../../../sandbox/retry.ts";
import { FUNCTION_NAMES, PREAMBLE } from "./program.ts";

/** A program and the arguments to call it with. */
export interface Call {
  /** Its source; it should define `f`. */
  code: string;
  /** The arguments of each call. */
  inputs: readonly (readonly [number, number])[];
}

/** What each call of a program returned, null where it failed; or why nothing of it ran. */
export type Returned = { values: (number | null)[] } | { error: string };

const TOKEN = `(?:[0-9]|a|b|[-+*(),]|${FUNCTION_NAMES.join("|")})`;
const EXPRESSION = new RegExp(`^def f\\(a, b\\): return(?: ${TOKEN}){1,40} *\\n?$`);
/** Programs a job: enough to hide what a job costs, few enough to be over at once. */
const BATCH = 128;
const SECONDS = 10;

/** Why nothing of a program is known that does not end. */
export const TOO_LONG = "it took too long";

const DRIVER = `${PREAMBLE}
import json, sys


def values(code, inputs):
    names = dict(globals())
    try:
        exec(code, names)
        f = names["f"]
    except Exception as error:
        return {"error": "%s: %s" % (type(error).__name__, error)}
    found = []
    for a, b in inputs:
        try:
            value = f(a, b)
            found.append(value if type(value) is int and abs(value) < 2**53 else None)
        except Exception:
            found.append(None)
    return {"values": found}


print(json.dumps([values(*call) for call in json.load(sys.stdin)]))
`;

/**
 * Runs programs.
 *
 * @returns in the order of the calls
 * @throws {ServiceFault} where the sandbox fails, and not a program
 */
export async function execute(
  sandbox: Sandbox,
  calls: readonly Call[],
  signal?: AbortSignal,
): Promise<Returned[]> {
  const results = new Array<Returned>(calls.length);
  const kinds = Map.groupBy(calls.keys(), (i) => EXPRESSION.test(calls[i].code));
  const batches = (kinds.get(false) ?? []).map((i) => [i]);
  const alike = kinds.get(true) ?? [];
  for (let i = 0; i < alike.length; i += BATCH) batches.push(alike.slice(i, i + BATCH));
  await Promise.all(batches.map(async (batch) => {
    const found = await run(sandbox, batch.map((i) => calls[i]), signal);
    batch.forEach((i, k) => results[i] = found[k]);
  }));
  return results;
}

async function run(sandbox: Sandbox, calls: Call[], signal?: AbortSignal): Promise<Returned[]> {
  const stdin = JSON.stringify(calls.map(({ code, inputs }) => [code, inputs]));
  const { status, message, run_result: ran } = await sandbox.runCode({
    code: DRIVER,
    language: "python",
    run_timeout: SECONDS,
    stdin,
  }, signal);
  if (status === "SandboxError") throw new ServiceFault(message, true);
  const found = status === "Success" ? parsed(ran?.stdout ?? "", calls.length) : null;
  if (found) return found;
  // A batch fails as a whole only where one of its programs ends the process: alone, each answers for itself.
  if (calls.length > 1) {
    return (await Promise.all(calls.map((call) => run(sandbox, [call], signal)))).flat();
  }
  const why = ran?.status === "TimeLimitExceeded" ? TOO_LONG : "it ended the process";
  return [{ error: why }];
}

/** The driver's line; null where a program has written something in its place. */
function parsed(stdout: string, count: number): Returned[] | null {
  try {
    const found = JSON.parse(stdout);
    return Array.isArray(found) && found.length === count ? found : null;
  } catch {
    return null;
  }
}
