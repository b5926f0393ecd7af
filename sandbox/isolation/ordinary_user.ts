/** Run by the test of ordinary users: some hostile programs on both ways of bubblewrap. */

import { escapes } from "../hostile/escape.ts";
import { exhausting } from "../hostile/exhaust.ts";
import { LOOK_AROUND, poisoning } from "../hostile/poison.ts";
import { LocalSandbox } from "../local.ts";

await using sandbox = await LocalSandbox.create({ concurrency: 2, isolation: "bubblewrap" });
const short = exhausting.filter(({ name }) => /disk|fork|threads|10 GB|2 MB/.test(name));
let count = 0;
for (const { name, code, request, contained, processes } of [...escapes, ...short, ...poisoning]) {
  const alone: Record<string, string> = { a: "" };
  for (const files of processes ? [alone] : [{}, alone]) {
    const own = { code, language: "python", run_timeout: 1, ...request, files };
    const answer = await sandbox.runCode(own);
    if (answer.status === "SandboxError") throw new Error(`${name}: ${answer.message}`);
    if (contained) contained(answer);
    else if (/DID/.test(answer.run_result!.stdout!) || !/end\n$/.test(answer.run_result!.stdout!)) {
      throw new Error(`${name}: ${answer.run_result!.stdout} ${answer.run_result!.stderr}`);
    }
    const next = await sandbox.runCode({ code: LOOK_AROUND, language: "python", stdin: "next" });
    if (next.run_result!.stdout !== "next clean\n") {
      throw new Error(`after ${name}: ${next.run_result!.stdout} ${next.run_result!.stderr}`);
    }
    count++;
  }
}
console.log(`${count} programs of user ${Deno.uid()} contained`);
