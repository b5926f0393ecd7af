/** How fast the rotary angles turn: the base frequencies, and what `rope_scaling` makes of them for longer contexts. */

import { z } from "zod";

/** Rotary frequencies, as a `config.json` describes them. */
export interface Rope {
  /** Base of the angles. */
  theta: number;
  /** Every frequency divided by a factor, or only the low ones (Llama 3); null: as they are. */
  scaling: RopeScaling | null;
}

/** `linear` (position interpolation, Chen et al. 2023) or `llama3` (Grattafiori et al. 2024, §3.2 and Meta's code). */
export type RopeScaling =
  | { kind: "linear"; factor: number }
  | {
    kind: "llama3";
    factor: number;
    /** Wavelengths beyond original / this are scaled. */
    lowFactor: number;
    /** Wavelengths below original / this are left alone. */
    highFactor: number;
    /** The context length before the scaling. */
    original: number;
  };

const plain = z.looseObject({
  rope_type: z.literal("default", "supported: default, linear, llama3"),
});
const linear = z.looseObject({ rope_type: z.literal("linear"), factor: z.number().positive() });
const llama3 = z.looseObject({
  rope_type: z.literal("llama3"),
  factor: z.number().positive(),
  low_freq_factor: z.number().positive(),
  high_freq_factor: z.number().positive(),
  original_max_position_embeddings: z.int().positive(),
});
/** How much of a head is rotated. */
export const partialRotary = z.literal(1, "a rotation of only a part of a head is not supported")
  .nullish();

const isObject = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value of `rope_scaling` (transformers 4) or `rope_parameters` (5); older files call the kind `type`. */
export const ropeSchema = z.preprocess(
  (value) => {
    if (typeof value !== "object" || value === null) return value;
    const { rope_type, type } = value as Record<string, unknown>;
    return { ...value, rope_type: rope_type ?? type ?? "default" };
  },
  z.looseObject({
    rope_theta: z.number().positive().optional(),
    partial_rotary_factor: partialRotary,
  }).refine(
    (value) => !Object.values(value).some(isObject),
    "frequencies that differ by the kind of layer are not supported",
  ).and(z.discriminatedUnion("rope_type", [plain, linear, llama3], {
    error: ({ input }) =>
      `${
        JSON.stringify((input as { rope_type?: unknown })?.rope_type)
      } is not supported; supported: default, linear, llama3`,
  })),
);

/** What a parsed {@linkcode ropeSchema} says of the scaling. */
export function ropeScaling(parsed: z.infer<typeof ropeSchema> | null | undefined) {
  if (!parsed || parsed.rope_type === "default") return null;
  if (parsed.rope_type === "linear") return { kind: "linear" as const, factor: parsed.factor };
  return {
    kind: "llama3" as const,
    factor: parsed.factor,
    lowFactor: parsed.low_freq_factor,
    highFactor: parsed.high_freq_factor,
    original: parsed.original_max_position_embeddings,
  };
}

/**
 * The frequency of each pair of a head's numbers, in radians a position: theta^(−2i / headSize), scaled.
 *
 * transformers computes them in float32, step by step; so is it done here, or long contexts drift apart.
 *
 * @returns headSize / 2 frequencies
 */
export function ropeFrequencies({ theta, scaling }: Rope, headSize: number): number[] {
  const f = Math.fround;
  return Array.from({ length: headSize / 2 }, (_, i) => {
    const frequency = f(1 / f(theta ** f((2 * i) / headSize)));
    if (scaling === null) return frequency;
    const scaled = f(frequency / scaling.factor);
    if (scaling.kind === "linear") return scaled;
    const { lowFactor: low, highFactor: high, original } = scaling;
    const wavelength = f(2 * Math.PI / frequency);
    if (wavelength > original / low) return scaled;
    if (wavelength < original / high) return frequency;
    const smooth = f(f(f(original / wavelength) - low) / (high - low));
    return f(f(f(f(1 - smooth) * frequency) / scaling.factor) + f(smooth * frequency));
  });
}
