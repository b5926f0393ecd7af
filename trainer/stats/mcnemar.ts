/** McNemar's test: whether two models differ on the problems that only one of them solves. */

/**
 * The exact two-sided p: if both were equally good, each problem that only one solves would fall to either like a
 * coin. p = min(1, 2 · P(X ≤ min(won, lost))) with X binomial(won + lost, ½).
 */
export function mcnemarExact(won: number, lost: number): number {
  const n = won + lost, fewer = Math.min(won, lost);
  // Terms C(n, i) / 2^n by their logarithms: 2^-n alone is 0 from n = 1075 on.
  let term = -n * Math.LN2, tail = 0;
  for (let i = 0; i <= fewer; i++) {
    tail += Math.exp(term);
    term += Math.log((n - i) / (i + 1));
  }
  return Math.min(1, 2 * tail);
}
