/** The filters are interpreted here as the kernel does it, for both architectures. */

import assert from "node:assert/strict";
import { commonFilter, jobFilter } from "./filters.ts";
import { type Architecture, AUDIT, type Call, CALLS, numberOf } from "./syscalls.ts";

const ALLOW = 0x7fff0000, KILL = 0x80000000, EPERM = 0x50001, ENOSYS = 0x50026, ENOFAMILY = 0x50061;

/** What a filter says to a call. */
function verdict(filter: Uint8Array, audit: number, call: number, args: number[] = []): number {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, call, true);
  data.setUint32(4, audit, true);
  args.forEach((value, i) => data.setBigUint64(16 + 8 * i, BigInt(value), true));
  const program = new DataView(filter.buffer);
  let accumulator = 0;
  for (let at = 0;; at++) {
    assert.ok(8 * at < filter.length, "the program runs over its end");
    const operation = program.getUint16(8 * at, true),
      operand = program.getUint32(8 * at + 4, true);
    const jump = (yes: boolean) => at += program.getUint8(8 * at + (yes ? 2 : 3));
    switch (operation) {
      case 0x20:
        accumulator = data.getUint32(operand, true);
        break;
      case 0x15:
        jump(accumulator === operand);
        break;
      case 0x35:
        jump(accumulator >= operand);
        break;
      case 0x45:
        jump((accumulator & operand) !== 0);
        break;
      case 0x06:
        return operand;
      default:
        assert.fail(`unknown operation ${operation}`);
    }
  }
}

for (const architecture of ["x86_64", "aarch64"] as Architecture[]) {
  const audit = AUDIT[architecture];
  const place = { architecture, ownNamespaces: true };
  const bare = { architecture, ownNamespaces: false };
  const say = (filter: Uint8Array, call: Call, ...args: number[]) =>
    verdict(filter, audit, numberOf(call, architecture)!, args);

  Deno.test(`${architecture}: another architecture's calls kill, unknown calls do not exist`, () => {
    const other = AUDIT[architecture === "x86_64" ? "aarch64" : "x86_64"];
    for (const filter of [commonFilter(place), jobFilter(place, { processes: true, exec: true })]) {
      assert.equal(verdict(filter, other, 0), KILL);
      assert.equal(verdict(filter, 0x40000003, 11), KILL); // 32-bit execve
      for (const call of [463, 1000, 0x40000000, 0x40000000 + 101, 0xffffffff]) {
        assert.equal(verdict(filter, audit, call), ENOSYS);
      }
    }
  });

  Deno.test(`${architecture}: every named call is denied, but for what is checked by argument`, () => {
    const filter = commonFilter(place);
    const checked = new Set<Call>(["clone", "fork", "vfork", "execve", "execveat", "socket"]);
    for (const call of ["prlimit64", "ioctl", "memfd_create"] as const) checked.add(call);
    for (const call of CALLS) {
      if (checked.has(call) || /kill|queueinfo|pidfd_send/.test(call)) continue;
      if (numberOf(call, architecture) === null) continue;
      assert.ok([EPERM, ENOSYS].includes(say(filter, call)), call);
    }
  });

  Deno.test(`${architecture}: arguments decide about clone, sockets, limits and terminals`, () => {
    const filter = commonFilter(place);
    assert.equal(say(filter, "clone", 17), ALLOW);
    for (
      const space of [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]
    ) {
      assert.equal(say(filter, "clone", space | 17), EPERM);
    }
    for (const family of [1, 2, 10]) assert.equal(say(filter, "socket", family), ALLOW);
    for (const family of [0, 16, 17, 38, 40]) {
      assert.equal(say(filter, "socket", family), ENOFAMILY);
    }
    assert.equal(say(commonFilter(bare), "socket", 1), ENOFAMILY);
    assert.equal(say(filter, "prlimit64", 0), ALLOW);
    assert.equal(say(filter, "prlimit64", 1), EPERM);
    assert.equal(say(filter, "ioctl", 1, 0x5401), ALLOW);
    assert.equal(say(filter, "ioctl", 1, 0x5412), EPERM);
    assert.equal(say(filter, "ioctl", 1, 0x541c), EPERM);
  });

  Deno.test(`${architecture}: a job's rights`, () => {
    const python = jobFilter(place, { processes: false, exec: false });
    const command = jobFilter(place, { processes: false, exec: true });
    const family = jobFilter(place, { processes: true, exec: true });
    const starts: Call[] = architecture === "x86_64" ? ["fork", "vfork", "clone"] : ["clone"];
    for (const call of starts) {
      assert.equal(say(python, call, 17), EPERM);
      assert.equal(say(command, call, 17), EPERM);
      assert.equal(say(family, call, 17), ALLOW);
    }
    const thread = 0x3d0f00;
    for (const filter of [python, command, family]) {
      assert.equal(say(filter, "clone", thread), ALLOW);
      assert.equal(say(filter, "memfd_create"), ENOSYS);
      assert.equal(say(filter, "kill", 1), ALLOW); // only its own namespace hears it
    }
    assert.equal(say(python, "execve"), EPERM);
    assert.equal(say(command, "execve"), ALLOW);
    const outside = jobFilter(bare, { processes: true, exec: true });
    for (
      const call of ["kill", "tkill", "tgkill", "rt_sigqueueinfo", "pidfd_send_signal"] as const
    ) {
      assert.equal(say(outside, call), EPERM);
    }
  });
}
