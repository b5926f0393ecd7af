//! Roots of sums and of quotients of sums.

use super::field::{Field, Generator};
use super::poly::{times, Exponent, Mono, Poly};
use super::rational::{ONE, Q};
use crate::budget::GaveUp;
use num_integer::Integer;
use num_traits::Zero;

impl Field<'_> {
    pub fn sum_power(&mut self, poly: &Poly, e: &Exponent) -> Result<Poly, GaveUp> {
        let even = e.denom().is_even();
        let constant = self.is_constant(poly);
        let (above, below) = self.cleared(poly)?;
        if below.as_number().is_none() {
            return self.quotient_power(&above, &below, constant, e);
        }
        if above.0.len() < 2 {
            return self.power(&above, e);
        }
        let content = above.content(self.budget)?.abs();
        let outside = self.number_power(&content, e)?;
        let mut common = Vec::new();
        let mut sizes = outside;
        let complex = self.is_complex(&above);
        for g in above.generators() {
            let least = above.least(g);
            let Some(entry) = self.entry(g) else { continue };
            if least.is_zero() || entry.complex {
                continue;
            }
            let (whole, factor) = if self.is_positive(g) {
                (least, self.settle(Mono::of(g, times(&least, e)?), ONE)?)
            } else if constant || complex || !least.is_integer() {
                continue;
            } else if !even {
                (least, self.settle(Mono::of(g, times(&least, e)?), ONE)?)
            } else {
                let two = Exponent::from_integer(2);
                let whole = two * (least / two).floor();
                let size = self.abs(&Poly::generator(g))?;
                (whole, self.rational_power(&size, &times(&whole, e)?)?)
            };
            common.push((g, whole));
            sizes = self.mul(&sizes, &factor)?;
        }
        common.retain(|(_, k)| !k.is_zero());
        let shift = Mono(common).pow(&Exponent::from_integer(-1))?;
        let mut inner = self.shifted(&above, &shift, &content.recip())?;
        let mut angle = Exponent::zero();
        if complex && !constant && even {
            if let Some(size) = self.real_square_root(&inner)? {
                let two = Exponent::from_integer(2);
                let root = self.rational_power(&size, &times(&two, e)?)?;
                return self.mul(&sizes, &root);
            }
        } else if complex {
            // The principal power of a complex constant, or a real one that does not look real.
        } else if constant {
            let sign = match self.sign(&inner) {
                Some(sign) => sign,
                None if self.is_zero_number(&inner) => return self.power(&Poly::zero(), e),
                None => return Err(GaveUp("a radicand of unknown sign")),
            };
            if sign < 0 {
                inner = inner.neg();
                angle = *e;
            }
        } else if even {
            // Small factors first, the sum itself last.
            let mut facts = self.positive.clone();
            Poly::sort(&mut facts);
            for fact in facts {
                while let Some(quotient) = self.quotient(&inner, &fact)? {
                    let factor = match fact.0.as_slice() {
                        [(mono, c)] if c.is_one() => self.settle(mono.pow(e)?, ONE)?,
                        _ => self.generator_power(Generator::Base(fact.clone()), *e)?,
                    };
                    sizes = self.mul(&sizes, &factor)?;
                    inner = quotient;
                    if inner.0.len() < 2 {
                        let rest = self.power(&inner, e)?;
                        return self.mul(&sizes, &rest);
                    }
                }
            }
            if let Some(root) = self.square_root(&inner)? {
                let size = self.abs(&root)?;
                let root = self.rational_power(&size, &times(&Exponent::from_integer(2), e)?)?;
                return self.mul(&sizes, &root);
            }
            self.suppose_positive(&inner)?;
        } else if inner.0.first().is_some_and(|(_, c)| c.sign() < 0) {
            inner = inner.neg();
            if e.numer().is_odd() {
                sizes = sizes.neg();
            }
        }
        let power = self.generator_power(Generator::Base(inner), *e)?;
        let turn = self.generator_power(Generator::Minus, angle)?;
        self.product(&[power, sizes, turn])
    }

    /// |r| where a real sum of exponentials is r²: √(1 - sin² x) = |cos x|.
    fn real_square_root(&mut self, poly: &Poly) -> Result<Option<Poly>, GaveUp> {
        if !self.is_real(poly) {
            return Ok(None);
        }
        let mut low = Vec::new();
        for g in poly.generators() {
            let least = poly.least(g);
            if !least.is_zero() {
                low.push((g, -least));
            }
        }
        let up = Mono(low);
        let half = up.pow(&Exponent::new(-1, 2))?;
        for sign in [1, -1] {
            let shifted = self.shifted(poly, &up, &Q::int(sign))?;
            let Some(root) = self.square_root(&shifted)? else { continue };
            let mut root = self.shifted(&root, &half, &ONE)?;
            if sign < 0 {
                let i = self.i()?;
                root = self.mul(&root, &i)?;
            }
            if self.is_real(&root) {
                return self.abs(&root).map(Some);
            }
        }
        Ok(None)
    }

    fn quotient_power(
        &mut self,
        above: &Poly,
        below: &Poly,
        constant: bool,
        e: &Exponent,
    ) -> Result<Poly, GaveUp> {
        if self.is_complex(above) || self.is_complex(below) {
            return Err(GaveUp("a root of a complex fraction"));
        }
        let mut above = above.clone();
        let mut outside = Poly::int(1);
        let Some((factors, _)) = below.0.first().cloned() else {
            return Err(GaveUp("division by zero"));
        };
        if below.0.len() != 1 {
            return Err(GaveUp("a root of a fraction"));
        }
        for (g, k) in factors.0 {
            let Some(Generator::Base(inner)) = self.entry(g).map(|entry| entry.generator.clone())
            else {
                return Err(GaveUp("a root of a fraction"));
            };
            let exponent = times(&k, e)?;
            if constant {
                let sign = self.sign(&inner).ok_or(GaveUp("a denominator of unknown sign"))?;
                let mut inner = inner;
                if sign < 0 {
                    if !k.is_integer() {
                        return Err(GaveUp("a root of a fraction"));
                    }
                    inner = inner.neg();
                    if k.to_integer().is_odd() {
                        above = above.neg();
                    }
                }
                let root = self.generator_power(Generator::Base(inner), -exponent)?;
                outside = self.mul(&outside, &root)?;
            } else if e.denom().is_odd() || self.is_positive(g) || !k.is_integer() {
                let root = self.settle(Mono::of(g, -exponent), ONE)?;
                outside = self.mul(&outside, &root)?;
            } else {
                // √(a/b) = √(ab)/|b|.
                let odd = k.to_integer().is_odd();
                if odd {
                    above = self.mul(&above, &inner)?;
                }
                let size = self.abs(&inner)?;
                let rise = k + Exponent::from_integer(odd.into());
                let root = self.rational_power(&size, &-times(&rise, e)?)?;
                outside = self.mul(&outside, &root)?;
            }
        }
        let root = self.power(&above, e)?;
        self.mul(&root, &outside)
    }
}
