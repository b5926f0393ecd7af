/**
 * `deno task cluster` on a real Ray of one machine, which trains on two sidecars with a CPU each.
 *
 *   python3 -m venv venv && venv/bin/pip install 'ray[default]'
 *   EMEND_RAY=venv deno test -A tests/cluster_slow.ts
 *
 * Ray listens at every interface of the machine, so it runs in a network of its own (bubblewrap), and so does all else.
 */

import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { builtinFolder } from "./model_folder.ts";
import { metricsOf, SMALL, temporaryFolder } from "./command_line.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const venv = Deno.env.get("EMEND_RAY");
const why = venv ? "" : " (skipped: EMEND_RAY names no environment with ray[default])";

/** Each command's output goes before its exit code, in a line of its own. */
const SCRIPT = `
set -u
ray start --head --node-ip-address=127.0.0.1 --num-cpus=6 --num-gpus=0 --disable-usage-stats >"$FOLDER/ray.log" 2>&1 || cat "$FOLDER/ray.log"
cluster() { deno task --quiet cluster "$@"; echo "code $?"; }

RAY_AUTH_TOKEN=another cluster --follow any 2>&1 | sed 's/^/stranger: /'

cluster --job trained --ranks 2 --device cpu "$@" trainer.default_local_dir="$FOLDER/trained" >"$FOLDER/trained.log" 2>&1

cluster --job served --ranks 2 --device cpu --servers 2 --server-gpus 0 --server-command "deno run -A tests/engine_server.ts vllm $FOLDER/model {port}" "$@" actor_rollout_ref.rollout.name=vllm trainer.default_local_dir="$FOLDER/served" >"$FOLDER/served.log" 2>&1

cluster --job killed --ranks 2 --device cpu "$@" trainer.total_training_steps=100 trainer.default_local_dir="$FOLDER/killed" >"$FOLDER/killed.log" 2>&1 &
until grep -q '^step 4/' "$FOLDER/killed.log"; do sleep 0.1; done
kill -9 "$(sed -n 's/.*127.0.0.1:7451 is ready.*process \\([0-9]*\\).*/\\1/p' "$FOLDER/killed.log" | tail -1)"
wait

cluster --job stopped --ranks 2 --device cpu "$@" trainer.total_training_steps=4000 trainer.default_local_dir="$FOLDER/stopped" >"$FOLDER/stopped.log" 2>&1 &
until grep -q '^step 4/' "$FOLDER/stopped.log"; do sleep 0.1; done
deno task --quiet cluster --stop stopped
wait

cluster --job crowded --ranks 8 --device cpu --patience 2 "$@" >"$FOLDER/crowded.log" 2>&1
ray stop --force >/dev/null 2>&1
`;

Deno.test({
  name:
    `a run on Ray: it ends well, with servers too; a rank is killed, a job is stopped, a token is wrong${why}`,
  ignore: why !== "",
  async fn() {
    await using folder = await temporaryFolder();
    await builtinFolder(join(folder.path, "model"));
    const { code, stdout, stderr } = await new Deno.Command("bwrap", {
      args: ["--dev-bind", "/", "/", "--unshare-net", "--die-with-parent"]
        .concat("bash", "-c", SCRIPT, "script", ...SMALL),
      cwd: root,
      env: {
        PATH: `${join(resolve(venv!), "bin")}:${Deno.env.get("PATH")}`,
        FOLDER: folder.path,
        RAY_TMPDIR: folder.path,
        RAY_AUTH_MODE: "token",
        RAY_AUTH_TOKEN: "a".repeat(64),
        NO_COLOR: "1",
      },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assert.equal(code, 0, text(stderr));
    const out = text(stdout),
      log = (name: string) => Deno.readTextFileSync(join(folder.path, name));
    console.log(out);
    assert.match(out, /stranger: .* refuses this token \(HTTP 403\)/);

    assert.match(log("trained.log"), /step 8\/8[^]*code 0\n$/);
    assert.equal((await metricsOf(join(folder.path, "trained"))).length, 9);

    assert.match(log("served.log"), /Training on .* with 127\.0\.0\.1:8000, 127\.0\.0\.1:8001/);
    assert.match(log("served.log"), /step 8\/8[^]*code 0\n$/);

    assert.match(
      log("killed.log"),
      /Warning: The sidecar at 127\.0\.0\.1:745\d was lost: .*\. All are replaced, and go on from step \d+\n[^]*step 100\/100[^]*code 0\n$/,
    );

    assert.match(log("stopped.log"), /Stopped at step \d+ of 4000; the same command goes on from/);
    assert.match(log("stopped.log"), /stopped: STOPPED[^]*code 130\n$/);

    assert.match(log("crowded.log"), /Ray had no room for 8 times \{'CPU': 1\} in 2 seconds/);
    assert.match(log("crowded.log"), /code 1\n$/);
  },
});
