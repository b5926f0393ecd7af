/** `deno task cluster` against a small server that speaks as Ray's dashboard does. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Command } from "../../tests/command_line.ts";
import type { Submission } from "./ray_jobs.ts";

const QUICK = fileURLToPath(new URL("../../configs/quick.yaml", import.meta.url));
const TOKEN = "a".repeat(64);

interface Script {
  /** The log, in pieces; null breaks the line. */
  log?: (string | null)[][];
  /** The states that are told one after the other; the last one for ever. */
  states?: object[];
}

/** A dashboard with one job. */
function dashboard({ log = [["hello\n"]], states = [{ status: "SUCCEEDED" }] }: Script = {}) {
  const submitted: Submission[] = [], asked: string[] = [], refused: string[] = [];
  const lines = [...log], told = [...states];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    asked.push(`${request.method} ${pathname.replace(/quick-[\dT-]+/, "ID")}`);
    if (request.headers.get("authorization") !== `Bearer ${TOKEN}`) {
      refused.push(pathname);
      return new Response("Unauthorized: Missing authentication token", { status: 401 });
    }
    if (pathname.endsWith("/logs/tail")) {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onopen = () => {
        const pieces = lines.length > 1 ? lines.shift()! : lines[0];
        for (const piece of pieces) {
          if (piece === null) return socket.close(1011, "the head is restarting");
          socket.send(piece);
        }
        if (told.length === 1 && told[0] !== RUNNING) socket.close(1000);
      };
      return response;
    }
    if (pathname.endsWith("/stop")) return Response.json({ stopped: true });
    if (request.method === "POST") {
      submitted.push(await request.json());
      return Response.json({ submission_id: submitted[0].submission_id });
    }
    const state = told.length > 1 ? told.shift()! : told[0];
    return "http" in state
      ? new Response("", { status: state.http as number })
      : Response.json(state);
  });
  const address = `http://127.0.0.1:${server.addr.port}`;
  return { address, submitted, asked, refused, [Symbol.asyncDispose]: () => server.shutdown() };
}

const RUNNING = { status: "RUNNING" };

function cluster(address: string, args: string[], token = TOKEN): Command {
  return new Command(["--address", address, ...args], {
    task: "cluster",
    env: { RAY_AUTH_TOKEN: token, RAY_AUTH_TOKEN_PATH: "", RAY_API_SERVER_ADDRESS: "" },
  });
}

Deno.test("a job is submitted with the token, followed, and its end is the command's", async () => {
  await using ray = dashboard({ log: [["step 1/3\n", "step 2/3\n\x1b[2J", "step 3/3\n"]] });
  const args = ["--ranks", "2", "--device", "cpu", QUICK, "trainer.experiment_name=it's"];
  const { code, stdout, stderr } = await cluster(ray.address, args).ended;
  assert.equal(stderr, "");
  assert.equal(code, 0);
  assert.match(stdout, /^Submitted it's-\S+ to http.*\nstep 1\/3\nstep 2\/3\nstep 3\/3\n$/);
  assert.deepEqual(ray.refused, []);
  const [{ entrypoint, runtime_env }] = ray.submitted;
  assert.match(
    entrypoint,
    /^python3 -u \S+\/trainer\/cluster\/driver\.py --ranks 2 --device cpu -- \S+\/configs\/quick\.yaml 'trainer\.experiment_name=it'"'"'s'$/,
  );
  assert.equal(runtime_env.env_vars.RAY_JOB_STOP_WAIT_TIME_S, "600");
});

Deno.test("a job that fails is told with Ray's reason and the trainer's exit code", async () => {
  await using ray = dashboard({
    states: [RUNNING, { status: "FAILED", message: "it broke", driver_exit_code: 3 }],
  });
  const { code, stdout, stderr } = await cluster(ray.address, ["--ranks", "1", QUICK]).ended;
  assert.equal(code, 3);
  assert.match(stdout, /\nhello\n$/);
  assert.match(stderr, /^quick-\S+: FAILED\. it broke\n$/);
});

Deno.test("a line that breaks is told once, and no part of the log is lost or doubled", async () => {
  await using ray = dashboard({
    log: [["one\ntw", null], ["one\n", "two\n", "three\n", null], ["one\ntwo\nthree\nfour\n"]],
    states: [{ status: "PENDING" }, RUNNING, { http: 503 }, RUNNING, { status: "SUCCEEDED" }],
  });
  const { code, stdout, stderr } = await cluster(ray.address, ["--follow", "quick-1"]).ended;
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "one\ntwo\nthree\nfour\n");
  assert.match(stderr, /^(Warning: .*\. The job goes on; trying again\n)+$/);
});

Deno.test("Ctrl-C leaves the job as it is; --stop ends it", async () => {
  await using ray = dashboard({ states: [RUNNING] });
  const command = cluster(ray.address, ["--ranks", "1", QUICK]);
  await command.printed(/hello/);
  command.kill("SIGINT");
  const { code, stderr } = await command.ended;
  assert.equal(code, 130);
  assert.match(
    stderr,
    /quick-\S+ goes on\. Its log again: --follow quick-\S+; its end: --stop quick-/,
  );
  assert.ok(!ray.asked.some((one) => one.endsWith("/stop")));
  const stop = await cluster(ray.address, ["--stop", "quick-1"]).ended;
  assert.equal(stop.code, 0, stop.stderr);
  assert.equal(ray.asked.at(-1), "POST /api/jobs/ID/stop");
  const detached = await cluster(ray.address, ["--ranks", "1", "--detach", QUICK]).ended;
  assert.equal(detached.code, 0);
  assert.match(detached.stdout, /^Submitted quick-\S+ to .*\n$/);
});

Deno.test("what cannot be is told before anything is submitted", async () => {
  await using ray = dashboard();
  const wrong: [string[], RegExp][] = [
    [[QUICK], /how many GPUs shall train: --ranks 8/],
    [["--ranks", "two", QUICK], /--ranks is a number, not "two"/],
    [["--ranks", "2", QUICK, "trainer.device=cpu"], /trainer\.device is set by Ray's placement/],
    [["--ranks", "2", QUICK, "trainer.sede=1"], /trainer\.sede/],
    [["--ranks", "2", "--servers", "1", QUICK], /how a server is started/],
  ];
  for (const [args, message] of wrong) {
    const { code, stderr } = await cluster(ray.address, args).ended;
    assert.equal(code, 1);
    assert.match(stderr, message);
  }
  assert.deepEqual(ray.asked, []);
  const stranger = await cluster(ray.address, ["--ranks", "2", QUICK], "wrong").ended;
  assert.equal(stranger.code, 1);
  assert.match(stranger.stderr, /refuses this token \(HTTP 401\)\. Set RAY_AUTH_TOKEN/);
  const nobody = await cluster("http://127.0.0.1:9", ["--ranks", "2", QUICK]).ended;
  assert.match(nobody.stderr, /^http:\/\/127\.0\.0\.1:9 does not answer/);
});
