/**
 * Which system calls a job may make. Everything ordinary is allowed, for five language runtimes are not to be chased
 * call by call; what reaches beyond the job, what costs memory that no limit counts, and what has often been the
 * kernel's weak side is denied, and calls newer than the filters do not exist.
 */

import {
  allow,
  assemble,
  fail,
  ifEqual,
  type Instruction,
  kill,
  loadArchitecture,
  loadArgument,
  loadNumber,
  unlessAnyBit,
  unlessAtLeast,
  unlessEqual,
} from "./assembler.ts";
import { type Architecture, AUDIT, type Call, NEWEST, numberOf } from "./syscalls.ts";

const EPERM = 1, EAFNOSUPPORT = 97, ENOSYS = 38;

/** Never allowed to anyone inside. */
const DENIED: Call[] = [
  // other processes
  ...["ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd"] as const,
  ...["process_madvise", "process_mrelease", "migrate_pages", "move_pages"] as const,
  ...["setpriority", "sched_setattr", "sched_setscheduler", "sched_setparam"] as const,
  ...["sched_setaffinity", "ioprio_set"] as const,
  // namespaces and mounts
  ...["unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "open_tree"] as const,
  ...["move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr"] as const,
  ...["statmount", "listmount", "open_by_handle_at", "name_to_handle_at"] as const,
  // large and much attacked parts of the kernel
  ...["bpf", "perf_event_open", "userfaultfd", "fanotify_init", "fanotify_mark"] as const,
  ...["add_key", "request_key", "keyctl", "vmsplice", "modify_ldt", "personality"] as const,
  ...["seccomp", "lookup_dcookie", "remap_file_pages", "cachestat", "mbind"] as const,
  ...["set_mempolicy", "set_mempolicy_home_node", "lsm_get_self_attr"] as const,
  ...["lsm_set_self_attr", "lsm_list_modules"] as const,
  // memory that outlives a job or that no limit counts
  ...["shmget", "shmat", "shmctl", "shmdt", "semget", "semop", "semctl", "semtimedop"] as const,
  ...["msgget", "msgsnd", "msgrcv", "msgctl", "mq_open", "mq_unlink"] as const,
  ...["mq_timedsend", "mq_timedreceive", "mq_notify", "mq_getsetattr"] as const,
  ...["setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr"] as const,
  "fremovexattr",
  // the machine itself
  ...["quotactl", "quotactl_fd", "acct", "swapon", "swapoff", "reboot", "sethostname"] as const,
  ...["setdomainname", "kexec_load", "kexec_file_load", "init_module"] as const,
  ...["finit_module", "delete_module", "create_module", "get_kernel_syms"] as const,
  ...["query_module", "uselib", "ustat", "sysfs", "_sysctl", "nfsservctl", "iopl"] as const,
  ...["ioperm", "settimeofday", "clock_settime", "adjtimex", "clock_adjtime"] as const,
  ...["syslog", "vhangup"] as const,
];

/** Programs try something else when the kernel does not know these. */
const UNKNOWN: Call[] = [
  ...["io_uring_setup", "io_uring_enter", "io_uring_register", "io_setup"] as const,
  ...["io_destroy", "io_submit", "io_cancel", "io_getevents", "io_pgetevents"] as const,
  // Its flags lie in memory, where a filter cannot look; the C library falls back on clone.
  ...["clone3", "memfd_secret"] as const,
];

const NEW_NAMESPACES = 0x7e020000;
const THREAD = 0x00010000;
const UNIX = 1, IPV4 = 2, IPV6 = 10;
const TIOCSTI = 0x5412, TIOCLINUX = 0x541c;

/** Where a process runs that a filter is for. */
export interface Place {
  /** Of the machine. */
  architecture: Architecture;
  /**
   * Whether the network and the process numbers are the sandbox's own. If not, sockets and signals are denied.
   */
  ownNamespaces: boolean;
}

/** For everyone inside, the trusted launcher included. */
export function commonFilter(place: Place): Uint8Array<ArrayBuffer> {
  const families = place.ownNamespaces ? [UNIX, IPV4, IPV6] : [];
  return filter(place.architecture, [
    ...deny(place, DENIED, EPERM),
    ...deny(place, UNKNOWN, ENOSYS),
    ...check(place, "clone", 0, (load) => [load, unlessAnyBit(NEW_NAMESPACES, 1), fail(EPERM)]),
    // Another process' limits are not to be touched: the launcher belongs to the same user.
    ...check(place, "prlimit64", 0, (load) => [load, unlessEqual(0, 1), allow, fail(EPERM)]),
    // Netlink, packets and virtual machine sockets reach what no network namespace confines.
    ...check(place, "socket", 0, (load) => [
      load,
      ...families.flatMap((family) => [unlessEqual(family, 1), allow]),
      fail(EAFNOSUPPORT),
    ]),
    ...check(place, "ioctl", 1, (load) => [
      load,
      ...[TIOCSTI, TIOCLINUX].flatMap((way) => [unlessEqual(way, 1), fail(EPERM)]),
    ]),
  ]);
}

/** What a job may do. */
export interface JobRights {
  /** Whether it may start processes; threads it may start anyway. */
  processes: boolean;
  /** Whether it may become another program. */
  exec: boolean;
}

/** On top of the common filter, for a job only. */
export function jobFilter(place: Place, { processes, exec }: JobRights): Uint8Array<ArrayBuffer> {
  return filter(place.architecture, [
    // Its pages count for no process. The launcher keeps standard input in one.
    ...deny(place, ["memfd_create"], ENOSYS),
    ...(processes ? [] : [
      ...deny(place, ["fork", "vfork"], EPERM),
      ...check(place, "clone", 0, (load) => [load, unlessAnyBit(THREAD, 1), allow, fail(EPERM)]),
    ]),
    ...(exec ? [] : deny(place, ["execve", "execveat"], EPERM)),
    ...(place.ownNamespaces ? [] : deny(
      place,
      ["kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal"],
      EPERM,
    )),
  ]);
}

/** Everything that a filter begins and ends with. */
function filter(architecture: Architecture, rules: Instruction[]): Uint8Array<ArrayBuffer> {
  return assemble([
    loadArchitecture,
    ifEqual(AUDIT[architecture], 1),
    kill,
    loadNumber,
    // Also catches x86_64's second set of numbers, which has bit 30 set.
    unlessAtLeast(NEWEST + 1, 1),
    fail(ENOSYS),
    ...rules,
    allow,
  ]);
}

function deny(place: Place, calls: Call[], errno: number): Instruction[] {
  return calls.flatMap((call) => {
    const number = numberOf(call, place.architecture);
    return number === null ? [] : [unlessEqual(number, 1), fail(errno)];
  });
}

/** Rules about an argument of one call; the call is allowed when none of them returns. */
function check(
  place: Place,
  call: Call,
  argument: number,
  rules: (load: Instruction) => Instruction[],
): Instruction[] {
  const number = numberOf(call, place.architecture);
  if (number === null) return [];
  const body = [...rules(loadArgument(argument)), allow];
  return [unlessEqual(number, body.length), ...body];
}
