import { BadRequest } from "../bad_request.ts";
import { exists, tool } from "../isolation/tools.ts";
import { programUser } from "../isolation/user.ts";
import { installed, type Language, type Toolchain } from "./language.ts";
import { prepared } from "./prepared.ts";

/** Rust 2021 by rustc, of the system or of a rustup in the caller's home. */
export const rust: Language = {
  names: ["rust"],
  file: "main.rs",
  toolchain: () =>
    found ??= toolchain().catch((error) => {
      found = undefined; // It may be installed meanwhile.
      throw error;
    }),
  compile: (file) => ["rustc", "--edition", "2021", "-O", "-o", "main", file],
  run: () => ["./main"],
};

let found: Promise<Toolchain> | undefined;

async function toolchain(): Promise<Toolchain> {
  const { tools } = await installed("rust", "cc"); // links
  const rustc = await tool("rustc");
  if (rustc) return { tools: { ...tools, rustc } };
  const home = Deno.env.get("HOME");
  const shim = `${home}/.cargo/bin/rustc`;
  if (!home || !await exists(shim)) {
    throw new BadRequest(
      "Cannot run rust: rustc is not installed here, neither in /usr nor by rustup",
    );
  }
  const root = await says(shim, "--print", "sysroot");
  const folder = programUser() ? await copied(root, await says(shim, "--version")) : root;
  return { tools: { ...tools, rustc: `${folder}/bin/rustc` }, binds: [folder] };
}

/** Root's home is closed to the user of the programs, so the compiler is copied once. */
async function copied(root: string, version: string): Promise<string> {
  return await prepared(version.replace(/\W*$/, "").replace(/[^\w.]+/g, "-"), async (folder) => {
    await Deno.mkdir(`${folder}/bin`);
    await Deno.copyFile(`${root}/bin/rustc`, `${folder}/bin/rustc`);
    await copyFolder(`${root}/lib`, `${folder}/lib`);
  });
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

async function says(rustc: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(rustc, { args, cwd: "/" }).output();
  if (success) return new TextDecoder().decode(stdout).trim();
  throw new BadRequest(`Cannot run rust: ${rustc}: ${new TextDecoder().decode(stderr).trim()}`);
}
