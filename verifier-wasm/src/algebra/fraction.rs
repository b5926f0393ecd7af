//! Denominators: sums in powers that are not multiplied out, and a sum over one denominator.

use super::field::{Field, Generator};
use super::poly::{Exponent, Mono, Poly};
use super::rational::{ONE, Q};
use crate::budget::GaveUp;
use num_traits::{Signed, Zero};

impl Field<'_> {
    /// A sum to an integer power that is not multiplied out. Its content is taken out first, and
    /// it must not be 0 where the power is negative.
    pub fn base_power(&mut self, poly: &Poly, exponent: i64) -> Result<Poly, GaveUp> {
        let (poly, below) = self.cleared(poly)?;
        if let [] | [_] = poly.0.as_slice() {
            let power = self.pow(&poly, exponent)?;
            let below = self.pow(&below, -exponent)?;
            return self.mul(&power, &below);
        }
        let content = poly.content(self.budget)?;
        let mut common = Vec::new();
        for g in poly.generators() {
            common.push((g, poly.least(g)));
        }
        common.retain(|(_, e)| !e.is_zero());
        let common = Mono(common);
        let shift = common.pow(&Exponent::from_integer(-1))?;
        let inner = self.shifted(&poly, &shift, &content.recip())?;
        if exponent < 0 && !self.is_nonzero(&inner) {
            return Err(GaveUp("a denominator that may be 0"));
        }
        let e = Exponent::from_integer(exponent);
        let id = self.id(Generator::Base(inner))?;
        let outside = Poly::term(common, content);
        let outside = self.pow(&outside, exponent)?;
        let below = self.pow(&below, -exponent)?;
        let power = Poly::term(Mono::of(id, e), ONE);
        self.product(&[power, outside, below])
    }

    /// Each term times a product of powers and a number, without reducing: contents.
    pub fn shifted(&mut self, poly: &Poly, mono: &Mono, factor: &Q) -> Result<Poly, GaveUp> {
        let mut terms = Vec::with_capacity(poly.0.len());
        for (m, c) in &poly.0 {
            terms.push((m.mul(mono)?.0, c.mul(factor, self.budget)?));
        }
        Poly::collect(terms, self.budget)
    }

    /// A sum as a numerator over a product of sums, neither with negative powers of sums.
    pub fn cleared(&mut self, poly: &Poly) -> Result<(Poly, Poly), GaveUp> {
        let mut above = poly.clone();
        let mut below = Poly::int(1);
        for _ in 0..8 {
            let mut factor = Vec::new();
            for g in above.generators() {
                let least = above.least(g);
                let is_base =
                    matches!(self.entry(g).map(|entry| &entry.generator), Some(Generator::Base(_)));
                if is_base && least.is_negative() {
                    factor.push((g, -least));
                }
            }
            if factor.is_empty() {
                return Ok((above, below));
            }
            let factor = Mono(factor);
            let mut sum = Poly::zero();
            for (m, c) in &above.0 {
                let part = self.settle(m.mul(&factor)?.0, c.clone())?;
                sum = sum.add(&part, self.budget)?;
            }
            above = sum;
            let factor = Poly::term(factor, ONE);
            // Kept as powers: multiplying out is for whoever needs it.
            below = self.mul(&below, &factor)?;
        }
        Err(GaveUp("fractions nested too deep"))
    }
}
