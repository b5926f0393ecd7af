//! Sums of logarithms, or of inverse functions, with rational coefficients. The exponential of such
//! a sum is a product of powers, which algebra decides about.

use super::expr::Function;
use super::field::{Field, Generator};
use super::poly::{Exponent, Poly};
use super::rational::Q;
use crate::budget::GaveUp;
use num_integer::Integer;

/// Coefficients become exponents, which must stay small.
const LIMIT: i64 = 1000;

impl Field<'_> {
    /// Whether a sum of logarithms L, or of inverse functions, is 0 for certain. L·n has integer
    /// coefficients for some n. Logarithms are real, so e^(nL) = 1 says that L is 0. For inverse
    /// functions e^(inL) = 1 says so where |nL| < 2π.
    pub fn is_zero_logarithm(&mut self, poly: &Poly) -> Result<bool, GaveUp> {
        let (mut logs, mut arcs) = (false, false);
        let mut common = 1i64;
        for (mono, c) in &poly.0 {
            let Q::Small(num, den) = c else { return Ok(false) };
            let [(g, e)] = mono.0.as_slice() else { return Ok(false) };
            let Some(entry) = self.entry(*g) else { return Ok(false) };
            match &entry.generator {
                _ if *e != Exponent::from_integer(1) => return Ok(false),
                Generator::Call(Function::Ln, _) => logs = true,
                Generator::Call(Function::Arctan | Function::Arcsin, _) => arcs = true,
                // e^(iπr) is a root of unity for any r.
                Generator::Pi => {
                    arcs = true;
                    continue;
                }
                _ => return Ok(false),
            }
            if *den > LIMIT || num.abs() > LIMIT {
                return Ok(false);
            }
            common = common.lcm(den);
            if common > LIMIT {
                return Ok(false);
            }
        }
        if logs == arcs {
            return Ok(false);
        }
        let mut scaled = poly.scale(&Q::int(common), self.budget)?;
        if logs {
            // The squares of absolute values are plain.
            scaled = scaled.scale(&Q::int(2), self.budget)?;
        } else {
            if !self.is_within_a_turn(&scaled) {
                return Ok(false);
            }
            let i = self.i()?;
            scaled = self.mul(&scaled, &i)?;
        }
        // The second time with what the first one's roots say about signs.
        for _ in 0..2 {
            let known = self.positive.len();
            let power = self.exp(&scaled)?;
            let off = power.sub(&Poly::int(1), self.budget)?;
            let off = self.numerator(&off)?;
            if self.coefficients_vanish(&off)? {
                return Ok(true);
            }
            if self.positive.len() == known {
                break;
            }
        }
        Ok(false)
    }

    /// Whether |L| < 2π for certain: by its value, or by the ranges of its terms.
    fn is_within_a_turn(&mut self, poly: &Poly) -> bool {
        if self.is_constant(poly) {
            return self.value::<f64>(poly, 53).is_some_and(|disc| disc.most() < 6.0);
        }
        let (mut low, mut high) = (0.0f64, 0.0f64);
        for (mono, c) in &poly.0 {
            let Some((g, _)) = mono.0.first() else { return false };
            let (from, to) = match self.entry(*g).map(|entry| &entry.generator) {
                Some(Generator::Pi) => (1.0, 1.0),
                Some(Generator::Call(_, items)) => {
                    let from =
                        if items.first().is_some_and(|x| self.is_root(x)) { 0.0 } else { -0.5 };
                    (from, 0.5)
                }
                _ => return false,
            };
            let c = c.to_f64();
            low += (c * from).min(c * to);
            high += (c * from).max(c * to);
        }
        // With room for what was rounded.
        low > -1.999 && high < 1.999
    }

    /// A product that is not negative where it is defined: of square roots and absolute values.
    fn is_root(&self, poly: &Poly) -> bool {
        let [(mono, c)] = poly.0.as_slice() else { return false };
        c.sign() > 0
            && mono.0.iter().all(|(g, e)| {
                let known = self.entry(*g).is_some_and(|entry| entry.positive);
                known || e.denom().is_even()
            })
    }
}
