//! Sums of products of powers of generators, with rational coefficients and exponents. What a
//! generator stands for is the matter of `field`.

use super::rational::Q;
use crate::budget::{Budget, GaveUp};
use num_integer::Integer;
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedMul, Signed, Zero};
use std::cmp::Ordering;

/// An exponent.
pub type Exponent = Ratio<i64>;

/// Exponents stay below this, so that their sums and products cannot overflow.
const LIMIT: i64 = 1 << 40;

fn checked(value: Option<Exponent>) -> Result<Exponent, GaveUp> {
    value
        .filter(|value| value.numer().abs() < LIMIT && *value.denom() < LIMIT)
        .ok_or(GaveUp("an exponent too large"))
}

pub fn plus(a: &Exponent, b: &Exponent) -> Result<Exponent, GaveUp> {
    if a.is_integer() && b.is_integer() {
        return checked(i64::checked_add(*a.numer(), *b.numer()).map(Exponent::from_integer));
    }
    checked(a.checked_add(b))
}

pub fn times(a: &Exponent, b: &Exponent) -> Result<Exponent, GaveUp> {
    checked(a.checked_mul(b))
}

/// A rational number as an exponent.
pub fn exponent(value: &Q) -> Result<Exponent, GaveUp> {
    match value {
        Q::Small(num, den) => checked(Some(Exponent::new_raw(*num, *den))),
        Q::Big(_) => Err(GaveUp("an exponent too large")),
    }
}

/// A product of powers of generators, in order of the generators' numbers; no exponent is 0.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Mono(pub Vec<(u32, Exponent)>);

impl Mono {
    pub fn one() -> Mono {
        Mono(Vec::new())
    }

    pub fn is_one(&self) -> bool {
        self.0.is_empty()
    }

    pub fn of(generator: u32, exponent: Exponent) -> Mono {
        Mono(if exponent.is_zero() { Vec::new() } else { vec![(generator, exponent)] })
    }

    pub fn get(&self, generator: u32) -> Exponent {
        self.0
            .iter()
            .find(|(other, _)| *other == generator)
            .map_or_else(Exponent::zero, |(_, exponent)| *exponent)
    }

    /// The product, and whether a generator occurs on both sides.
    pub fn mul(&self, other: &Mono) -> Result<(Mono, bool), GaveUp> {
        let (a, b) = (&self.0, &other.0);
        let mut met = false;
        let mut out = Vec::with_capacity(a.len() + b.len());
        let (mut i, mut j) = (0, 0);
        while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
            match x.0.cmp(&y.0) {
                Ordering::Less => {
                    out.push(*x);
                    i += 1;
                }
                Ordering::Greater => {
                    out.push(*y);
                    j += 1;
                }
                Ordering::Equal => {
                    met = true;
                    let sum = plus(&x.1, &y.1)?;
                    if !sum.is_zero() {
                        out.push((x.0, sum));
                    }
                    i += 1;
                    j += 1;
                }
            }
        }
        out.extend(a.iter().skip(i).chain(b.iter().skip(j)));
        Ok((Mono(out), met))
    }

    pub fn pow(&self, exponent: &Exponent) -> Result<Mono, GaveUp> {
        if exponent.is_zero() {
            return Ok(Mono::one());
        }
        let powers = self.0.iter().map(|(generator, e)| Ok((*generator, times(e, exponent)?)));
        Ok(Mono(powers.collect::<Result<_, GaveUp>>()?))
    }
}

/// The lexicographic order, a missing generator having exponent 0: products keep it.
impl Ord for Mono {
    fn cmp(&self, other: &Mono) -> Ordering {
        for (x, y) in self.0.iter().zip(&other.0) {
            if x.0 < y.0 {
                return x.1.cmp(&Exponent::zero());
            }
            if x.0 > y.0 {
                return Exponent::zero().cmp(&y.1);
            }
            if x.1 != y.1 {
                return x.1.cmp(&y.1);
            }
        }
        let (n, m) = (self.0.len(), other.0.len());
        match (self.0.get(m), other.0.get(n)) {
            (Some(x), _) => x.1.cmp(&Exponent::zero()),
            (_, Some(y)) => Exponent::zero().cmp(&y.1),
            _ => Ordering::Equal,
        }
    }
}

impl PartialOrd for Mono {
    fn partial_cmp(&self, other: &Mono) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Terms in falling order; no coefficient is 0.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Poly(pub Vec<(Mono, Q)>);

impl Poly {
    pub fn zero() -> Poly {
        Poly(Vec::new())
    }

    /// Sorts sums by their products, the coefficients aside.
    pub fn sort(polys: &mut [Poly]) {
        polys.sort_by(|x, y| x.0.iter().map(|term| &term.0).cmp(y.0.iter().map(|term| &term.0)));
    }

    pub fn number(value: Q) -> Poly {
        Poly::term(Mono::one(), value)
    }

    pub fn int(value: i64) -> Poly {
        Poly::number(Q::int(value))
    }

    pub fn term(mono: Mono, coefficient: Q) -> Poly {
        Poly(if coefficient.is_zero() { Vec::new() } else { vec![(mono, coefficient)] })
    }

    pub fn generator(generator: u32) -> Poly {
        Poly::term(Mono::of(generator, Exponent::from_integer(1)), super::rational::ONE)
    }

    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// The number that it is, without generators.
    pub fn as_number(&self) -> Option<Q> {
        match self.0.as_slice() {
            [] => Some(super::rational::ZERO),
            [(mono, value)] if mono.is_one() => Some(value.clone()),
            _ => None,
        }
    }

    pub fn scale(&self, factor: &Q, budget: &mut Budget) -> Result<Poly, GaveUp> {
        if factor.is_one() {
            return Ok(self.clone());
        }
        if factor.is_zero() {
            return Ok(Poly::zero());
        }
        budget.spend(60 * self.0.len() as u64)?;
        let terms = self.0.iter().map(|(mono, c)| Ok((mono.clone(), c.mul(factor, budget)?)));
        Ok(Poly(terms.collect::<Result<_, GaveUp>>()?))
    }

    pub fn neg(&self) -> Poly {
        Poly(self.0.iter().map(|(mono, c)| (mono.clone(), c.neg())).collect())
    }

    pub fn add(&self, other: &Poly, budget: &mut Budget) -> Result<Poly, GaveUp> {
        budget.spend(60 * (self.0.len() + other.0.len()) as u64)?;
        let (a, b) = (&self.0, &other.0);
        let mut out = Vec::with_capacity(a.len() + b.len());
        let (mut i, mut j) = (0, 0);
        while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
            match x.0.cmp(&y.0) {
                Ordering::Greater => {
                    out.push(x.clone());
                    i += 1;
                }
                Ordering::Less => {
                    out.push(y.clone());
                    j += 1;
                }
                Ordering::Equal => {
                    let sum = x.1.add(&y.1, budget)?;
                    if !sum.is_zero() {
                        out.push((x.0.clone(), sum));
                    }
                    i += 1;
                    j += 1;
                }
            }
        }
        out.extend(a.iter().skip(i).chain(b.iter().skip(j)).cloned());
        Ok(Poly(out))
    }

    pub fn sub(&self, other: &Poly, budget: &mut Budget) -> Result<Poly, GaveUp> {
        self.add(&other.neg(), budget)
    }

    /// Puts terms in order and adds up what belongs together.
    pub fn collect(mut terms: Vec<(Mono, Q)>, budget: &mut Budget) -> Result<Poly, GaveUp> {
        let n = terms.len() as u64;
        budget.spend(n * u64::from(64 - n.leading_zeros()) * 30)?;
        terms.sort_by(|x, y| y.0.cmp(&x.0));
        let mut out: Vec<(Mono, Q)> = Vec::with_capacity(terms.len());
        for (mono, c) in terms {
            match out.last_mut() {
                Some(last) if last.0 == mono => last.1 = last.1.add(&c, budget)?,
                _ => {
                    if out.last().is_some_and(|last| last.1.is_zero()) {
                        out.pop();
                    }
                    out.push((mono, c));
                }
            }
        }
        if out.last().is_some_and(|last| last.1.is_zero()) {
            out.pop();
        }
        Ok(Poly(out))
    }

    /// The rational number that leaves coprime integers as coefficients, with the sign of the
    /// leading term.
    pub fn content(&self, budget: &mut Budget) -> Result<Q, GaveUp> {
        let mut coefficients = self.0.iter().map(|(_, c)| c);
        let Some(first) = coefficients.next() else { return Ok(super::rational::ONE) };
        let (mut num, mut den) = (first.numer(), first.denom());
        for c in coefficients {
            num = super::arithmetic::gcd(&num, &c.numer(), budget)?;
            let d = c.denom();
            let common = super::arithmetic::gcd(&den, &d, budget)?;
            den = den / common * d;
            if den.bits() > 20_000 {
                return Err(GaveUp("a number too long"));
            }
        }
        let num = if first.sign() < 0 { -num.abs() } else { num.abs() };
        budget.spend(den.bits() * den.bits() / 32)?;
        let common = num.gcd(&den);
        let value = num_rational::BigRational::new_raw(num / &common, den / common);
        Ok(Q::from_big(value))
    }

    /// Every generator that occurs.
    pub fn generators(&self) -> Vec<u32> {
        let mut out: Vec<u32> =
            self.0.iter().flat_map(|(mono, _)| mono.0.iter().map(|(g, _)| *g)).collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The least exponent of a generator over all terms.
    pub fn least(&self, generator: u32) -> Exponent {
        let exponents = self.0.iter().map(|(mono, _)| mono.get(generator));
        exponents.min().unwrap_or_else(Exponent::zero)
    }
}
