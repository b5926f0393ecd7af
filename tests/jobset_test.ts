/** `configs/cluster/jobset.yaml`: what it starts is what the program takes, and its parts name each other rightly. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { parseAddress } from "../gpu/sidecar/address.ts";
import { loadConfig } from "../trainer/config.ts";

const root = new URL("../", import.meta.url);
const text = await Deno.readTextFile(new URL("configs/cluster/jobset.yaml", root));
const [jobset, policy] = parseAllDocuments(text).map((document) => {
  assert.deepEqual(document.errors, []);
  return document.toJS();
});
const jobs = Object.fromEntries(
  // deno-lint-ignore no-explicit-any -- a manifest
  jobset.spec.replicatedJobs.map((job: any) => [job.name, job]),
);
// deno-lint-ignore no-explicit-any -- a manifest
const containerOf = (job: any) => job.template.spec.template.spec.containers[0];

Deno.test("the JobSet: kinds, names, and what ends it", () => {
  assert.equal(`${jobset.apiVersion} ${jobset.kind}`, "jobset.x-k8s.io/v1alpha2 JobSet");
  assert.deepEqual(Object.keys(jobs), ["sidecars", "trainer"]);
  assert.deepEqual(jobset.spec.successPolicy.targetReplicatedJobs, ["trainer"]);
  for (const job of Object.values(jobs)) {
    const pod = job.template.spec.template;
    assert.equal(pod.spec.restartPolicy, "Never");
    assert.deepEqual(pod.metadata.labels, policy.spec.podSelector.matchLabels);
    const [variable] = containerOf(job).env;
    assert.equal(variable.name, "EMEND_GPU_TOKEN");
    const { name } = variable.valueFrom.secretKeyRef;
    assert.ok(text.includes(`create secret generic ${name} `));
    const mounted = containerOf(job).volumeMounts.map(({ name }: { name: string }) => name);
    assert.deepEqual(mounted, pod.spec.volumes.map(({ name }: { name: string }) => name));
  }
  assert.ok(
    Deno.readTextFileSync(new URL("gpu/sidecar/main.ts", root)).includes("EMEND_GPU_TOKEN"),
  );
});

const skip = Deno.build.os === "windows" ? " (skipped: no bash here)" : "";

Deno.test({
  name: `its scripts: every sidecar is waited for where it listens, and settings are taken${skip}`,
  ignore: skip !== "",
  async fn() {
    const { sidecars, trainer } = jobs;
    const container = containerOf(sidecars);
    const ports = container.ports.map((port: { containerPort: number }) => port.containerPort);
    assert.equal(ports.length, container.resources.limits["nvidia.com/gpu"]);
    // Both run as they are, with `deno` and the network replaced by what tells of them.
    const said = async (args: string[], before: string) => {
      const [script, ...rest] = args;
      const { stdout, stderr, success } = await new Deno.Command("bash", {
        args: ["-c", before + script, ...rest],
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout).trim().split("\n");
    };
    const started = await said(
      container.args.map((arg: string) => arg.replace("while true", "for once in 1")),
      'deno() { echo "$*"; }\nsleep() { :; }\n',
    );
    assert.deepEqual(
      started.sort(),
      ports.map((port: number, gpu: number) =>
        `task --quiet gpu --device cuda:${gpu} --listen 0.0.0.0:${port}`
      ),
    );

    const [line] = await said(
      containerOf(trainer).args.map((arg: string) =>
        arg.replace("exec deno", "deno").replaceAll("(exec 3<>/dev/tcp/$host/$port)", "true")
      ),
      `deno() { printf '%s\\x1f' "$@"; }\n`,
    );
    const [, , task, file, ...settings] = line.split("\x1f").slice(0, -1);
    assert.equal(task, "train");
    const { trainer: { device } } = loadConfig({
      files: [fileURLToPath(new URL(file, root))],
      env: {},
      overrides: settings,
    });
    const { name, spec: { network } } = { name: jobset.metadata.name, ...jobset };
    const wanted = Array.from(
      { length: sidecars.replicas },
      (_, machine) =>
        ports.map((port: number) => `${name}-sidecars-${machine}-0.${network.subdomain}:${port}`),
    ).flat();
    assert.deepEqual(device, wanted);
    for (const address of wanted) assert.equal(parseAddress(address).transport, "tcp");
  },
});
