//! The arithmetic of rational numbers, at its cost.

use super::rational::Q::{self, Big, Small};
use super::rational::{BITS, ONE, ZERO};
use crate::budget::{Budget, GaveUp};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use std::cmp::Ordering;

impl Q {
    pub fn add(&self, other: &Q, budget: &mut Budget) -> Result<Q, GaveUp> {
        match (self, other) {
            (Small(a, 1), Small(b, 1)) => {
                if let Some(sum) = a.checked_add(*b).filter(|sum| *sum != i64::MIN) {
                    return Ok(Small(sum, 1));
                }
            }
            (Small(a, b), Small(c, d)) => {
                let (a, b, c, d) = (*a as i128, *b as i128, *c as i128, *d as i128);
                if let Some(num) = (a * d).checked_add(c * b) {
                    return Ok(reduced(num, b * d));
                }
            }
            _ => {}
        }
        if let (Some(a), Some(b)) = (self.as_integer(), other.as_integer()) {
            budget.spend(200 + (self.bits() + other.bits()) / 16)?;
            return Ok(Q::from_integer(&*a + &*b));
        }
        let (a, b) = (self.to_big(), other.to_big());
        budget.spend(gcd_cost(self.bits() + other.bits()))?;
        Ok(Q::from_big(a + b))
    }

    pub fn sub(&self, other: &Q, budget: &mut Budget) -> Result<Q, GaveUp> {
        self.add(&other.neg(), budget)
    }

    pub fn mul(&self, other: &Q, budget: &mut Budget) -> Result<Q, GaveUp> {
        match (self, other) {
            (Small(a, 1), Small(b, 1)) => {
                if let Some(product) = a.checked_mul(*b).filter(|product| *product != i64::MIN) {
                    return Ok(Small(product, 1));
                }
            }
            (Small(a, b), Small(c, d)) => {
                return Ok(reduced(*a as i128 * *c as i128, *b as i128 * *d as i128));
            }
            _ => {}
        }
        let bits = self.bits() + other.bits();
        if bits > BITS {
            return Err(GaveUp("a number too long"));
        }
        budget.spend(300 + (self.bits() / 32 + 1) * (other.bits() / 32 + 1))?;
        if let (Some(a), Some(b)) = (self.as_integer(), other.as_integer()) {
            return Ok(Q::from_integer(&*a * &*b));
        }
        // Across the fractions, where the common divisors are small.
        let (a, b, c, d) = (self.numer(), self.denom(), other.numer(), other.denom());
        let (left, right) = (gcd(&a, &d, budget)?, gcd(&c, &b, budget)?);
        let num = (a / &left) * (c / &right);
        let den = (b / right) * (d / left);
        Ok(Q::from_big(BigRational::new_raw(num, den)))
    }

    pub fn div(&self, other: &Q, budget: &mut Budget) -> Result<Q, GaveUp> {
        if other.is_zero() {
            return Err(GaveUp("division by zero"));
        }
        self.mul(&other.recip(), budget)
    }

    /// A power; a negative one not of 0, and 0^0 is nothing.
    pub fn pow(&self, exponent: i64, budget: &mut Budget) -> Result<Q, GaveUp> {
        if self.is_zero() && exponent <= 0 {
            return Err(GaveUp("a power of 0 that is not defined"));
        }
        if self.is_one() || exponent == 1 {
            return Ok(self.clone());
        }
        if exponent == 0 {
            return Ok(ONE);
        }
        if *self == Small(-1, 1) {
            return Ok(Small(if exponent % 2 == 0 { 1 } else { -1 }, 1));
        }
        let n = exponent.unsigned_abs();
        let bits = self.bits().saturating_mul(n);
        if bits > BITS {
            return Err(GaveUp("a number too long"));
        }
        budget.spend(1 + bits * bits / 2048)?;
        let small = n as u32;
        let (num, den) = (self.numer().pow(small), self.denom().pow(small));
        let power = Q::from_big(BigRational::new_raw(num, den));
        Ok(if exponent < 0 { power.recip() } else { power })
    }

    pub fn compare(&self, other: &Q, budget: &mut Budget) -> Result<Ordering, GaveUp> {
        if let (Small(a, b), Small(c, d)) = (self, other) {
            return Ok((*a as i128 * *d as i128).cmp(&(*c as i128 * *b as i128)));
        }
        budget.spend(1 + (self.bits() / 32 + 1) * (other.bits() / 32 + 1))?;
        Ok((self.numer() * other.denom()).cmp(&(other.numer() * self.denom())))
    }

    pub fn floor(&self, budget: &mut Budget) -> Result<BigInt, GaveUp> {
        match self {
            Small(num, den) => Ok(num.div_euclid(*den).into()),
            Big(value) => {
                budget.spend(self.bits() * self.bits() / 2048)?;
                Ok(value.numer().div_floor(value.denom()))
            }
        }
    }
}

/// The fraction in lowest terms, of a positive denominator.
pub(super) fn reduced(num: i128, den: i128) -> Q {
    if num == 0 {
        return ZERO;
    }
    let (num, den) = if den < 0 { (-num, -den) } else { (num, den) };
    let common = match (i64::try_from(num), i64::try_from(den)) {
        (Ok(a), Ok(b)) if a != i64::MIN => a.gcd(&b) as i128,
        _ => num.gcd(&den),
    };
    let (num, den) = (num / common, den / common);
    match (i64::try_from(num), i64::try_from(den)) {
        (Ok(num), Ok(den)) if num != i64::MIN => Small(num, den),
        _ => Big(Box::new(BigRational::new_raw(num.into(), den.into()))),
    }
}

/// The binary algorithm takes a pass over the limbs for each bit.
fn gcd_cost(bits: u64) -> u64 {
    300 + bits.saturating_mul(bits) / 32
}

/// The greatest common divisor of integers, at its cost.
pub fn gcd(a: &BigInt, b: &BigInt, budget: &mut Budget) -> Result<BigInt, GaveUp> {
    if a.is_zero() || b.is_zero() || a.is_one() || b.is_one() {
        return Ok(if a.is_zero() {
            b.abs()
        } else if b.is_zero() {
            a.abs()
        } else {
            BigInt::one()
        });
    }
    // One division makes both as short as the shorter one.
    let (long, short) = if a.bits() < b.bits() { (b, a) } else { (a, b) };
    budget.spend(1 + (long.bits() / 32 + 1) * (short.bits() / 32 + 1) + gcd_cost(short.bits()))?;
    Ok(short.gcd(&(long % short)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_and_shrinks_without_loss() {
        let mut budget = Budget::new(1_000_000);
        let big = Q::int(i64::MAX).mul(&Q::int(i64::MAX), &mut budget).unwrap();
        assert!(matches!(big, Big(_)));
        assert_eq!(big.div(&Q::int(i64::MAX), &mut budget), Ok(Q::int(i64::MAX)));
        let third = Q::ratio(1, 3);
        assert_eq!(third.add(&Q::ratio(1, 6), &mut budget), Ok(Q::ratio(1, 2)));
        assert_eq!(third.pow(-3, &mut budget), Ok(Q::int(27)));
        assert_eq!(Q::int(i64::MIN + 1).sub(&Q::int(5), &mut budget).unwrap().sign(), -1);
        let tiny = Q::int(10).pow(-400, &mut budget).unwrap();
        assert_eq!(tiny.to_f64(), 0.0);
        assert!(tiny.mul(&Q::int(7), &mut budget).unwrap().sign() > 0);
    }

    #[test]
    fn refuses_powers_that_would_not_fit() {
        let mut budget = Budget::new(10_000_000);
        assert!(Q::int(2).pow(1_000_000_000, &mut budget).is_err());
        assert!(Q::int(0).pow(0, &mut budget).is_err());
    }
}
