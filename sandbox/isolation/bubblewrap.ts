/** A sandbox of namespaces: own users, processes, network, mounts; nothing writable but memory of limited size. */

import { DISK_BYTES } from "./limits.ts";
import { insideCommand } from "./inside.ts";
import type { Launch } from "./launch.ts";
import type { Architecture } from "./seccomp/syscalls.ts";
import { exists } from "./tools.ts";

/** What differs between bubblewrap sandboxes. */
export interface BubblewrapOptions {
  /** `bwrap` itself. */
  bwrap: string;
  /** Python's interpreter. */
  python: string;
  /** Whether jobs see `/proc`: language runtimes want it, and memory is watched by it. */
  proc: boolean;
  /** More folders and files to show, read-only. */
  binds: string[];
}

const SHARED_MEMORY_BYTES = 16 << 20;

/** Where the system keeps programs and libraries; links are copied as links. */
const SYSTEM = ["/bin", "/sbin", "/lib", "/lib64", "/lib32"];
/** What programs of the system look up in /etc; nothing of it is secret. */
const SETTINGS = [
  "/etc/alternatives",
  "/etc/ld.so.cache",
  "/etc/localtime",
  "/etc/ssl/openssl.cnf",
];

/** Describes a sandbox. */
export async function bubblewrap(options: BubblewrapOptions): Promise<Launch> {
  const inside = await insideCommand({
    python: options.python,
    work: "/tmp",
    wiped: ["/tmp", "/dev/shm"],
    disk: null,
    removed: false,
    place: { architecture: Deno.build.arch as Architecture, ownNamespaces: true },
    first: true,
    landlock: null,
  });
  return {
    work: "/tmp",
    ends: "SIGKILL",
    command: [
      options.bwrap,
      ...["--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"],
      ...["--unshare-cgroup-try", "--disable-userns", "--die-with-parent", "--new-session"],
      // The first process of a namespace cannot be killed from inside, and everyone dies with it.
      "--as-pid-1",
      ...["--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", "sandbox"],
      ...["--ro-bind", "/usr", "/usr"],
      ...await systemFolders(),
      ...await Array.fromAsync(SETTINGS, readOnly).then((shown) => shown.flat()),
      ...(options.proc ? ["--proc", "/proc"] : []),
      ...["--dev", "/dev", "--size", String(SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm"],
      ...["--remount-ro", "/dev", "--size", String(DISK_BYTES), "--tmpfs", "/tmp"],
      ...options.binds.flatMap((path) => ["--ro-bind", path, path]),
      ...["--remount-ro", "/", "--chdir", "/"],
      ...inside,
    ],
  };
}

async function systemFolders(): Promise<string[]> {
  const shown = await Promise.all(SYSTEM.map(async (path) => {
    const about = await Deno.lstat(path).catch(() => null);
    if (about === null) return [];
    if (about.isSymlink) return ["--symlink", await Deno.readLink(path), path];
    return ["--ro-bind", path, path];
  }));
  return shown.flat();
}

async function readOnly(path: string): Promise<string[]> {
  return await exists(path) ? ["--ro-bind", path, path] : [];
}
