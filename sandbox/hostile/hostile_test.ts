/** Every hostile program is contained, in a warm sandbox and in one of its own. */

import assert from "node:assert/strict";
import { LocalSandbox } from "../local.ts";
import { escapes } from "./escape.ts";
import { exhausting } from "./exhaust.ts";
import { LOOK_AROUND, poisoning } from "./poison.ts";
import type { HostileProgram } from "./program.ts";
import type { RunCodeInput } from "../api.ts";

const programs = [...escapes, ...exhausting, ...poisoning];

/** A file makes the request unfit for a warm sandbox. */
const OWN_SANDBOX = { files: { "unused/file": "" } };

function request({ code, request }: HostileProgram): RunCodeInput {
  return { code, language: "python", run_timeout: 2, ...request };
}

function check(
  { contained }: HostileProgram,
  response: Awaited<ReturnType<LocalSandbox["runCode"]>>,
) {
  assert.notEqual(response.status, "SandboxError", response.message);
  if (contained) return contained(response);
  const { stdout, stderr } = response.run_result!;
  assert.doesNotMatch(stdout!, /DID/);
  assert.match(stdout!, /end\n$/, stderr!);
}

const sandbox = await LocalSandbox.create({ concurrency: 1 }).catch((error) => error as Error);
const why = sandbox instanceof Error
  ? sandbox.message
  : sandbox.isolation.name === "bubblewrap"
  ? ""
  : `the isolation here is ${sandbox.isolation.name}`;
if (why) console.log(`Hostile programs are skipped: ${why}`);

Deno.test({
  name: "hostile programs in a warm sandbox, and what the next program finds",
  ignore: why !== "",
  async fn(t) {
    // One place: the next program comes into the same sandbox, if that is still one to come into.
    await using sandbox = await LocalSandbox.create({ concurrency: 1, isolation: "bubblewrap" });
    for (const program of programs.filter(({ processes }) => !processes)) {
      await t.step(program.name, async () => {
        await using sandbox = await LocalSandbox.create({
          concurrency: 1,
          isolation: "bubblewrap",
        });
        check(program, await sandbox.runCode(request(program)));
        const { run_result } = await sandbox.runCode({
          code: LOOK_AROUND,
          language: "python",
          stdin: "next",
        });
        assert.equal(run_result!.stdout, "next clean\n", run_result!.stderr!);
      });
    }
  },
});

Deno.test({
  name: "hostile programs in a sandbox of their own",
  ignore: why !== "",
  async fn() {
    await using sandbox = await LocalSandbox.create({ concurrency: 4, isolation: "bubblewrap" });
    await Promise.all(programs.map(async (program) => {
      const response = await sandbox.runCode({ ...request(program), ...OWN_SANDBOX });
      try {
        check(program, response);
      } catch (error) {
        throw new Error(`${program.name}: ${(error as Error).message}`, { cause: error });
      }
    }));
  },
});
