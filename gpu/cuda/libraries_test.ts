import assert from "node:assert/strict";
import { join } from "node:path";
import { libraryPath } from "../ort/library.ts";
import { elfNames } from "./elf.ts";
import { dependencies, findLibraries, missingText } from "./libraries.ts";
import { elf } from "./testing/elf.ts";

Deno.test("names of a real library: ONNX Runtime's own", () => {
  const { soname, needed } = elfNames(libraryPath("linux-x86_64", ""));
  assert.equal(soname, "libonnxruntime.so.1");
  assert.ok(needed.includes("libc.so.6") && needed.includes("libstdc++.so.6"), needed.join());
});

Deno.test("what is no library is told", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(
    file,
    "not a library, but long enough to have a header of sixty-four bytes",
  );
  assert.throws(() => elfNames(file), /is no shared library for 64-bit Linux/);
  await Deno.writeTextFile(file, "short");
  assert.throws(() => elfNames(file), /ends too early/);
});

/** Libraries that need each other, in folders. */
async function folders(libraries: Record<string, string[]>): Promise<string> {
  const root = await Deno.makeTempDir();
  for (const [path, needed] of Object.entries(libraries)) {
    const at = join(root, path);
    await Deno.mkdir(join(at, ".."), { recursive: true });
    await Deno.writeFile(at, elf(needed));
  }
  return root;
}

Deno.test("each library comes after those that it needs itself; a circle ends; the system's are left out", async () => {
  const root = await folders({
    "provider.so": ["libcublas.so.12", "libcudart.so.12", "libc.so.6", "libonnxruntime.so.1"],
    "a/libcublas.so.12": ["libcublasLt.so.12", "libm.so.6"],
    "b/libcublasLt.so.12": ["libcublas.so.12", "libcudart.so.12"],
    "b/libcudart.so.12": [],
  });
  const { found, missing } = dependencies(join(root, "provider.so"), [
    join(root, "a"),
    join(root, "b"),
  ]);
  assert.deepEqual([...found.keys()], ["libcudart.so.12", "libcublasLt.so.12", "libcublas.so.12"]);
  assert.equal(found.get("libcublas.so.12"), join(root, "a", "libcublas.so.12"));
  assert.deepEqual(missing, []);
});

Deno.test("pip's layout is searched beside EMEND_ONNXRUNTIME; what is missing is named with what to do", async () => {
  const root = await folders({
    "site/onnxruntime/capi/libonnxruntime.so.1.30.0": [],
    "site/onnxruntime/capi/libonnxruntime_providers_cuda.so": [
      "libcudart.so.12",
      "libnowhere.so.9",
    ],
    "site/nvidia/cuda_runtime/lib/libcudart.so.12": [],
  });
  const library = join(root, "site/onnxruntime/capi/libonnxruntime.so.1.30.0");
  const found = findLibraries({ EMEND_ONNXRUNTIME: library, HOME: root })!;
  assert.equal(found.source, "EMEND_ONNXRUNTIME");
  assert.deepEqual([...found.found.keys()], ["libcudart.so.12"]);
  assert.deepEqual(found.missing, ["libnowhere.so.9"]);
  assert.equal(
    missingText(found),
    `${library} needs libnowhere.so.9, which is nowhere. Install CUDA and cuDNN, or run ` +
      "`deno task gpu:setup --libraries`",
  );
});

Deno.test("npm's ONNX Runtime has no CUDA as it is installed here", () => {
  const found = findLibraries({ HOME: "/nowhere" });
  assert.ok(found === null || found.source === "npm:onnxruntime-node");
});
