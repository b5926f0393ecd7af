/** The vocabulary in which the configuration's keys are written: a kind of value, a default, a meaning. */

import { z } from "zod";

/** What is known of one key besides its name. */
export interface Leaf {
  /** The values that it takes, in words. */
  type: string;
  /** Its value where nobody sets it. */
  default: unknown;
  /** One line. */
  meaning: string;
  /** Whether a wrong value is kept out of error messages, because it may be a secret. */
  secret: boolean;
}

/** Any text. */
export const text = z.string().min(1).meta({ type: "text" });
/** `true` or `false`. */
export const flag = z.boolean().meta({ type: "true | false" });
/** A number above 0. */
export const positive = z.number().positive().meta({ type: "number > 0" });
/** A number from 0 up. */
export const nonNegative = z.number().min(0).meta({ type: "number >= 0" });
/** Any number. */
export const real = z.number().meta({ type: "number" });
/** A share: 0 to 1. */
export const share = z.number().min(0).max(1).meta({ type: "number from 0 to 1" });
/** The mass that nucleus sampling keeps. */
export const nucleus = z.number().positive().max(1).meta({ type: "number above 0, at most 1" });
/** A bound, or -1 for none. */
export const boundOrOff = z.union([z.literal(-1), z.number().positive()])
  .meta({ type: "number > 0 | -1 (off)" });
/** One path or several; always a list once read. */
export const files = z.union([z.string().min(1), z.array(z.string().min(1))])
  .transform((value) => [value].flat()).meta({ type: "path | [paths]" });
/** One column's name or several; always a list once read. */
export const columns = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((value) => [value].flat()).meta({ type: "name | [names]" });
// Neither of the next two may hold a secret: both are written into folders. The checks also keep a key that was put
// there by mistake out of the error message, which names the kind and not the value.
/** A server's address. */
export const httpUrl = z.url({ protocol: /^https?$/ })
  .refine((url) => URL.canParse(url) && !new URL(url).username && !new URL(url).search)
  .meta({ type: "http(s) URL without user, password or query", secret: true });
/** One server's address or several; always a list once read. */
export const httpUrls = z.union([httpUrl, z.array(httpUrl)])
  .transform((value) => [value].flat()).meta({ type: "URL | [URLs]", secret: true });
/** The variable that holds a key. */
export const envName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
  .meta({ type: "name of an environment variable", secret: true });
/** How many likeliest tokens to keep; verl writes -1 for "all", the sampler 0. */
export const topK = z.int().min(-1).transform((k) => Math.max(k, 0))
  .meta({ type: "whole number (0 or -1: off)" });

const deviceName = z.string().regex(/^(cpu|sidecar|cuda:\d+|.*\/.*|.+:\d{1,5})$/);
/** What computes, one device or several; see `openDevice`. */
export const devices = z.union([deviceName, z.array(deviceName).min(1)])
  .meta({ type: "cpu | sidecar | cuda:N | ./SOCKET | HOST:PORT | [several]" });

/** A whole number from `min` up. */
export function whole(min: number): z.ZodInt {
  return z.int().min(min).meta({ type: `whole number >= ${min}` });
}

/** One of these words. */
export function oneOf<const T extends readonly string[]>(
  ...words: T
): z.ZodEnum<z.core.util.ToEnum<T[number]>> {
  return z.enum(words).meta({ type: words.join(" | ") });
}

/** The kind, or null for "not set". */
export function orNull<T extends z.ZodType>(kind: T): z.ZodNullable<T> {
  return kind.nullable().meta({ ...kind.meta(), type: `${kind.meta()?.type} | null` });
}

/** A key: the values that it takes, the one that it has by default, and what it means. */
export function key<T extends z.ZodType>(
  kind: T,
  value: z.output<T>,
  meaning: string,
): z.ZodDefault<T> {
  const { type, secret } = kind.meta() ?? {};
  const leaf: Leaf = { type: String(type), default: value, meaning, secret: secret === true };
  return kind.default(value as z.core.util.NoUndefined<z.output<T>>).meta({ leaf });
}

/** Keys under one name; a section that nobody mentions has all its defaults. */
export function section<S extends z.ZodRawShape>(
  shape: S,
): z.ZodPrefault<z.ZodObject<S, z.core.$strict>> {
  return z.strictObject(shape).prefault({} as never);
}

/** Every key by its dotted path, in the order of the schema. */
export function leavesOf(schema: z.ZodType, prefix = ""): Map<string, Leaf> {
  const object = schema instanceof z.ZodPrefault ? schema.unwrap() : schema;
  if (!(object instanceof z.ZodObject)) return new Map([[prefix, schema.meta()?.leaf as Leaf]]);
  const inner = Object.entries(object.shape as Record<string, z.ZodType>);
  return new Map(
    inner.flatMap(([name, child]) => [...leavesOf(child, prefix ? `${prefix}.${name}` : name)]),
  );
}
