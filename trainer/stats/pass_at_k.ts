/** pass@k: the chance that at least one of k answers is right. */

/**
 * The unbiased estimator 1 − C(n−c, k) / C(n, k), as the product that no factorial overflows
 * (Chen et al. 2021, "Evaluating Large Language Models Trained on Code", equation 1 and figure 3).
 *
 * @param n answers drawn
 * @param c those that are right
 * @param k at most n
 */
export function passAtK(n: number, c: number, k: number): number {
  if (!(k >= 1 && k <= n && c >= 0 && c <= n)) {
    throw new RangeError(`Cannot estimate pass@${k} from ${n} answers with ${c} right`);
  }
  if (n - c < k) return 1;
  let allWrong = 1;
  for (let i = n - c + 1; i <= n; i++) allWrong *= 1 - k / i;
  return 1 - allWrong;
}
