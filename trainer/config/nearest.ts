/** Finds what was probably meant by a name that does not exist. */

/** Levenshtein's distance: insertions, deletions and substitutions from `a` to `b`. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/**
 * The dotted name nearest to `name`. A name without its sections (`rollout.n`, `lr`) counts as near, too:
 * besides whole names, it is compared with as many last parts of each as it has itself. What it lies in is no answer.
 */
export function nearest(name: string, names: Iterable<string>): string {
  const parts = name.split(".").length;
  let best = "", least = Infinity;
  for (const candidate of names) {
    if (name.startsWith(`${candidate}.`)) continue;
    const tail = candidate.split(".").slice(-parts).join(".");
    const distance = Math.min(editDistance(name, candidate), editDistance(name, tail) + 0.5);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}
