/** libc's memory, in place of a GPU's. */

import assert from "node:assert/strict";
import type { Memory } from "../memory.ts";

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
