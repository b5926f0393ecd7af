import assert from "node:assert/strict";
import { Interrupt } from "./interrupt.ts";

const module = JSON.stringify(new URL("./interrupt.ts", import.meta.url).href);
const WINDOWS = Deno.build.os === "windows" ? " (skipped: Windows has no such signals)" : "";

/** Runs a program that prints `ready`, sends it the signals, each after the next line it prints. */
async function signalled(program: string, signals: Deno.Signal[], byTask = false) {
  const child = new Deno.Command(Deno.execPath(), {
    env: { INIT_CWD: byTask ? Deno.cwd() : "" },
    args: ["eval", `import { Interrupt } from ${module};\n${program}`],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let printed = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    printed += text;
    const signal = signals.shift();
    if (signal) child.kill(signal);
  }
  const { code, signal } = await child.status;
  return { printed, code, signal };
}

const LOOP = `
{
  using interrupt = new Interrupt({ say: console.log });
  console.log("ready");
  for (let i = 0; i < 300 && !(interrupt.requested && STOP); i++) await new Promise((go) => setTimeout(go, 20));
  console.log("saved");
}
`;

for (const name of ["SIGINT", "SIGTERM"] as const) {
  Deno.test({
    name: `the first ${name} lets the step finish and the run be saved${WINDOWS}`,
    ignore: WINDOWS !== "",
    async fn() {
      assert.deepEqual(await signalled(LOOP.replace("STOP", "true"), [name]), {
        printed:
          "ready\nFinishing the step, then saving; press Ctrl-C again to stop at once.\nsaved\n",
        code: 0,
        signal: null,
      });
    },
  });
}

Deno.test({
  name: `the second Ctrl-C stops at once with 130${WINDOWS}`,
  ignore: WINDOWS !== "",
  async fn() {
    const { printed, code } = await signalled(LOOP.replace("STOP", "false"), ["SIGINT", "SIGINT"]);
    assert.equal(code, 130);
    assert.doesNotMatch(printed, /saved/);
  },
});

// Blocked long enough for the echo to wait behind the timer.
const BUSY = `
{
  using interrupt = new Interrupt({ say: console.log });
  console.log("ready");
  while (!interrupt.requested) await new Promise((go) => setTimeout(go, 5));
  Deno.kill(Deno.pid, "SIGINT");
  for (const end = performance.now() + 500; performance.now() < end;);
  await new Promise((go) => setTimeout(go, 1000));
  console.log("not stopped");
  await new Promise((go) => setTimeout(go, 6000));
  console.log("saved");
}
`;

Deno.test({
  name: `what deno task passes on is no second Ctrl-C; another one is${WINDOWS}`,
  ignore: WINDOWS !== "",
  async fn() {
    // One on "ready", none on "Finishing the step", one on "not stopped".
    const signals: (Deno.Signal | undefined)[] = ["SIGINT", undefined, "SIGINT"];
    const { printed, code } = await signalled(BUSY, signals as Deno.Signal[], true);
    assert.match(printed, /ready\nFinishing.*\nnot stopped\n$/);
    assert.equal(code, 130);
  },
});

Deno.test({
  name: `once disposed of, Ctrl-C kills as it did before${WINDOWS}`,
  ignore: WINDOWS !== "",
  async fn() {
    const program =
      `{ using _ = new Interrupt(); }\nconsole.log("ready");\nawait new Promise((go) => setTimeout(go, 6000));`;
    assert.equal((await signalled(program, ["SIGINT"])).signal, "SIGINT");
  },
});

Deno.test("nothing is requested until somebody does", () => {
  using interrupt = new Interrupt();
  assert.equal(interrupt.requested, false);
});
