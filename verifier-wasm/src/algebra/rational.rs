//! Rational numbers that stay in two machine words while they can. The big ones spend from the
//! budget, most of all for their greatest common divisors.

use super::arithmetic::reduced;
use num_bigint::{BigInt, BigUint, Sign};
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive};
use std::borrow::Cow;

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

    pub(super) fn as_integer(&self) -> Option<Cow<'_, BigInt>> {
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
