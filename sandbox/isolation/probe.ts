/** Finds out what can isolate programs here: by running one that tries what it must not be able to do. */

import { bubblewrap } from "./bubblewrap.ts";
import type { Isolation } from "./isolation.ts";
import { landlock } from "./landlock.ts";
import { limitsOf } from "./limits.ts";
import { pyodide } from "./pyodide.ts";
import { findPython } from "./python.ts";
import { Slot } from "./slot.ts";
import { tool } from "./tools.ts";
import { Transcript } from "./transcript.ts";
import { unsafe } from "./unsafe.ts";

/** Ways of isolating programs, strongest first; the last is none of them. */
export type IsolationName = "bubblewrap" | "landlock" | "pyodide" | "unsafe";

const STRONGEST_FIRST: IsolationName[] = ["bubblewrap", "landlock", "pyodide"];

/** What decides about isolation. */
export interface Wishes {
  /** Whether no isolation will do where nothing isolates. @default false */
  unsafe?: boolean;
  /** Uses this one and no other. */
  isolation?: IsolationName;
}

/**
 * The strongest isolation that works.
 *
 * @throws an Error that says why each one does not
 */
export async function findIsolation({ unsafe, isolation: only }: Wishes = {}): Promise<Isolation> {
  const python = await findPython();
  const why: string[] = [];
  const tried = only ? [only] : [...STRONGEST_FIRST, ...(unsafe ? ["unsafe" as const] : [])];
  for (const name of tried) {
    try {
      return await FINDERS[name](python);
    } catch (error) {
      why.push(`${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  throw new Error(
    `Cannot isolate programs here: ${
      why.join("; ")
    }. Install bubblewrap and Python 3.9 or newer, ` +
      `or accept running programs without any isolation.`,
  );
}

const FINDERS: Record<IsolationName, (python: string | null) => Promise<Isolation>> = {
  async bubblewrap(found) {
    const python = must(found);
    const bwrap = await tool("bwrap");
    if (!bwrap) throw new Error("bwrap is not installed");
    return await proven({
      name: "bubblewrap",
      covers: "files, network, processes, memory and the kernel's rarer calls, by namespaces, " +
        "a system call filter and resource limits; Python runs in a warm sandbox that is wiped " +
        "between programs, everything else in a sandbox of its own",
      gaps: [
        "programs read the system's own folders (/usr, libraries)",
        "a hole in the kernel's ordinary system calls is not covered, as it is by a virtual machine",
      ],
      reusable: true,
      processes: true,
      launch: (needs) => bubblewrap({ bwrap, python, ...needs }),
    });
  },
  async landlock(found) {
    const python = must(found);
    return await proven({
      name: "landlock",
      covers: "files by Landlock; network, signals and new processes by a system call filter; " +
        "resource limits",
      gaps: [
        "no namespaces: install bubblewrap, or allow unprivileged user namespaces, for more",
        "programs cannot start processes, so bash runs its own commands only",
        "files are on the host's disk, and their size is looked at 20 times a second",
        "programs see the host's name, users and system folders",
      ],
      reusable: true,
      processes: false,
      launch: ({ binds }) => landlock({ python, binds }),
    });
  },
  pyodide,
  unsafe(found) {
    const python = must(found);
    return Promise.resolve({
      name: "unsafe",
      covers: "nothing: only time, memory and output are limited",
      gaps: ["programs do whatever the user of this process may do"],
      reusable: false,
      processes: true,
      launch: () => unsafe(python),
    });
  },
};

function must(python: string | null): string {
  if (python) return python;
  throw new Error("no Python 3.9 or newer that the programs' user can start is in /usr/bin");
}

/** Tries to leave; prints what it could do. */
const ESCAPES = `
import os, socket
def attempt(what, action):
    try: action()
    except OSError: return
    print(what)
for path in ("/etc/hostname", "/etc/passwd", "/proc/self/environ", "/root", "/home"):
    attempt("read " + path, lambda: os.listdir(path) if path[1] in "rh" else open(path))
attempt("write /usr", lambda: open("/usr/emend-sandbox-probe", "w"))
attempt("write /var/tmp", lambda: open("/var/tmp/emend-sandbox-probe", "w"))
attempt("start a process", os.fork)
attempt("reach the network", lambda: socket.create_connection(("127.0.0.1", 9), 1))
attempt("signal others", lambda: os.kill(os.getppid(), 0) if os.getppid() > 1 else os.stat("/x"))
print("tried")
`;

/** Runs a program that tries to leave. */
async function proven(isolation: Isolation): Promise<Isolation> {
  await using slot = await Slot.start(await isolation.launch({ proc: false, binds: [] }));
  const transcript = new Transcript();
  const outcome = await slot.run({
    ...limitsOf({
      seconds: 30,
      memoryMB: 512,
      outputBytes: 1 << 16,
      reserves: false,
      watched: false,
    }),
    argv: null,
    code: ESCAPES,
    file: "main.py",
    environment: {},
    stdin: "",
    processesAllowed: false,
    again: false,
  }, transcript.listener);
  const { stdout, stderr } = transcript.result(outcome);
  if (stdout === "tried\n") return isolation;
  throw new Error(
    `a program could ${(stdout || stderr || "not run").trim().replaceAll("\n", ", ")}`,
  );
}
