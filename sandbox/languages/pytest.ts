import { BadRequest } from "../bad_request.ts";
import { findPython } from "../isolation/python.ts";
import { programUser } from "../isolation/user.ts";
import type { Language, Toolchain } from "./language.ts";

/** Python test functions, run by pytest, which must be installed for the interpreter that runs Python programs. */
export const pytest: Language = {
  names: ["pytest"],
  file: "test_main.py",
  toolchain: () => found ??= toolchain(),
  run: (file) => ["python", "-B", "-m", "pytest", "-p", "no:cacheprovider", file],
};

let found: Promise<Toolchain> | undefined;

async function toolchain(): Promise<Toolchain> {
  const python = await findPython();
  if (!python) throw new BadRequest("Cannot run pytest: Python 3.9 or newer is not installed here");
  const args = ["-c", "import pytest"];
  const command = new Deno.Command(python, { args, stderr: "null", cwd: "/", ...programUser() });
  if ((await command.output()).success) return { tools: { python } };
  throw new BadRequest(`Cannot run pytest: ${python} has no module pytest; install it there`);
}
