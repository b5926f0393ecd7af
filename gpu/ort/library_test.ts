import assert from "node:assert/strict";
import { libraryPath, openLibrary } from "./library.ts";

Deno.test("each supported platform has its library inside onnxruntime-node", () => {
  const platforms: Record<string, RegExp> = {
    "linux-x86_64": /linux\/x64\/libonnxruntime\.so\.1$/,
    "linux-aarch64": /linux\/arm64\/libonnxruntime\.so\.1$/,
    "darwin-aarch64": /darwin\/arm64\/libonnxruntime\.1\.dylib$/,
    "windows-x86_64": /win32\/x64\/onnxruntime\.dll$/,
    "windows-aarch64": /win32\/arm64\/onnxruntime\.dll$/,
  };
  for (const [platform, file] of Object.entries(platforms)) {
    const path = libraryPath(platform, undefined);
    assert.match(path, file);
    assert.ok(Deno.statSync(path).isFile, path);
  }
});

Deno.test("a platform without a library is told which have one, and what else to do", () => {
  assert.throws(() => libraryPath("darwin-x86_64", undefined), {
    message:
      "No ONNX Runtime for darwin-x86_64 inside npm:onnxruntime-node (it has linux-x86_64, " +
      "linux-aarch64, darwin-aarch64, windows-x86_64, windows-aarch64). " +
      "Set EMEND_ONNXRUNTIME=/path/to/libonnxruntime to use your own build",
  });
});

Deno.test("EMEND_ONNXRUNTIME goes first, on every platform; an empty one counts as unset", () => {
  assert.equal(libraryPath("plan9-mips", "/opt/ort.so"), "/opt/ort.so");
  assert.match(libraryPath("linux-x86_64", ""), /onnxruntime-node/);
});

Deno.test("EMEND_ONNXRUNTIME is read from the environment", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `import { ort } from ${JSON.stringify(new URL("api.ts", import.meta.url).href)}; ort();`,
    ],
    env: { EMEND_ONNXRUNTIME: "/nowhere/libonnxruntime.so" },
    stderr: "piped",
  });
  const { success, stderr } = await child.output();
  assert.equal(success, false);
  assert.match(
    new TextDecoder().decode(stderr),
    /Cannot load ONNX Runtime from \/nowhere\/libonnxruntime\.so: /,
  );
});

Deno.test("a path that cannot be loaded is named, with the loader's reason and the fix", async () => {
  const folder = await Deno.makeTempDir();
  const text = `${folder}/library.so`;
  await Deno.writeTextFile(text, "not a library");
  for (const path of [`${folder}/missing.so`, text, folder]) {
    assert.throws(() => openLibrary(path), (error: Error) => {
      assert.ok(error.message.startsWith(`Cannot load ONNX Runtime from ${path}: `), error.message);
      assert.ok(
        error.message.endsWith(
          ". Run `deno install`, or set EMEND_ONNXRUNTIME=/path/to/libonnxruntime",
        ),
      );
      assert.ok(error.cause instanceof Error);
      return true;
    });
  }
});

Deno.test({
  name: "a library that is not ONNX Runtime is told by the function that it lacks (Linux)",
  ignore: Deno.build.os !== "linux",
  fn: () => assert.throws(() => openLibrary("libc.so.6"), /libc\.so\.6: .*OrtGetApiBase/),
});

Deno.test("the bundled library tells its version and where it lies", () => {
  const library = openLibrary();
  assert.match(library.version, /^1\.\d+\.\d+$/);
  assert.equal(library.path, libraryPath());
  assert.ok(library.slot(0));
});
