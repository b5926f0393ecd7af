/** The client that others use, as it is published. */

import assert from "node:assert/strict";
import { DatasetFolder } from "./datasets/folder.ts";
import { LocalSandbox } from "./local.ts";
import { createApp } from "./server/app.ts";
import { listen } from "./server/serve.ts";

const PACKAGE = "sandbox-fusion==0.3.7";

/** What the package's users do; each line of output is checked below. */
const CALLS = `
import asyncio, sandbox_fusion as sf

def show(name, value): print(name, "=", value, flush=True)

result = sf.run_code(sf.RunCodeRequest(code="print(input())", language="python", stdin="hello"))
show("run", [result.status.value, result.run_result.status.value, result.run_result.stdout, result.compile_result])
result = sf.run_code(sf.RunCodeRequest(code="raise SystemExit(3)", language="python"))
show("failed", [result.status.value, result.run_result.return_code])
show("summary", sf.summary_run_code_result(result, sf.SummaryMapping(RunFailed="run failed")))
result = sf.run_code(sf.RunCodeRequest(code="while True: pass", language="python", run_timeout=1))
show("late", [result.status.value, result.run_result.status.value, result.run_result.return_code])
result = sf.run_code(sf.RunCodeRequest(
    code="open('out.txt', 'w').write(open('in.txt').read() * 2)", language="python",
    files={"in.txt": "YWI="}, fetch_files=["out.txt"]))
show("files", result.files)
result = sf.run_jupyter(sf.RunJupyterRequest(cells=["a = 1", "a", "print(a)", "raise ValueError('x')"]))
show("jupyter", [result.status.value, result.cells[1].display, result.cells[2].stdout, result.cells[3].error[0]["ename"]])
config = sf.TestConfig(language="python", extra={"run_all_cases": True})
prompts = sf.get_prompts(sf.GetPromptsRequest(dataset="mine", config=config))
show("prompts", [(p.id, p.prompt) for p in prompts])
show("prompt", sf.get_prompt_by_id(sf.GetPromptByIdRequest(dataset="mine", id=1, config=config)).labels)
fence = "\`" * 3
answer = fence + "python\\nprint(2 * int(input()))\\n" + fence
result = sf.submit(sf.SubmitRequest(dataset="mine", id=1, completion=answer, config=config))
show("submit", [result.accepted, result.extracted_type, [t.passed for t in result.tests]])
data = {"id": 7, "content": "", "test": [{"input": {"stdin": "3"}, "output": {"stdout": "7"}}]}
own = sf.TestConfig(language="python", dataset_type="CommonOJDataset", provided_data=data)
result = sf.submit(sf.SubmitRequest(dataset="none", id=7, completion=answer, config=own))
show("provided", [result.id, result.accepted, result.tests[0].exec_info.run_result.stdout])
result = sf.submit_safe(sf.SubmitRequest(dataset="none", id=7, completion=answer, config=config), max_attempts=1)
show("safe", result.accepted)
async def both():
    request = sf.RunCodeRequest(code="print(1)", language="python")
    return await asyncio.gather(*[sf.run_code_async(request) for _ in range(4)])
show("async", [r.status.value for r in asyncio.run(both())])
calls = [dict(request=sf.RunCodeRequest(code="print(%d)" % i, language="python")) for i in range(8)]
show("concurrent", [r.run_result.stdout for r in sf.run_concurrent(sf.run_code, kwargs=calls, concurrency=8)])
try:
    sf.run_code(sf.RunCodeRequest(code="", language="cuda"), max_attempts=1)
except Exception as error:
    show("unknown", str(error)[:40])
`;

const PRINTED = `run = ['Success', 'Finished', 'hello\\n', None]
failed = ['Failed', 3]
summary = run failed
late = ['Failed', 'TimeLimitExceeded', None]
files = {'out.txt': 'YWJhYg=='}
jupyter = ['Success', [{'text/plain': '1'}], '1\\n', 'ValueError']
prompts = [(1, 'Double.')]
prompt = {'level': 1}
submit = [True, 'fenced', [True, True]]
provided = [7, False, '6\\n']
safe = False
async = ['Success', 'Success', 'Success', 'Success']
concurrent = ['0\\n', '1\\n', '2\\n', '3\\n', '4\\n', '5\\n', '6\\n', '7\\n']
unknown = Faas api responded with code 400: {"deta
`;

async function output(
  command: string,
  args: string[],
  env = {},
): Promise<[boolean, string, string]> {
  try {
    const done = await new Deno.Command(command, { args, env, stdout: "piped", stderr: "piped" })
      .output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return [done.success, text(done.stdout), text(done.stderr)];
  } catch (error) {
    return [false, "", (error as Error).message];
  }
}

/** A Python that has the package, in a folder of its own; null, with the reason printed, where none can be made. */
async function pythonWithClient(folder: string): Promise<string | null> {
  const [made, , why] = await output("python3", ["-m", "venv", folder]);
  if (!made) {
    console.log(`Skipped: python3 -m venv: ${why.trim().split("\n").at(-1)}`);
    return null;
  }
  const python = folder + "/bin/python";
  const install = ["-m", "pip", "install", "-q", "--retries", "1", PACKAGE];
  const [installed, , reason] = await output(python, install);
  if (installed) return python;
  console.log(`Skipped: pip install ${PACKAGE}: ${reason.trim().split("\n").at(-1)}`);
  return null;
}

Deno.test(`${PACKAGE} runs its calls`, async () => {
  const folder = await Deno.makeTempDir();
  try {
    const python = await pythonWithClient(folder + "/venv");
    if (!python) return;
    const test = ["1", "2"].map((n) => ({
      input: { stdin: n },
      output: { stdout: `${2 * Number(n)}` },
    }));
    const row = { id: 1, content: "Double.", labels: { level: 1 }, test };
    await Deno.mkdir(folder + "/datasets");
    await Deno.writeTextFile(folder + "/datasets/mine.jsonl", JSON.stringify(row));

    await using sandbox = await LocalSandbox.create({ concurrency: 2 });
    const datasets = new DatasetFolder(folder + "/datasets");
    const app = createApp({ sandbox, concurrency: 2, datasets });
    await using server = listen(app, { host: "127.0.0.1", port: 0 });
    const env = { SANDBOX_FUSION_ENDPOINT: server.endpoint };
    const [, printed, errors] = await output(python, ["-c", CALLS], env);
    assert.equal(printed, PRINTED, errors);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
