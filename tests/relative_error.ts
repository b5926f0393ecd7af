/** How far numbers are from what they should be. */

import assert from "node:assert/strict";

/** max|found − wanted| over max|wanted|. */
export function relativeError(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  assert.equal(found.length, wanted.length);
  let worst = 0, scale = 0;
  for (let i = 0; i < wanted.length; i++) {
    worst = Math.max(worst, Math.abs(found[i] - wanted[i]));
    scale = Math.max(scale, Math.abs(wanted[i]));
  }
  assert.ok(Number.isFinite(worst));
  return worst / scale;
}
