//! Absolute values and complex conjugates.

use super::expr::Function;
use super::field::{Field, Generator};
use super::poly::{Exponent, Mono, Poly};
use super::rational::ONE;
use crate::budget::GaveUp;
use num_integer::Integer;
use num_traits::Zero;

/// Generators with their exponents.
type Powers = Vec<(u32, Exponent)>;

impl Field<'_> {
    /// |x| of a real number, √(z·z̄) of a complex one.
    pub fn abs(&mut self, poly: &Poly) -> Result<Poly, GaveUp> {
        if let Some(value) = poly.as_number() {
            return Ok(Poly::number(value.abs()));
        }
        if self.is_complex(poly) {
            let conjugate = self.conjugate(poly)?;
            if conjugate != *poly {
                let square = self.mul(poly, &conjugate)?;
                return self.power(&square, &Exponent::new(1, 2));
            }
        }
        if self.is_constant(poly) {
            return match self.sign(poly) {
                Some(sign) if sign < 0 => Ok(poly.neg()),
                Some(_) => Ok(poly.clone()),
                None if self.is_zero_number(poly) => Ok(Poly::zero()),
                None => Err(GaveUp("an absolute value of unknown sign")),
            };
        }
        let (poly, below) = self.cleared(poly)?;
        let content = poly.content(self.budget)?;
        let mut size = Poly::number(content.abs());
        let mut terms = Vec::new();
        let (factors, common) = self.factors(&poly, &below, false);
        for (g, k) in factors {
            let plain = self.is_positive(g) || k.numer().is_even() || k.denom().is_even();
            let factor = if plain {
                Mono::of(g, k)
            } else {
                let inner = match self.entry(g).map(|entry| &entry.generator) {
                    Some(Generator::Base(inner)) => inner.clone(),
                    _ => Poly::generator(g),
                };
                Mono::of(self.id(Generator::Call(Function::Abs, vec![inner]))?, k)
            };
            terms.push(factor);
        }
        for mono in terms {
            let factor = self.settle(mono, ONE)?;
            size = self.mul(&size, &factor)?;
        }
        let shift = Mono(common).pow(&Exponent::from_integer(-1))?;
        let inner = self.shifted(&poly, &shift, &content.recip())?;
        if inner.as_number().is_some_and(|value| value.is_one()) {
            return Ok(size);
        }
        let signed = [inner.clone(), inner.neg()];
        let known = signed
            .into_iter()
            .find(|poly| self.positive.contains(poly) || self.is_sum_of_squares(poly));
        let inner = match known {
            Some(inner) => inner,
            None => self.generator(Generator::Call(Function::Abs, vec![inner]))?,
        };
        self.mul(&size, &inner)
    }

    /// The powers of generators that a quotient has as factors: of its denominator, one term, and of
    /// what all terms above have in common; then these again. Complex ones are left inside, unless
    /// they are asked for.
    pub(super) fn factors(&self, above: &Poly, below: &Poly, complex: bool) -> (Powers, Powers) {
        let mut factors = Vec::new();
        for (mono, _) in &below.0 {
            factors.extend(mono.0.iter().map(|(g, k)| (*g, -*k)));
        }
        let apart = |g: u32| complex || self.entry(g).is_some_and(|entry| !entry.complex);
        let common: Powers = above
            .generators()
            .into_iter()
            .map(|g| (g, above.least(g)))
            .filter(|(g, least)| !least.is_zero() && apart(*g))
            .collect();
        factors.extend(common.iter().copied());
        (factors, common)
    }

    /// Whether all terms are plainly positive, as those of x² + 1.
    fn is_sum_of_squares(&self, poly: &Poly) -> bool {
        poly.0.iter().all(|(mono, c)| {
            let even = |(g, e): &(u32, Exponent)| {
                let real = self.entry(*g).is_some_and(|entry| !entry.complex);
                self.is_positive(*g) || real && e.is_integer() && e.numer().is_even()
            };
            c.sign() > 0 && mono.0.iter().all(even)
        })
    }

    /// The complex conjugate, symbols being real.
    pub fn conjugate(&mut self, poly: &Poly) -> Result<Poly, GaveUp> {
        self.enter()?;
        let mut sum = Poly::zero();
        for (mono, c) in &poly.0 {
            let mut out = mono.clone();
            let mut sums = Vec::new();
            for (g, e) in &mut out.0 {
                let Some(entry) = self.entry(*g) else { continue };
                match &entry.generator {
                    _ if !entry.complex => {}
                    Generator::Minus => *e = -*e,
                    Generator::Exp(inner) if self.is_imaginary(inner) => *e = -*e,
                    Generator::Base(inner) if e.is_integer() => {
                        sums.push((inner.clone(), e.to_integer()));
                        *e = Exponent::zero();
                    }
                    _ => return Err(GaveUp("a conjugate")),
                }
            }
            out.0.retain(|(_, e)| !e.is_zero());
            let mut part = self.settle(out, c.clone())?;
            for (inner, e) in sums {
                let inner = self.conjugate(&inner)?;
                let power = self.pow(&inner, e)?;
                part = self.mul(&part, &power)?;
            }
            sum = sum.add(&part, self.budget)?;
        }
        self.leave();
        Ok(sum)
    }

    /// i times something real.
    fn is_imaginary(&self, mono: &Mono) -> bool {
        mono.0.iter().all(|(g, e)| {
            self.entry(*g).is_some_and(|entry| {
                !entry.complex || entry.generator == Generator::Minus && *e.denom() == 2
            })
        })
    }
}
