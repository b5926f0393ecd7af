//! Constants as whole numbers of 2^-w.

use num_bigint::BigInt;
use num_traits::{One, Zero};

/// The arctangent of 1/n, or its hyperbolic sister, as a number of 2^-w.
fn arctan_reciprocal(n: i64, w: i64, hyperbolic: bool) -> BigInt {
    let mut power = (BigInt::one() << w as u64) / n;
    let mut sum = power.clone();
    let mut k = 1i64;
    while !power.is_zero() {
        power /= n * n;
        k += 2;
        let term = &power / k;
        if hyperbolic || k % 4 == 1 {
            sum += term;
        } else {
            sum -= term;
        }
    }
    sum
}

/// π by Machin's formula (1706).
pub fn fixed_pi(w: i64) -> BigInt {
    let w = w + 16;
    let part = arctan_reciprocal(5, w, false) * 4 - arctan_reciprocal(239, w, false);
    (part * 4) >> 16
}

/// ln 2, twice the hyperbolic arctangent of 1/3.
pub fn fixed_ln2(w: i64) -> BigInt {
    arctan_reciprocal(3, w, true) * 2
}
