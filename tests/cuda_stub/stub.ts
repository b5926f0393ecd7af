/** ONNX Runtime with CUDA beside a CUDA that does nothing, made by the machine's C compiler. */

import { dirname, join } from "node:path";
import type { CudaLibraries } from "../../gpu/cuda/libraries.ts";

const SOURCE = new URL("cuda.c", import.meta.url).pathname;

/** What of cuBLAS and cuDNN must say more than that all is well. */
const ANSWERS: [RegExp, string][] = [
  [/^cublasGetStatus(Name|String)$|^cudnnGetErrorString$/, 'const char *NAME() { return "stub"; }'],
  [/^cudnnGetVersion$/, "size_t NAME() { return 91900; }"],
  [/^cublasGetMathMode$/, "int NAME(void *h, int *mode) { *mode = 0; return 0; }"],
  [
    /^cudnnGetReduction\w+Size$/,
    "int NAME(void *a, void *b, void *c, void *d, size_t *s) { *s = 1024; return 0; }",
  ],
  [/^cu(blas|dnn)\w*Create/, "int NAME(void **it) { *it = malloc(64); return 0; }"],
  [/./, "int NAME() { return 0; }"],
];

async function run(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/**
 * Fills a folder.
 *
 * @returns the path of ONNX Runtime's library there
 */
export async function stubbed({ onnxruntime }: CudaLibraries, folder: string): Promise<string> {
  const from = dirname(onnxruntime);
  for (const { name } of Deno.readDirSync(from)) {
    if (/^libonnxruntime.*\.so/.test(name)) {
      await Deno.symlink(join(from, name), join(folder, name));
    }
  }
  const provider = join(from, "libonnxruntime_providers_cuda.so");
  const wanted = Map.groupBy(
    (await run("nm", "-D", "--undefined-only", provider)).matchAll(/(\S+)@(libcu\S+)/g),
    ([, , library]) => library,
  );
  const own = new Set(
    (await Deno.readTextFile(SOURCE)).matchAll(/\b(_*cuda\w+)\(/g).map((m) => m[1]),
  );
  const make = async (library: string, names: Iterable<string>, versioned: boolean) => {
    const path = join(folder, library), code = `${path}.c`, map = `${path}.map`;
    const answers = [...new Set(names)].map((name) =>
      ANSWERS.find(([pattern]) => pattern.test(name))![1].replace("NAME", name)
    );
    await Deno.writeTextFile(code, `#include <stdlib.h>\n${answers.join("\n")}\n`);
    await Deno.writeTextFile(map, `${library} { global: *; };\n`);
    const version = versioned ? [`-Wl,--version-script=${map}`] : [];
    const sources = library.startsWith("libcudart") ? [code, SOURCE] : [code];
    await run(
      "cc",
      "-w",
      "-shared",
      "-fPIC",
      "-o",
      path,
      `-Wl,-soname,${library}`,
      ...version,
      ...sources,
    );
  };
  for (const [library, symbols] of wanted) {
    await make(library, symbols.map(([, name]) => name).filter((name) => !own.has(name)), true);
  }
  await make("libcuda.so.1", ["cuTensorMapEncodeTiled"], false);
  await make("libcurand.so.10", [], false);
  // cuDNN is opened by its name, and its functions by theirs.
  const dnn = new TextDecoder("latin1").decode(await Deno.readFile(provider))
    .matchAll(/\0(cudnn[A-Z]\w+)(?=\0)/g);
  await make("libcudnn.so.9", dnn.map(([, name]) => name), false);
  return join(folder, onnxruntime.slice(from.length + 1));
}
