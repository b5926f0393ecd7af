//! Rational numbers that stay in two machine words while they can. The big ones spend from the
//! budget, most of all for their greatest common divisors.

use crate::budget::{Budget, GaveUp};
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::borrow::Cow;
use std::cmp::Ordering;

/// In lowest terms with a positive denominator; `Big` only for what does not fit into `Small`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Q {
    Small(i64, i64),
    Big(Box<BigRational>),
}

use Q::{Big, Small};

pub const ZERO: Q = Small(0, 1);
pub const ONE: Q = Small(1, 1);

/// Bits that a number may have: beyond them it is not computed.
pub const BITS: u64 = 400_000;

impl Q {
    pub fn int(value: i64) -> Q {
        Small(value, 1)
    }

    pub fn ratio(num: i64, den: i64) -> Q {
        reduced(num.into(), den.into())
    }

    /// A rational number in lowest terms already.
    pub fn from_big(value: BigRational) -> Q {
        match (value.numer().to_i64(), value.denom().to_i64()) {
            (Some(num), Some(den)) if num != i64::MIN => Small(num, den),
            _ => Big(Box::new(value)),
        }
    }

    pub fn from_integer(value: BigInt) -> Q {
        Q::from_big(BigRational::new_raw(value, BigInt::one()))
    }

    pub fn to_big(&self) -> BigRational {
        match self {
            Small(num, den) => BigRational::new_raw((*num).into(), (*den).into()),
            Big(value) => (**value).clone(),
        }
    }

    fn as_integer(&self) -> Option<Cow<'_, BigInt>> {
        match self {
            Small(num, 1) => Some(Cow::Owned((*num).into())),
            Big(value) if value.is_integer() => Some(Cow::Borrowed(value.numer())),
            _ => None,
        }
    }

    pub fn is_zero(&self) -> bool {
        matches!(self, Small(0, _))
    }

    pub fn is_one(&self) -> bool {
        matches!(self, Small(1, 1))
    }

    pub fn is_integer(&self) -> bool {
        match self {
            Small(_, den) => *den == 1,
            Big(value) => value.is_integer(),
        }
    }

    pub fn sign(&self) -> i32 {
        match self {
            Small(num, _) => num.signum() as i32,
            Big(value) => match value.numer().sign() {
                Sign::Minus => -1,
                Sign::NoSign => 0,
                Sign::Plus => 1,
            },
        }
    }

    pub fn neg(&self) -> Q {
        match self {
            Small(num, den) => Small(-num, *den),
            Big(value) => Q::from_big(-(**value).clone()),
        }
    }

    pub fn abs(&self) -> Q {
        if self.sign() < 0 {
            self.neg()
        } else {
            self.clone()
        }
    }

    /// Of a number other than 0.
    pub fn recip(&self) -> Q {
        match self {
            Small(num, den) if *num < 0 => Small(-den, -num),
            Small(num, den) => Small(*den, *num),
            Big(value) => {
                let (num, den) = (value.numer(), value.denom());
                let raw = if num.is_negative() {
                    BigRational::new_raw(-den, -num)
                } else {
                    BigRational::new_raw(den.clone(), num.clone())
                };
                Q::from_big(raw)
            }
        }
    }

    /// Bits of the numerator and the denominator together.
    pub fn bits(&self) -> u64 {
        match self {
            Small(num, den) => {
                (128 - num.unsigned_abs().leading_zeros() - den.leading_zeros()).into()
            }
            Big(value) => value.numer().bits() + value.denom().bits(),
        }
    }

    pub fn numer(&self) -> BigInt {
        match self {
            Small(num, _) => (*num).into(),
            Big(value) => value.numer().clone(),
        }
    }

    pub fn denom(&self) -> BigInt {
        match self {
            Small(_, den) => (*den).into(),
            Big(value) => value.denom().clone(),
        }
    }

    /// An integer that fits.
    pub fn to_i64(&self) -> Option<i64> {
        match self {
            Small(num, 1) => Some(*num),
            _ => None,
        }
    }

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

    /// The nearest double or so; infinite beyond their range.
    pub fn to_f64(&self) -> f64 {
        match self {
            Small(num, den) => *num as f64 / *den as f64,
            Big(value) => {
                let (a, i) = head(value.numer().magnitude());
                let (b, j) = head(value.denom().magnitude());
                let exponent = (i - j).clamp(-3000, 3000) as i32;
                let half = exponent / 2;
                let size = a / b * 2f64.powi(half) * 2f64.powi(exponent - half);
                if value.is_negative() {
                    -size
                } else {
                    size
                }
            }
        }
    }
}

/// The leading 64 bits of a number and how far they were shifted.
fn head(value: &BigUint) -> (f64, i64) {
    let shift = value.bits().saturating_sub(64);
    ((value >> shift).to_f64().unwrap_or(0.0), shift as i64)
}

fn reduced(num: i128, den: i128) -> Q {
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
