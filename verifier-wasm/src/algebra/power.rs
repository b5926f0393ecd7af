//! Powers with rational exponents: of numbers by their primes, of sums as generators of their own.

use super::field::{Field, Generator};
use super::integer;
use super::poly::{times, Exponent, Mono, Poly};
use super::rational::{ONE, Q};
use crate::budget::GaveUp;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

impl Field<'_> {
    /// |value|^exponent by prime factors.
    pub fn number_power(&mut self, value: &Q, exponent: &Exponent) -> Result<Poly, GaveUp> {
        let mut product = Poly::int(1);
        for (part, sign) in [(value.numer(), 1), (value.denom(), -1)] {
            for (prime, times) in integer::factors(part.magnitude(), self.budget)? {
                let e = super::poly::times(exponent, &Exponent::from_integer(sign * times))?;
                let power = self.generator_power(Generator::Prime(prime), e)?;
                product = self.mul(&product, &power)?;
            }
        }
        let odd = exponent.is_integer() && exponent.to_integer().is_odd();
        Ok(if odd && value.sign() < 0 { product.neg() } else { product })
    }

    /// Whether something is at least 0 wherever the expressions are defined.
    pub fn is_positive(&self, generator: u32) -> bool {
        let Some(entry) = self.entry(generator) else { return false };
        let poly = match &entry.generator {
            Generator::Base(poly) => poly.clone(),
            _ => Poly::generator(generator),
        };
        entry.positive || self.positive.contains(&poly)
    }

    /// Notes what must be positive for the expressions to be defined, up to a positive factor.
    pub fn suppose_positive(&mut self, poly: &Poly) -> Result<(), GaveUp> {
        if self.is_constant(poly) || self.positive.len() >= 20 {
            return Ok(());
        }
        let content = poly.content(self.budget)?.abs();
        let fact = poly.scale(&content.recip(), self.budget)?;
        if !self.positive.contains(&fact) {
            self.positive.push(fact);
        }
        Ok(())
    }

    /// A rational power: the principal one of a constant, the real one of what has symbols.
    pub fn power(&mut self, poly: &Poly, e: &Exponent) -> Result<Poly, GaveUp> {
        if e.is_integer() {
            return self.pow(poly, e.to_integer());
        }
        if poly.is_zero() {
            return match e.is_positive() {
                true => Ok(Poly::zero()),
                false => Err(GaveUp("division by zero")),
            };
        }
        self.enter()?;
        let power = match poly.0.as_slice() {
            [(mono, c)] if self.is_constant(poly) => self.constant_power(mono, c, e)?,
            [(mono, c)] if !self.is_complex(poly) => self.term_power(mono, c, e)?,
            [_] => self.opaque_power(poly, e)?,
            _ => self.sum_power(poly, e)?,
        };
        self.leave();
        Ok(power)
    }

    fn opaque_power(&mut self, poly: &Poly, e: &Exponent) -> Result<Poly, GaveUp> {
        let content = poly.content(self.budget)?.abs();
        let inner = poly.scale(&content.recip(), self.budget)?;
        let outside = self.number_power(&content, e)?;
        let power = self.generator_power(Generator::Base(inner), *e)?;
        self.mul(&power, &outside)
    }

    /// A constant product: its size by factors, its angle by powers of -1.
    fn constant_power(&mut self, mono: &Mono, c: &Q, e: &Exponent) -> Result<Poly, GaveUp> {
        let mut angle = Exponent::from_integer((c.sign() < 0).into());
        let mut power = self.number_power(&c.abs(), e)?;
        for (g, k) in &mono.0 {
            let Some(entry) = self.entry(*g) else { continue };
            let (positive, complex) = (entry.positive, entry.complex);
            if entry.generator == Generator::Minus {
                angle = super::poly::plus(&angle, k)?;
                continue;
            }
            let mut base = Poly::generator(*g);
            if !positive {
                if complex {
                    return self.opaque_power(&Poly::term(mono.clone(), c.clone()), e);
                }
                let sign = self.sign(&base).ok_or(GaveUp("a radicand of unknown sign"))?;
                if sign < 0 {
                    if !k.is_integer() {
                        return Err(GaveUp("a power of a power of a negative number"));
                    }
                    angle = super::poly::plus(&angle, k)?;
                    base = base.neg();
                }
            }
            let exponent = times(k, e)?;
            let factor = match base.0.first() {
                Some((_, c)) if c.sign() < 0 => match self.entry(*g).map(|x| &x.generator) {
                    Some(Generator::Base(inner)) => {
                        let inner = inner.neg();
                        self.generator_power(Generator::Base(inner), exponent)?
                    }
                    _ => self.generator_power(Generator::Base(base), exponent)?,
                },
                _ => self.settle(Mono::of(*g, exponent), ONE)?,
            };
            power = self.mul(&power, &factor)?;
        }
        // Into (-1, 1].
        let two = Exponent::from_integer(2);
        let mut angle = angle - two * (angle / two).floor();
        if angle > Exponent::one() {
            angle -= two;
        }
        let turn = self.generator_power(Generator::Minus, times(&angle, e)?)?;
        self.mul(&power, &turn)
    }

    /// A real product with symbols. Under an even root only squares come out, as absolute values,
    /// and what is known not to be negative.
    fn term_power(&mut self, mono: &Mono, c: &Q, e: &Exponent) -> Result<Poly, GaveUp> {
        let even = e.denom().is_even();
        let mut power = self.number_power(&c.abs(), e)?;
        let mut negative = c.sign() < 0;
        if negative && !even {
            negative = false;
            if e.numer().is_odd() {
                power = power.neg();
            }
        }
        let mut inside = Vec::new();
        for (g, k) in &mono.0 {
            let out = if !even || self.is_positive(*g) || k.denom().is_even() {
                self.settle(Mono::of(*g, times(k, e)?), ONE)?
            } else if k.numer().is_even() {
                let size = self.abs(&Poly::generator(*g))?;
                self.rational_power(&size, &times(k, e)?)?
            } else if k.is_integer() {
                let odd = if k.is_positive() { 1 } else { -1 };
                inside.push((*g, Exponent::from_integer(odd)));
                let rest = k - Exponent::from_integer(odd);
                let size = self.abs(&Poly::generator(*g))?;
                self.rational_power(&size, &times(&rest, e)?)?
            } else {
                inside.push((*g, *k));
                Poly::int(1)
            };
            power = self.mul(&power, &out)?;
        }
        if inside.is_empty() {
            let angle = if negative { *e } else { Exponent::zero() };
            let turn = self.generator_power(Generator::Minus, angle)?;
            return self.mul(&power, &turn);
        }
        // √(1/x) has the domain of √x.
        let root = if let ([(g, k)], false) = (inside.as_slice(), negative) {
            let (g, k) = (*g, *k);
            let fact = match self.entry(g).map(|entry| &entry.generator) {
                Some(Generator::Base(poly)) => poly.clone(),
                _ => Poly::generator(g),
            };
            self.suppose_positive(&fact)?;
            self.settle(Mono::of(g, times(&k, e)?), ONE)?
        } else {
            self.product_root(inside, negative, e)?
        };
        self.mul(&power, &root)
    }

    /// A root of several odd factors: their product is positive, which says nothing of each.
    fn product_root(
        &mut self,
        mut inside: Vec<(u32, Exponent)>,
        negative: bool,
        e: &Exponent,
    ) -> Result<Poly, GaveUp> {
        // Multiplied by the squares of the denominators: √(a/b) = √(ab)/|b|.
        let mut outside = Poly::int(1);
        for (g, k) in &mut inside {
            if k.is_negative() && k.is_integer() {
                *k = -*k;
                let size = self.abs(&Poly::generator(*g))?;
                let factor = self.rational_power(&size, &times(&Exponent::from_integer(-2), e)?)?;
                outside = self.mul(&outside, &factor)?;
            }
        }
        let sign = Q::int(if negative { -1 } else { 1 });
        let radicand = self.settle(Mono(inside), sign)?;
        self.suppose_positive(&radicand)?;
        let root = match radicand.0.as_slice() {
            [_] => self.generator_power(Generator::Base(radicand), *e)?,
            _ => self.sum_power(&radicand, e)?,
        };
        self.mul(&root, &outside)
    }

    /// A power of something that is not negative.
    pub fn rational_power(&mut self, size: &Poly, e: &Exponent) -> Result<Poly, GaveUp> {
        match size.0.as_slice() {
            [(mono, c)] if c.is_one() => self.settle(mono.pow(e)?, ONE),
            _ => self.power(size, e),
        }
    }
}
