/** Setting up from a small server that stands in for PyPI. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findMpi } from "../../group/mpi_library.ts";
import { elf } from "../testing/elf.ts";
import { zip } from "../testing/zip.ts";
import { packageOf } from "./nvidia.ts";
import { compareVersions, wheels } from "./python_index.ts";

const { arch } = Deno.build;
const root = fileURLToPath(new URL("../../..", import.meta.url));
const [, ...ARGS] = JSON.parse(Deno.readTextFileSync(join(root, "deno.json")))
  .tasks["gpu:setup"].command.split(" ");
const skip = Deno.build.os === "linux" ? "" : " (skipped: CUDA is for Linux)";

interface File {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** Another checksum than the file's. */
  sha256?: string;
}

/** An index with a page for each project, and the files. */
async function pypi(projects: Record<string, File[]>) {
  const asked: string[] = [];
  const pages = new Map<string, string>();
  for (const [project, files] of Object.entries(projects)) {
    const links = await Promise.all(files.map(async ({ name, bytes, sha256 }) => {
      const hash = sha256 ?? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
      return `<a href="../../files/${name}#sha256=${hash}" data-requires-python="&gt;=3.10">${name}</a>`;
    }));
    pages.set(`/simple/${project}/`, `<!DOCTYPE html>\n${links.join("<br/>\n")}`);
  }
  const all = Object.values(projects).flat();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    const { pathname } = new URL(url);
    asked.push(pathname);
    const page = pages.get(pathname);
    if (page) return new Response(page, { headers: { "content-type": "text/html" } });
    const file = all.find(({ name }) => pathname === `/files/${name}`);
    return file ? new Response(file.bytes) : new Response("no", { status: 404 });
  });
  const index = `http://127.0.0.1:${server.addr.port}/simple`;
  return { index, asked, [Symbol.asyncDispose]: () => server.shutdown() };
}

async function setup(home: string, args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...ARGS, ...args],
    cwd: root,
    env: {
      HOME: home,
      XDG_CACHE_HOME: "",
      EMEND_ONNXRUNTIME: "",
      LD_LIBRARY_PATH: "",
      EMEND_MPI: "",
    },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

const tag = `manylinux_2_28_${arch}`;
const wheel = (version: string, cuda: number, more: Record<string, Uint8Array<ArrayBuffer>> = {}) =>
  zip({
    [`onnxruntime/capi/libonnxruntime.so.${version}`]: elf(["libc.so.6"]),
    "onnxruntime/capi/libonnxruntime_providers_cuda.so": elf([
      `libcudart.so.${cuda}`,
      "libnowhere.so.1",
      "libc.so.6",
    ]),
    "onnxruntime/__init__.py": new TextEncoder().encode("print('never run')"),
    ...more,
  });

Deno.test({
  name:
    `the wheel for the wanted CUDA is fetched, checked and unpacked, its libraries alone${skip}`,
  ignore: skip !== "",
  async fn() {
    const home = await Deno.makeTempDir();
    const file = async (version: string, cuda: number) => ({
      name: `onnxruntime_gpu-${version}-cp312-cp312-${tag}.whl`,
      bytes: await wheel(version, cuda),
    });
    await using index = await pypi({
      "onnxruntime-gpu": [
        { name: `onnxruntime_gpu-1.26.0-cp312-cp312-win_amd64.whl`, bytes: new Uint8Array(1) },
        await file("1.31.0", 13),
        await file("1.9.0", 11),
        await file("1.26.0", 12),
        await file("1.30.0", 13),
        { name: "onnxruntime_gpu-1.26.1rc1.tar.gz", bytes: new Uint8Array(1) },
      ],
      "nvidia-cuda-runtime-cu12": [{
        name: `nvidia_cuda_runtime_cu12-12.9.79-py3-none-${tag}.whl`,
        bytes: await zip({
          "nvidia/cuda_runtime/lib/libcudart.so.12": elf([]),
          "nvidia/cuda_runtime/lib/../../../../escaped.so": elf([]),
          "nvidia/cuda_runtime/include/cuda.h": new Uint8Array(3),
        }),
      }],
      // What nothing needs by name, and ONNX Runtime opens all the same.
      "nvidia-cudnn-cu12": [{
        name: `nvidia_cudnn_cu12-9.28.0.42-py3-none-${tag}.whl`,
        bytes: await zip({ "nvidia/cudnn/lib/libcudnn.so.9": elf(["libcudart.so.12"]) }),
      }],
      "nvidia-cuda-nvrtc-cu12": [{
        name: `nvidia_cuda_nvrtc_cu12-12.9.86-py3-none-${tag}.whl`,
        bytes: await zip({ "nvidia/cuda_nvrtc/lib/libnvrtc.so.12": elf([]) }),
      }],
      "nvidia-nccl-cu12": [{
        name: `nvidia_nccl_cu12-2.31.2-py3-none-${tag}.whl`,
        bytes: await zip({ "nvidia/nccl/lib/libnccl.so.2": elf([]) }),
      }],
    });
    const folder = join(home, ".cache/emend/onnxruntime-gpu");
    const first = await setup(home, ["--cuda", "12", "--index", index.index]);
    assert.equal(first.code, 1);
    assert.match(first.out, /Fetching http.*onnxruntime_gpu-1\.26\.0-cp312/);
    assert.match(first.out, /Checked its sha256 and unpacked 2 libraries into /);
    assert.match(
      first.out,
      /ONNX Runtime with CUDA: .*libonnxruntime\.so\.1\.26\.0 \(deno task gpu:setup\)/,
    );
    assert.match(
      first.err,
      /needs libcudart\.so\.12, libnowhere\.so\.1, which are nowhere\. Install/,
    );
    const names = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name).sort();
    assert.deepEqual(names(folder), ["onnxruntime"]);
    assert.deepEqual(names(join(folder, "onnxruntime/capi")), [
      "libonnxruntime.so.1.26.0",
      "libonnxruntime_providers_cuda.so",
    ]);

    // What is there is not fetched again; NVIDIA's library is, where that is asked for.
    index.asked.length = 0;
    const second = await setup(home, ["--libraries", "--index", index.index]);
    assert.deepEqual(index.asked.filter((path) => path.startsWith("/simple")), [
      "/simple/nvidia-cuda-runtime-cu12/",
      "/simple/nvidia-cudnn-cu12/",
      "/simple/nvidia-cuda-nvrtc-cu12/",
      "/simple/nvidia-nccl-cu12/",
    ]);
    assert.equal(second.code, 1);
    assert.match(second.out, /libcudart\.so\.12: .*nvidia\/cuda_runtime\/lib\/libcudart\.so\.12/);
    for (const name of ["libnvrtc.so.12", "libcudnn.so.9", "libnccl.so.2"]) {
      assert.match(second.out, new RegExp(`^  ${name}: `, "m"));
    }
    assert.match(second.err, /needs libnowhere\.so\.1, which is nowhere/);
    assert.deepEqual(names(home), [".cache"]);
  },
});

const installed = findMpi({ HOME: "/nowhere" });
const hidden = skip || (installed ? ` (skipped: ${installed} is found first)` : "");

Deno.test({
  name: `MPICH: the newest wheel's libraries, once, and none of its programs${hidden}`,
  ignore: hidden !== "",
  async fn() {
    const home = await Deno.makeTempDir();
    const wheel = async (version: string) => ({
      name: `mpich-${version}-py3-none-${tag}.whl`,
      bytes: await zip({
        [`mpich-${version}.data/data/lib/libmpi.so.12`]: elf([]),
        [`mpich-${version}.data/data/lib/mpich/ucx/libuct_cma.so.0`]: elf([]),
        [`mpich-${version}.data/data/bin/mpiexec`]: new Uint8Array(3),
      }),
    });
    await using index = await pypi({ mpich: [await wheel("4.3.2"), await wheel("5.0.2")] });
    const folder = join(home, ".cache/emend/mpich");
    for (const fetched of [true, false]) {
      const { code, out, err } = await setup(home, ["--mpi", "--index", index.index]);
      assert.equal(code, 0, err);
      assert.equal(out.includes("Fetching"), fetched);
      assert.match(out, /^MPICH: .*\.cache\/emend\/mpich\/libmpi\.so\.12$/m);
    }
    assert.equal(
      index.asked.filter((path) => path.endsWith("mpich-5.0.2-py3-none-" + tag + ".whl")).length,
      1,
    );
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      "libmpi.so.12",
      "mpich",
    ]);
  },
});

Deno.test({
  name: `a wheel that is not what the index speaks of is refused, and nothing of it stays${skip}`,
  ignore: skip !== "",
  async fn() {
    const home = await Deno.makeTempDir();
    await using index = await pypi({
      "onnxruntime-gpu": [{
        name: `onnxruntime_gpu-1.26.0-cp312-cp312-${tag}.whl`,
        bytes: await wheel("1.26.0", 12),
        sha256: "0".repeat(64),
      }],
    });
    const { code, err } = await setup(home, ["--cuda", "12", "--index", index.index]);
    assert.equal(code, 1);
    assert.match(err, /is not what the index speaks of: its sha256 is [0-9a-f]{64}, not 0{64}/);
    assert.deepEqual([...Deno.readDirSync(join(home, ".cache/emend/onnxruntime-gpu"))], []);
  },
});

Deno.test("an index that is not there, or lacks the project or the machine, is named", async () => {
  await using index = await pypi({ known: [] });
  await assert.rejects(
    wheels(index.index, "unknown", arch),
    /unknown\/ answered HTTP 404\. Set --index/,
  );
  assert.deepEqual(await wheels(index.index + "/", "known", arch), []);
  await assert.rejects(
    wheels("http://127.0.0.1:1/simple", "x", arch),
    /Cannot reach http.*\/x\/: /,
  );
});

Deno.test("versions in their order; packages by CUDA's generation", () => {
  const versions = ["1.9.0", "1.10", "1.10.0.1", "1.30.0", "2.0"];
  const shuffled = [3, 0, 4, 2, 1].map((i) => versions[i]);
  assert.deepEqual(shuffled.sort(compareVersions), versions);
  const needs = (cuda: string) => ({ found: new Map(), missing: [`libcudart.so.${cuda}`] });
  assert.equal(packageOf("libcublasLt.so.12", needs("12")), "nvidia-cublas-cu12");
  assert.equal(packageOf("libcublasLt.so.13", needs("13")), "nvidia-cublas");
  assert.equal(packageOf("libcudnn.so.9", needs("13")), "nvidia-cudnn-cu13");
  assert.equal(packageOf("libfoo.so", needs("13")), undefined);
});
