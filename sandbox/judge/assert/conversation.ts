/**
 * Assertions against a program that cannot reach them: two sandboxed processes that never meet.
 *
 * `tests.py` runs the tests, `program.py` the solution. When a test calls a function of the program, the call goes
 * out as one line, this file carries it over, and the program's one line of answer goes back: they take turns, so a
 * program that writes more than it was asked to only spoils its own answers. Verdicts are lines of the tests' process
 * that begin with `!`; a program has no way of writing there.
 */

import type {
  CommandRunResult,
  Conversation,
  LocalConversations,
  RunCodeInput,
} from "../../api.ts";
import type { AssertProblem, Limits } from "../problem.ts";
import { Lines } from "./lines.ts";
import wire from "./wire.py" with { type: "text" };
import program from "./program.py" with { type: "text" };
import tests from "./tests.py" with { type: "text" };

/** Seconds for the tests' process, which may have to wait until there is room for the program's. */
const PATIENCE = 3600;

/** Seconds that tests may take beyond the program's own limit before both are ended. */
const GRACE = 10;

/** What came of one assertion: that it held, did not hold, or brought an error. */
export interface Outcome {
  /** `gone`: the program ended, or sent what is no answer. */
  outcome: "passed" | "wrong" | "error" | "gone";
  /** Why; empty where it passed. */
  message: string;
}

/** What came of a program's assertions. */
export interface AssertRun {
  /** In the tests' order, up to the one that ended them. */
  outcomes: Outcome[];
  /** How the program ran; its own output is in `stderr`. */
  program: CommandRunResult;
  /** Why the tests could not run, where that is not the program's doing. */
  fault: string | null;
}

/** Runs a problem's assertions against a program; see the head of this file. */
export async function converse(
  sandbox: LocalConversations,
  problem: AssertProblem,
  code: string,
  limits: Limits & { runAll: boolean },
  signal?: AbortSignal,
): Promise<AssertRun> {
  const request = (part: string, seconds: number): RunCodeInput => ({
    code: wire + "\n" + part,
    language: "python",
    run_timeout: seconds,
    memory_limit_MB: limits.memoryMB,
  });
  const seconds = limits.runTimeout ?? 10;
  // The tests first: the program's time begins when they are ready.
  await using judge = await sandbox.start(request(tests, PATIENCE), signal);
  await using solution = await sandbox.start(request(program, seconds), signal);
  const timer = setTimeout(() => judge.end(), (seconds + GRACE) * 1000);
  try {
    const { preamble, setup, tests, names } = problem;
    const answers = new Lines(solution);
    await say(solution, ["load", preamble, code]);
    const loaded = await answers.next();
    if (!isLoaded(loaded)) {
      const run = await solution.end();
      const message = loaded ? "" : "the program ended before the tests began";
      return { outcomes: [{ outcome: "error", message }], program: run, fault: null };
    }
    await say(judge, { setup, tests, names, stop: !limits.runAll });
    const outcomes = await relay(judge, solution, answers);
    const run = await solution.end();
    if (outcomes.length > 0 || run.status === "TimeLimitExceeded") {
      return { outcomes, program: run, fault: null };
    }
    const { stderr } = await judge.end();
    return { outcomes, program: run, fault: `the tests brought no verdict: ${stderr ?? ""}` };
  } finally {
    clearTimeout(timer);
  }
}

/** Carries lines until the tests are over. */
async function relay(
  judge: Conversation,
  solution: Conversation,
  answers: Lines,
): Promise<Outcome[]> {
  const lines = new Lines(judge), outcomes: Outcome[] = [];
  while (true) {
    const line = await lines.next();
    if (!line) return outcomes;
    if (line[0] !== 0x21) { // !
      await solution.send(line).catch(() => {}); // that it has ended is found below
      await judge.send(await answers.next() ?? GONE);
      continue;
    }
    const report = JSON.parse(new TextDecoder().decode(line.subarray(1)));
    if (report === null) return outcomes;
    const [, outcome, message] = report as [unknown, Outcome["outcome"], string];
    outcomes.push({ outcome, message });
    if (outcome === "gone") return outcomes;
  }
}

/** What stands for the answer of a program that gives none. */
const GONE = new TextEncoder().encode("[]\n");

function say(to: Conversation, message: unknown): Promise<void> {
  return to.send(new TextEncoder().encode(JSON.stringify(message) + "\n"));
}

/** Whether a program says that it could be loaded. */
function isLoaded(line: Uint8Array | null): boolean {
  try {
    return line !== null && JSON.parse(new TextDecoder().decode(line))[0] === "value";
  } catch {
    return false;
  }
}
