import assert from "node:assert/strict";
import { createHash } from "node:crypto";

const folder = new URL("./", import.meta.url);

/** All files under a folder. */
function files(name: string): string[] {
  return [...Deno.readDirSync(new URL(`${name}/`, folder))].flatMap((entry) => {
    const path = `${name}/${entry.name}`;
    return entry.isDirectory ? files(path) : [path];
  });
}

Deno.test("verifier.wasm belongs to the sources that are committed", () => {
  const listed = Deno.readTextFileSync(new URL("verifier.sha256", folder)).trim().split("\n");
  const names = listed.map((line) => line.slice(66));
  for (const [at, name] of names.entries()) {
    const digest = createHash("sha256").update(Deno.readFileSync(new URL(name, folder)));
    const told = `${name} changed: run verifier-wasm/build.sh and commit what it writes`;
    assert.equal(digest.digest("hex"), listed[at].slice(0, 64), told);
  }
  const expected = ["Cargo.lock", "Cargo.toml", "build.sh", "verifier.wasm", ...files("src")];
  assert.deepEqual(names.toSorted(), expected.toSorted(), "run verifier-wasm/build.sh");
});

Deno.test("verifier.wasm is no larger than a megabyte", () => {
  assert.ok(Deno.statSync(new URL("verifier.wasm", folder)).size <= 1_000_000);
});

Deno.test("verifier.wasm loads within 20 ms", () => {
  const start = performance.now();
  const compiled = new WebAssembly.Module(Deno.readFileSync(new URL("verifier.wasm", folder)));
  const { exports } = new WebAssembly.Instance(compiled);
  const took = performance.now() - start;
  assert.ok("verify" in exports);
  // Four times the aim, for machines that do other work too.
  assert.ok(took < 80, `${took} ms`);
});

/** Runs cargo in this folder; null where there is no cargo. */
function cargo(...args: string[]): Deno.CommandOutput | null {
  try {
    const cwd = folder.pathname;
    return new Deno.Command("cargo", { args, cwd, stdout: "piped", stderr: "piped" }).outputSync();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

Deno.test("verifier: the Rust tests pass (cargo test)", () => {
  const fetched = cargo("fetch", "--locked");
  if (!fetched?.success) {
    const why = fetched ? new TextDecoder().decode(fetched.stderr) : "cargo is not installed";
    console.log(`skipped: the Rust tests cannot run here: ${why}`);
    return;
  }
  const tested = cargo("test", "--locked", "--quiet")!;
  const decoder = new TextDecoder();
  assert.ok(tested.success, decoder.decode(tested.stdout) + decoder.decode(tested.stderr));
});
