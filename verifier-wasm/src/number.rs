//! Exact real numbers: linear combinations of √n·π^k (n squarefree, k an integer) with rational
//! coefficients. Roots of distinct squarefree integers are linearly independent over the
//! rationals and π is transcendental, so two numbers are equal exactly when their terms are: this
//! normal form decides both "equal" and "different".

use crate::budget::{Budget, GaveUp};
use crate::decimal::write;
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Pow, ToPrimitive, Zero};

type Result<T> = std::result::Result<T, GaveUp>;

/// √root · π^pi.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    pub pi: i32,
    pub root: u64,
}

pub const ONE: Unit = Unit { pi: 0, root: 1 };

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// In rising order of the unit, no coefficient zero.
    terms: Vec<(Unit, BigRational)>,
}

impl Number {
    pub fn rational(value: BigRational) -> Self {
        Number::term(ONE, value)
    }

    pub fn pi() -> Self {
        Number::term(Unit { pi: 1, root: 1 }, BigRational::one())
    }

    pub fn term(unit: Unit, value: BigRational) -> Self {
        let terms = if value.is_zero() { vec![] } else { vec![(unit, value)] };
        Number { terms }
    }

    /// The value, when there is no root and no π in it.
    pub fn as_rational(&self) -> Option<BigRational> {
        match self.terms.as_slice() {
            [] => Some(BigRational::zero()),
            [(ONE, value)] => Some(value.clone()),
            _ => None,
        }
    }

    pub fn neg(mut self) -> Self {
        for (_, value) in &mut self.terms {
            *value = -std::mem::replace(value, BigRational::zero());
        }
        self
    }

    pub fn add(self, other: Number, budget: &mut Budget) -> Result<Self> {
        let mut terms = self.terms;
        for (unit, value) in other.terms {
            budget.spend(terms.len() as u64)?;
            match terms.binary_search_by_key(&unit, |term| term.0) {
                Err(at) => terms.insert(at, (unit, value)),
                Ok(at) => {
                    charge(&terms[at].1, &value, budget)?;
                    terms[at].1 = plus(&terms[at].1, &value);
                    if terms[at].1.is_zero() {
                        terms.remove(at);
                    }
                }
            }
        }
        Ok(Number { terms })
    }

    pub fn mul(&self, other: &Number, budget: &mut Budget) -> Result<Self> {
        let mut product = Number { terms: vec![] };
        for (a, x) in &self.terms {
            for (b, y) in &other.terms {
                charge(x, y, budget)?;
                // √a·√b = g·√(ab/g²) with g = gcd(a, b).
                let shared = a.root.gcd(&b.root);
                let root = (a.root / shared).checked_mul(b.root / shared);
                let unit = Unit {
                    root: root.ok_or(GaveUp("a root grows too large"))?,
                    pi: a.pi.checked_add(b.pi).ok_or(GaveUp("a power of π grows too large"))?,
                };
                let value = times(x, y);
                let value = if shared == 1 { value } else { value * BigInt::from(shared) };
                product = product.add(Number::term(unit, value), budget)?;
            }
        }
        Ok(product)
    }

    pub fn recip(&self, budget: &mut Budget) -> Result<Self> {
        match self.terms.as_slice() {
            [] => Err(GaveUp("division by zero")),
            [(unit, value)] => {
                // 1/(v·√n·π^k) = 1/(v·n) · √n · π^-k
                charge(value, value, budget)?;
                let scaled = value * BigRational::from_integer(unit.root.into());
                Ok(Number::term(Unit { pi: -unit.pi, root: unit.root }, scaled.recip()))
            }
            [(a, _), (b, _)] if a.pi == b.pi => {
                // 1/(x + y) = (x - y)/(x² - y²), whose denominator has one term.
                let mut conjugate = self.clone();
                conjugate.terms[1].1 = -conjugate.terms[1].1.clone();
                let norm = self.mul(&conjugate, budget)?;
                conjugate.mul(&norm.recip(budget)?, budget)
            }
            _ => Err(GaveUp("division by a sum of several roots")),
        }
    }

    /// self^exponent; exponents are rational, with roots only where they are exact or square.
    pub fn pow(&self, exponent: &Number, budget: &mut Budget) -> Result<Self> {
        let exponent = exponent.as_rational().ok_or(GaveUp("an irrational exponent"))?;
        let too_large = GaveUp("an exponent is too large");
        let times = exponent.numer().to_i32().ok_or(too_large.clone())?;
        let degree = exponent.denom().to_u32().ok_or(too_large)?;
        let base = if degree == 1 { self.clone() } else { self.root(degree, budget)? };
        if self.terms.is_empty() && times <= 0 {
            return Err(GaveUp("zero to a power that is not positive"));
        }
        let power = base.repeat(times.unsigned_abs(), budget)?;
        if times < 0 {
            power.recip(budget)
        } else {
            Ok(power)
        }
    }

    fn repeat(&self, times: u32, budget: &mut Budget) -> Result<Self> {
        if let Some(value) = self.as_rational() {
            let limbs = (bits(&value) * u64::from(times)) / 32 + 1;
            budget.spend(if times > 1 { limbs.saturating_mul(limbs) } else { 1 })?;
            return Ok(Number::rational(Pow::pow(value, times)));
        }
        let mut power = Number::rational(BigRational::one());
        for bit in (0..32 - times.leading_zeros()).rev() {
            power = power.mul(&power, budget)?;
            if times >> bit & 1 == 1 {
                power = power.mul(self, budget)?;
            }
        }
        Ok(power)
    }
}

pub fn bits(value: &BigRational) -> u64 {
    value.numer().bits().max(value.denom().bits())
}

/// a + b without the gcd that whole numbers do not need.
fn plus(a: &BigRational, b: &BigRational) -> BigRational {
    match a.is_integer() && b.is_integer() {
        true => BigRational::from_integer(a.numer() + b.numer()),
        false => a + b,
    }
}

fn times(a: &BigRational, b: &BigRational) -> BigRational {
    match a.is_integer() && b.is_integer() {
        true => BigRational::from_integer(a.numer() * b.numer()),
        false => a * b,
    }
}

/// What adding or multiplying two rationals costs at most: the gcd that reduces the result.
fn charge(a: &BigRational, b: &BigRational, budget: &mut Budget) -> Result<()> {
    let limbs = (bits(a) + bits(b)) / 32 + 1;
    let whole = a.denom().is_one() && b.denom().is_one();
    budget.spend(limbs.saturating_mul(limbs).saturating_mul(if whole { 4 } else { 64 }) + 500)
}

impl std::fmt::Display for Number {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.terms.is_empty() {
            return write!(out, "0");
        }
        for (at, (unit, value)) in self.terms.iter().enumerate() {
            write!(out, "{}", if at > 0 { " + " } else { "" })?;
            write(value, out)?;
            if unit.root != 1 {
                write!(out, "·√{}", unit.root)?;
            }
            if unit.pi != 0 {
                write!(out, "·π^{}", unit.pi)?;
            }
        }
        Ok(())
    }
}
