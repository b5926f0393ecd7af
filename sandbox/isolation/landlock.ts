/**
 * Where namespaces cannot be had: Landlock keeps a program's hands off files, system call filters off the network,
 * other processes and signals. The program inside is then an ordinary process of the host.
 */

import { insideCommand } from "./inside.ts";
import type { Launch } from "./launch.ts";
import { DISK_BYTES } from "./limits.ts";
import type { Architecture } from "./seccomp/syscalls.ts";
import { workFolder } from "./work_folder.ts";

/** What programs and libraries are made of. */
const READABLE = [
  ...["/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32"],
  ...["/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime", "/etc/ssl/openssl.cnf"],
  ...["/dev/zero", "/dev/random", "/dev/urandom"],
];

/** What differs between Landlock sandboxes. */
export interface LandlockOptions {
  /** Python's interpreter. */
  python: string;
  /** More folders and files to show, read-only. */
  binds: string[];
}

/** Describes a sandbox. */
export async function landlock({ python, binds }: LandlockOptions): Promise<Launch> {
  const work = await workFolder();
  const command = await insideCommand({
    python,
    work,
    wiped: [work],
    disk: DISK_BYTES,
    removed: true,
    place: { architecture: Deno.build.arch as Architecture, ownNamespaces: false },
    first: false,
    landlock: [
      ...[...READABLE, ...binds].map((path): [string, boolean] => [path, false]),
      ["/dev/null", true],
      [work, true],
    ],
  });
  return { command, work, ends: "SIGTERM" };
}
