/**
 * Every random draw of a run comes from here: a seed derived from (run seed, step, prompt, sample), so that
 * a run which was killed and resumed draws exactly what an uninterrupted one would have drawn.
 *
 * The generator is counter based: draw `t` of a seed is a hash of (seed, t). It has no state to save, and
 * a sequence draws the same numbers whichever slot of whichever batch it runs in.
 */

/** MurmurHash3's 32-bit finalizer: full avalanche, two multiplications. */
function mix(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function absorb(h: number, word: number): number {
  h ^= mix(Math.imul(word | 0, 0xcc9e2d51));
  return Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
}

/**
 * A seed for one purpose, from the numbers and words that name it: `deriveSeed(run, "rollout", step, prompt, i)`.
 *
 * @returns a safe integer of 53 bits, so that the seeds of a long run do not collide
 */
export function deriveSeed(...parts: (number | string)[]): number {
  let high = 0x9e3779b9, low = 0x243f6a88;
  const word = (w: number): void => {
    high = absorb(high, w);
    low = absorb(low, mix(w) ^ high);
  };
  for (const part of parts) {
    if (typeof part === "number") {
      word(part % 0x100000000);
      word(Math.floor(part / 0x100000000));
    } else {
      word(part.length);
      for (let i = 0; i < part.length; i++) word(part.charCodeAt(i));
    }
  }
  return (mix(high) >>> 11) * 0x100000000 + (mix(low ^ high) >>> 0);
}

/**
 * Draw `index` of a seed's sequence.
 *
 * @returns a multiple of 2^-23 in [0, 1). 23 bits, not 24, because the sampler multiplies it by a float32 total
 * and compares: below 1 - 2^-23 the product always stays strictly under the total.
 */
export function uniform(seed: number, index: number): number {
  const low = seed % 0x100000000, high = Math.floor(seed / 0x100000000);
  const h = absorb(absorb(absorb(0x9e3779b9, high), low), index);
  return (mix(h ^ low) >>> 9) / 0x800000;
}

/** A stream of draws from one seed, where code reads better with one than with explicit indices. */
export class Random {
  #index = 0;

  /** @param seed from {@linkcode deriveSeed} */
  constructor(readonly seed: number) {}

  /** The next draw, in [0, 1). */
  next(): number {
    return uniform(this.seed, this.#index++);
  }

  /** A whole number in [0, n). */
  int(n: number): number {
    return Math.floor(this.next() * n);
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)];
  }

  /** A normally distributed draw (Box-Muller), mean 0 and variance 1. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** Fisher-Yates, in place. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }
}
