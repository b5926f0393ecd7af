/**
 * TensorBoard's events (`tensorflow/core/util/event.proto`, `summary.proto`) in TFRecord frames. Only writing is
 * needed, and four messages of it, so the wire format comes from a library and the fields stand here.
 */

import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { maskedCrc32c } from "./crc32c.ts";

/** Numbers of a step. */
export interface ScalarEvent {
  /** Seconds since 1970. */
  wallTime: number;
  /** The step. */
  step: number;
  /** By tag. */
  scalars: Record<string, number>;
}

/** The first record of every file. */
export function versionRecord(wallTime: number): Uint8Array {
  const event = new BinaryWriter();
  event.tag(1, WireType.Bit64).double(wallTime);
  event.tag(3, WireType.LengthDelimited).string("brain.Event:2");
  return framed(event.finish());
}

/** A step's numbers as one record. */
export function scalarRecord({ wallTime, step, scalars }: ScalarEvent): Uint8Array {
  const event = new BinaryWriter();
  event.tag(1, WireType.Bit64).double(wallTime);
  event.tag(2, WireType.Varint).int64(step);
  event.tag(5, WireType.LengthDelimited).fork();
  for (const [tag, value] of Object.entries(scalars)) {
    event.tag(1, WireType.LengthDelimited).fork();
    event.tag(1, WireType.LengthDelimited).string(tag);
    event.tag(2, WireType.Bit32).float(value);
    event.join();
  }
  event.join();
  return framed(event.finish());
}

/** Length, its checksum, the bytes, their checksum; all little-endian. */
export function framed(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(bytes.length + 16), view = new DataView(frame.buffer);
  view.setBigUint64(0, BigInt(bytes.length), true);
  view.setUint32(8, maskedCrc32c(frame.subarray(0, 8)), true);
  frame.set(bytes, 12);
  view.setUint32(12 + bytes.length, maskedCrc32c(bytes), true);
  return frame;
}
