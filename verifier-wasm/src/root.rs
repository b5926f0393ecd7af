//! Roots of rational numbers, where they are exact or square.

use crate::budget::{Budget, GaveUp};
use crate::number::{bits, Number, Unit, ONE};
use num_bigint::BigUint;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Pow, Signed, ToPrimitive};

impl Number {
    /// The real root of this degree; of a negative number where the degree is odd.
    pub fn root(&self, degree: u32, budget: &mut Budget) -> Result<Self, GaveUp> {
        let value = self.as_rational().ok_or(GaveUp("a root of an irrational number"))?;
        let negative = value.is_negative();
        if degree == 0 || negative && degree.is_even() {
            return Err(GaveUp("an even root of a negative number"));
        }
        // (p/q)^(1/n) = (p·q^(n-1))^(1/n) / q
        let grown = (bits(&value) * u64::from(degree)) / 32 + 1;
        budget.spend(grown.saturating_mul(grown).saturating_mul(100))?;
        let (p, q) = (value.numer().magnitude(), value.denom().magnitude());
        let radicand = p * Pow::pow(q, degree - 1);
        let exact = radicand.nth_root(degree);
        let (outside, unit) = if Pow::pow(&exact, degree) == radicand {
            (exact, ONE)
        } else if degree == 2 {
            let (square, root) = squarefree(&radicand, budget)?;
            (square.into(), Unit { pi: 0, root })
        } else {
            return Err(GaveUp("a root of a higher degree that is not rational"));
        };
        let magnitude = BigRational::new(outside.into(), q.clone().into());
        Ok(Number::term(unit, if negative { -magnitude } else { magnitude }))
    }
}

/// n = square²·rest with rest squarefree. Once every prime up to the cube root of what remains is
/// out, a remaining square factor can only be the whole remainder.
fn squarefree(n: &BigUint, budget: &mut Budget) -> Result<(u64, u64), GaveUp> {
    let mut left = n.to_u64().ok_or(GaveUp("a root of a large number"))?;
    let (mut square, mut rest, mut prime) = (1u64, 1u64, 2u64);
    while prime.saturating_mul(prime).saturating_mul(prime) <= left {
        budget.spend(16)?;
        while left % (prime * prime) == 0 {
            left /= prime * prime;
            square *= prime;
        }
        if left % prime == 0 {
            left /= prime;
            rest *= prime;
        }
        prime += 1;
    }
    let side = num_integer::Roots::sqrt(&left);
    Ok(if side * side == left { (square * side, rest) } else { (square, rest * left) })
}
