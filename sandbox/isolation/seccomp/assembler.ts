/**
 * Seccomp filters are classic BPF: a few words of a program that the kernel runs at each system call, on the
 * architecture, the call's number and its arguments.
 */

/** One instruction: operation, jumps when true and false (instructions to skip), operand. */
export type Instruction = [operation: number, jumpTrue: number, jumpFalse: number, operand: number];

/** Loads the call's number. */
export const loadNumber: Instruction = [0x20, 0, 0, 0];
/** Loads the architecture. */
export const loadArchitecture: Instruction = [0x20, 0, 0, 4];
/** Loads the low 32 bits of an argument, counted from 0; both architectures are little endian. */
export const loadArgument = (index: number): Instruction => [0x20, 0, 0, 16 + 8 * index];

/** Skips some instructions when equal. */
export const ifEqual = (value: number, skip: number): Instruction => [0x15, skip, 0, value];
/** Goes on with the next instruction when equal, else skips some. */
export const unlessEqual = (value: number, skip: number): Instruction => [0x15, 0, skip, value];
/** Goes on with the next instruction when at least that, else skips some. */
export const unlessAtLeast = (value: number, skip: number): Instruction => [0x35, 0, skip, value];
/** Goes on with the next instruction when one of the bits is set, else skips some. */
export const unlessAnyBit = (bits: number, skip: number): Instruction => [0x45, 0, skip, bits];

/** Lets the call happen. */
export const allow: Instruction = [0x06, 0, 0, 0x7fff0000];
/** Kills the process. */
export const kill: Instruction = [0x06, 0, 0, 0x80000000];
/** Makes the call fail with an error number. */
export const fail = (errno: number): Instruction => [0x06, 0, 0, 0x00050000 | errno];

/** As the kernel takes it: 8 bytes an instruction. */
export function assemble(instructions: Instruction[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 * instructions.length);
  const view = new DataView(bytes.buffer);
  instructions.forEach(([operation, jumpTrue, jumpFalse, operand], i) => {
    view.setUint16(8 * i, operation, true);
    view.setUint8(8 * i + 2, jumpTrue);
    view.setUint8(8 * i + 3, jumpFalse);
    view.setUint32(8 * i + 4, operand, true);
  });
  return bytes;
}
