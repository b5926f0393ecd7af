//! Products and powers of normal forms, and what their exponents reduce to.

use super::expr::Function;
use super::field::{Field, Generator};
use super::poly::{Exponent, Mono, Poly};
use super::rational::ONE;
use super::rational::Q;
use crate::budget::GaveUp;
use num_integer::Integer;
use num_traits::{One, Zero};

/// Sums with more terms than this are not multiplied out.
const TERMS: u64 = 600;

impl Field<'_> {
    pub fn mul(&mut self, a: &Poly, b: &Poly) -> Result<Poly, GaveUp> {
        if let Some(value) = a.as_number() {
            return b.scale(&value, self.budget);
        }
        if let Some(value) = b.as_number() {
            return a.scale(&value, self.budget);
        }
        let pairs = a.0.len() as u64 * b.0.len() as u64;
        self.budget.spend(200 * pairs)?;
        let mut terms = Vec::with_capacity(pairs as usize);
        let mut more = Poly::zero();
        for (m, c) in &a.0 {
            for (n, d) in &b.0 {
                let (mono, met) = m.mul(n)?;
                let coefficient = c.mul(d, self.budget)?;
                if !met || self.is_settled(&mono) {
                    terms.push((mono, coefficient));
                } else {
                    let part = self.settle(mono, coefficient)?;
                    if let [_] = part.0.as_slice() {
                        terms.extend(part.0);
                    } else {
                        more = more.add(&part, self.budget)?;
                    }
                }
            }
        }
        let sum = Poly::collect(terms, self.budget)?;
        if more.is_zero() {
            Ok(sum)
        } else {
            sum.add(&more, self.budget)
        }
    }

    pub fn product(&mut self, factors: &[Poly]) -> Result<Poly, GaveUp> {
        factors.iter().try_fold(Poly::int(1), |product, factor| self.mul(&product, factor))
    }

    /// Whether every exponent is in the range of its generator.
    fn is_settled(&self, mono: &Mono) -> bool {
        mono.0.iter().all(|(g, e)| match self.entry(*g).map(|entry| &entry.generator) {
            Some(Generator::Prime(_)) => *e.numer() > 0 && e.numer() < e.denom(),
            Some(Generator::Minus) => *e.numer() == 1 && *e.denom() == 2,
            Some(Generator::Base(_)) => *e < Exponent::one(),
            Some(Generator::Call(Function::Abs, _)) => {
                *e.numer() > 0 && *e < Exponent::from_integer(2)
            }
            Some(Generator::Exp(_)) if self.entry(*g).is_some_and(|entry| entry.parity) => {
                !e.is_integer() || e.is_one()
            }
            _ => true,
        })
    }

    /// A product of powers whose exponents may be out of range.
    pub fn settle(&mut self, mono: Mono, coefficient: Q) -> Result<Poly, GaveUp> {
        if self.is_settled(&mono) {
            return Ok(Poly::term(mono, coefficient));
        }
        self.enter()?;
        self.budget.spend(600)?;
        let mut coefficient = coefficient;
        let mut rest = Vec::with_capacity(mono.0.len());
        let mut factors = Vec::new();
        for (g, e) in mono.0 {
            let whole = e.floor().to_integer();
            let part = e - e.floor();
            let Some(entry) = self.entry(g) else { continue };
            match &entry.generator {
                // A number too large to write down stays a power.
                Generator::Prime(value)
                    if value.bits().saturating_mul(whole.unsigned_abs()) < 30_000 =>
                {
                    let base = Q::from_integer(value.clone().into());
                    let power = if whole == 0 { ONE } else { base.pow(whole, self.budget)? };
                    coefficient = coefficient.mul(&power, self.budget)?;
                    rest.push((g, part));
                }
                Generator::Minus => {
                    if whole.is_odd() {
                        coefficient = coefficient.neg();
                    }
                    if part.is_zero() || *part.denom() == 2 {
                        rest.push((g, part));
                    } else {
                        factors.push(self.unity(g, part)?);
                    }
                }
                Generator::Base(poly) if (1..=12).contains(&whole) => {
                    let poly = poly.clone();
                    factors.push(self.natural_power(&poly, whole as u64)?);
                    rest.push((g, part));
                }
                Generator::Call(Function::Abs, items) => {
                    let even = 2 * whole.div_euclid(2);
                    if let (Some(item), true) = (items.first().cloned(), even != 0) {
                        factors.push(self.pow(&item, even)?);
                    }
                    rest.push((g, e - Exponent::from_integer(even)));
                }
                Generator::Exp(_) if entry.parity && e.is_integer() => {
                    rest.push((g, Exponent::from_integer(whole.rem_euclid(2))));
                }
                _ => rest.push((g, e)),
            }
        }
        rest.retain(|(_, e)| !e.is_zero());
        let mut product = Poly::term(Mono(rest), coefficient);
        for factor in &factors {
            product = self.mul(&product, factor)?;
        }
        self.leave();
        Ok(product)
    }

    /// A power multiplied out.
    pub fn natural_power(&mut self, poly: &Poly, exponent: u64) -> Result<Poly, GaveUp> {
        let mut power = Poly::int(1);
        let mut square = poly.clone();
        let mut n = exponent;
        while n > 0 {
            if n & 1 == 1 {
                power = self.mul(&power, &square)?;
            }
            n >>= 1;
            if n > 0 {
                square = self.mul(&square, &square)?;
            }
        }
        Ok(power)
    }

    /// An integer power. A sum is multiplied out where that is short, else it becomes a `Base`.
    pub fn pow(&mut self, poly: &Poly, exponent: i64) -> Result<Poly, GaveUp> {
        if exponent == 1 {
            return Ok(poly.clone());
        }
        if poly.is_zero() && exponent <= 0 {
            return Err(GaveUp(if exponent == 0 { "0^0" } else { "division by zero" }));
        }
        match poly.0.as_slice() {
            [] => return Ok(Poly::zero()),
            [(mono, c)] => {
                let mono = mono.pow(&Exponent::from_integer(exponent))?;
                return match c.pow(exponent, self.budget) {
                    Ok(c) => self.settle(mono, c),
                    // As powers of primes: 2^(10^9).
                    Err(_) => {
                        let c = self.number_power(c, &Exponent::from_integer(exponent))?;
                        let rest = self.settle(mono, ONE)?;
                        self.mul(&c, &rest)
                    }
                };
            }
            _ => {}
        }
        if exponent < 0 {
            return self.base_power(poly, exponent);
        }
        let n = exponent as u64;
        let folds = self.is_algebraic(poly) && self.is_constant(poly);
        let short =
            if folds { n <= 256 } else { n <= 64 && count(poly.0.len() as u64, n) <= TERMS };
        if short {
            self.natural_power(poly, n)
        } else {
            self.base_power(poly, exponent)
        }
    }
}

/// Terms of a sum of t terms to the n: the binomial of t+n-1 over n, as far as it matters.
fn count(t: u64, n: u64) -> u64 {
    let mut value = 1u64;
    for k in 1..t {
        value = value.saturating_mul(n + k) / k;
        if value > TERMS {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;

    #[test]
    fn roots_multiply() {
        let mut budget = Budget::new(1_000_000);
        let mut field = Field::new(&mut budget);
        let half = Exponent::new(1, 2);
        let root = |field: &mut Field, n: i64| field.power(&Poly::int(n), &half).unwrap();
        let (two, six) = (root(&mut field, 2), root(&mut field, 6));
        let product = field.mul(&two, &six).unwrap();
        let three = root(&mut field, 3);
        assert_eq!(product, three.scale(&Q::int(2), field.budget).unwrap());
        let i = root(&mut field, -1);
        assert_eq!(field.mul(&i, &i), Ok(Poly::int(-1)));
    }
}
