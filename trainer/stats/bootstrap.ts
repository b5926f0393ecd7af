/** Intervals by the bootstrap: what the mean would be on other problems of the same kind. */

import { deriveSeed, uniform } from "../seed.ts";

/** What one problem brings to a mean: all its answers, which are drawn together. */
export interface Cluster {
  /** Sum of its values. */
  sum: number;
  /** How many they are. */
  count: number;
}

/** How {@linkcode bootstrapInterval} draws. */
export interface BootstrapOptions {
  /** The draws follow from it. */
  seed: number;
  /** Samples with replacement. @default {10000} */
  resamples?: number;
}

/** The mean of all values. */
export function clusterMean(clusters: readonly Cluster[]): number {
  const sum = clusters.reduce((total, cluster) => total + cluster.sum, 0);
  return sum / clusters.reduce((total, cluster) => total + cluster.count, 0);
}

/**
 * The 95% percentile interval of the mean (Efron 1979): problems are drawn with replacement, as many as there are,
 * and the interval lies between the 2.5th and the 97.5th percentile of the means. Answers to one problem are not
 * independent, so they are drawn as one.
 *
 * @throws {RangeError} without a problem
 */
export function bootstrapInterval(
  clusters: readonly Cluster[],
  { seed, resamples = 10_000 }: BootstrapOptions,
): [low: number, high: number] {
  const n = clusters.length;
  if (n === 0) throw new RangeError("Cannot bootstrap without a problem");
  const sums = Float64Array.from(clusters, ({ sum }) => sum);
  const counts = Float64Array.from(clusters, ({ count }) => count);
  const means = new Float64Array(resamples);
  for (let sample = 0; sample < resamples; sample++) {
    const own = deriveSeed(seed, "bootstrap", sample);
    let sum = 0, count = 0;
    for (let i = 0; i < n; i++) {
      const drawn = Math.floor(uniform(own, i) * n);
      sum += sums[drawn];
      count += counts[drawn];
    }
    means[sample] = sum / count;
  }
  means.sort();
  return [quantile(means, 0.025), quantile(means, 0.975)];
}

/** Linear between the two nearest (Hyndman and Fan's type 7, NumPy's default). */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1), below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
