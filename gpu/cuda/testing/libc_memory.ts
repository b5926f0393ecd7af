/** libc's memory in a GPU's place: known by its address alone. */

import assert from "node:assert/strict";
import { LocalDevice, type Provider } from "../../local_device.ts";
import { cString, ort } from "../../ort/mod.ts";
import type { Memory } from "../memory.ts";
import { PointerArray } from "../pointer_array.ts";

/** Why it cannot be had here, for a test's name, or nothing. */
export const skip = Deno.build.os === "linux" ? "" : " (skipped: it takes Linux's libc)";

function libc() {
  return Deno.dlopen("libc.so.6", {
    calloc: { parameters: ["usize", "usize"], result: "u64" },
    free: { parameters: ["u64"], result: "void" },
    memset: { parameters: ["u64", "i32", "usize"], result: "u64" },
    memcpy: { parameters: ["u64", "u64", "usize"], result: "u64" },
  }).symbols;
}

const addressOf = (bytes: Uint8Array<ArrayBuffer>) =>
  Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));

/** libc's memory; it knows how much of it is taken. */
export class LibcMemory implements Memory {
  readonly taken = new Set<bigint>();
  readonly #libc = libc();
  allocate(bytes: number): bigint {
    const address = this.#libc.calloc(BigInt(bytes), 1n);
    this.taken.add(address);
    return address;
  }
  free(address: bigint): void {
    assert.ok(this.taken.delete(address), "freed twice, or not the whole");
    this.#libc.free(address);
  }
  clear(address: bigint, bytes: number): void {
    this.#libc.memset(address, 0, BigInt(bytes));
  }
  write(to: bigint, from: Uint8Array<ArrayBuffer>): void {
    this.#libc.memcpy(to, addressOf(from), BigInt(from.length));
  }
  read(into: Uint8Array<ArrayBuffer>, from: bigint): void {
    this.#libc.memcpy(addressOf(into), from, BigInt(into.length));
  }
  copy(to: bigint, from: bigint, bytes: number): void {
    this.#libc.memcpy(to, from, BigInt(bytes));
  }
}

function providerOf(memory: Memory): Provider {
  const info = ort().create("CreateMemoryInfo", cString("Cpu"), 0, 0, 0);
  return {
    name: "CPU",
    options: {},
    array: (length, type) => PointerArray.of(memory, info, length, type),
  };
}

/** The CPU with that memory. */
export function libcDevice(memory: Memory): LocalDevice {
  return new LocalDevice({ threads: 1, provider: providerOf(memory) });
}
