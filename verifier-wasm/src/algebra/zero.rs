//! Whether a normal form is 0, exact division of sums, and their square roots.

use super::field::{Field, Generator};
use super::poly::{Exponent, Mono, Poly};
use super::rational::{ONE, Q};
use crate::budget::GaveUp;
use num_integer::Integer;
use num_traits::Signed;

impl Field<'_> {
    /// The numerator over the common denominator, multiplied out.
    pub fn numerator(&mut self, poly: &Poly) -> Result<Poly, GaveUp> {
        let (mut above, _) = self.cleared(poly)?;
        // Powers of sums that were put off: their common part goes, the rest is multiplied out.
        for _ in 0..4 {
            let mut common = Vec::new();
            for g in above.generators() {
                let generator = self.entry(g).map(|entry| &entry.generator);
                let least = above.least(g);
                let put_off = matches!(generator, Some(Generator::Base(_) | Generator::Prime(_)));
                if put_off && least.is_positive() {
                    common.push((g, -least));
                }
            }
            let most = Exponent::from_integer(1);
            let large = above.0.iter().flat_map(|(mono, _)| &mono.0).any(|(g, e)| {
                *e >= most
                    && matches!(self.entry(*g), Some(entry)
                        if matches!(entry.generator, Generator::Base(_) | Generator::Prime(_)))
            });
            if !large {
                break;
            }
            let common = Mono(common);
            let mut sum = Poly::zero();
            for (mono, c) in above.0 {
                let part = self.multiplied_out(mono.mul(&common)?.0, c)?;
                sum = sum.add(&part, self.budget)?;
            }
            above = sum;
        }
        Ok(above)
    }

    /// A product with its sums multiplied out.
    pub fn multiplied_out(&mut self, mono: Mono, c: Q) -> Result<Poly, GaveUp> {
        let (mut rest, mut product) = (Vec::new(), Poly::number(c));
        for (g, e) in mono.0 {
            let generator = self.entry(g).map(|entry| entry.generator.clone());
            let whole = e.floor();
            if let (Some(Generator::Base(inner)), true) = (&generator, whole.is_positive()) {
                let power = self.natural_power(inner, whole.to_integer() as u64)?;
                product = self.mul(&product, &power)?;
                rest.push((g, e - whole));
            } else {
                rest.push((g, e));
            }
        }
        rest.retain(|(_, e)| *e.numer() != 0);
        let rest = self.settle(Mono(rest), ONE)?;
        self.mul(&product, &rest)
    }

    /// Whether a sum is 0 for certain.
    pub fn is_zero(&mut self, poly: &Poly) -> Result<bool, GaveUp> {
        let above = self.numerator(poly)?;
        Ok(self.coefficients_vanish(&above)?
            || self.is_zero_logarithm(&above)?
            || self.is_square_difference(&above)?)
    }

    /// Whether every coefficient is 0, as a sum over products of what is not an algebraic number.
    pub fn coefficients_vanish(&mut self, poly: &Poly) -> Result<bool, GaveUp> {
        for (_, coefficient) in self.coefficients(poly)? {
            if !self.is_zero_number(&coefficient) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// a - b with a² = b², where both are products of what is not negative: |xy| and |x|·|y|.
    fn is_square_difference(&mut self, poly: &Poly) -> Result<bool, GaveUp> {
        let [(m, c), (n, d)] = poly.0.as_slice() else { return Ok(false) };
        if c.sign() == d.sign() {
            return Ok(false);
        }
        let mut sides = Vec::new();
        for (mono, c, other) in [(m, c, n), (n, d, m)] {
            let apart = |(g, e): &&(u32, Exponent)| other.get(*g) != *e;
            let alone: Vec<_> = mono.0.iter().filter(apart).copied().collect();
            for (g, e) in &alone {
                let root = e.denom().is_even();
                let Some(entry) = self.entry(*g) else { return Ok(false) };
                if entry.complex || !(entry.positive || root) {
                    return Ok(false);
                }
            }
            let square = Mono(alone).pow(&Exponent::from_integer(2))?;
            let coefficient = c.mul(c, self.budget)?;
            let square = self.settle(square, coefficient)?;
            sides.push(square);
        }
        let [left, right] = sides.as_slice() else { return Ok(false) };
        let off = left.sub(right, self.budget)?;
        let off = self.numerator(&off)?;
        self.coefficients_vanish(&off)
    }

    /// The algebraic coefficients of a sum over products of all else.
    pub fn coefficients(&mut self, poly: &Poly) -> Result<Vec<(Mono, Poly)>, GaveUp> {
        let mut groups: Vec<(Mono, Vec<(Mono, Q)>)> = Vec::new();
        for (mono, c) in &poly.0 {
            self.budget.spend(100 + 20 * groups.len() as u64)?;
            let number =
                |g: &u32| self.entry(*g).is_some_and(|entry| entry.algebraic && entry.constant);
            let (inside, outside) = mono.0.iter().partition(|(g, _)| number(g));
            let (inside, outside) = (Mono(inside), Mono(outside));
            match groups.iter_mut().find(|(other, _)| *other == outside) {
                Some((_, terms)) => terms.push((inside, c.clone())),
                None => groups.push((outside, vec![(inside, c.clone())])),
            }
        }
        let collect = |(mono, terms)| Ok((mono, Poly::collect(terms, self.budget)?));
        groups.into_iter().map(collect).collect()
    }

    /// a/b where b divides a without remainder.
    pub fn quotient(&mut self, a: &Poly, b: &Poly) -> Result<Option<Poly>, GaveUp> {
        let Some((lead, c)) = b.0.first() else { return Ok(None) };
        // Only what has no negative powers can be divided by leading terms in finitely many steps.
        let plain = |poly: &Poly| {
            poly.0.iter().all(|(mono, _)| mono.0.iter().all(|(_, e)| e.is_positive()))
        };
        if !plain(a) || !plain(b) {
            return Ok(None);
        }
        let back = lead.pow(&Exponent::from_integer(-1))?;
        let mut rest = a.clone();
        let mut terms = Vec::new();
        while let Some((mono, d)) = rest.0.first() {
            self.budget.spend(50)?;
            let (mono, _) = mono.mul(&back)?;
            if mono.0.iter().any(|(_, e)| e.is_negative()) || terms.len() > 200 {
                return Ok(None);
            }
            let coefficient = d.div(c, self.budget)?;
            let term = Poly::term(mono.clone(), coefficient.clone());
            let before = rest.0.first().map(|(mono, _)| mono.clone());
            let part = self.mul(b, &term)?;
            rest = rest.sub(&part, self.budget)?;
            // Products of roots may not reduce the leading term.
            if rest.0.first().map(|(mono, _)| mono) >= before.as_ref() {
                return Ok(None);
            }
            terms.push((mono, coefficient));
        }
        Ok(Some(Poly::collect(terms, self.budget)?))
    }

    /// The sum whose square a sum is, found from the leading term on.
    pub fn square_root(&mut self, poly: &Poly) -> Result<Option<Poly>, GaveUp> {
        let Some((lead, c)) = poly.0.first() else { return Ok(None) };
        let plain = poly.0.iter().all(|(mono, _)| {
            mono.0.iter().all(|(g, e)| {
                let generator = self.entry(*g).map(|entry| &entry.generator);
                let free = matches!(
                    generator,
                    Some(Generator::Symbol(_) | Generator::Pi | Generator::Exp(_))
                );
                free && e.is_integer() && e.is_positive()
            })
        });
        let even = |e: &Exponent| e.to_integer().is_even();
        if !plain || c.sign() < 0 || !lead.0.iter().all(|(_, e)| even(e)) {
            return Ok(None);
        }
        let (num, den) = (c.numer(), c.denom());
        self.budget.spend(c.bits() * c.bits() / 32 + 10)?;
        let (top, bottom) = (num.sqrt(), den.sqrt());
        if &top * &top != num || &bottom * &bottom != den {
            return Ok(None);
        }
        let c = Q::from_big(num_rational::BigRational::new_raw(top, bottom));
        let lead = lead.pow(&Exponent::new(1, 2))?;
        let mut root = Poly::term(lead.clone(), c.clone());
        let back = lead.pow(&Exponent::from_integer(-1))?;
        let half = c.mul(&Q::int(2), self.budget)?.recip();
        for _ in 0..20 {
            let square = self.mul(&root, &root)?;
            let rest = poly.sub(&square, self.budget)?;
            let Some((mono, d)) = rest.0.first() else { return Ok(Some(root)) };
            let (mono, _) = mono.mul(&back)?;
            if mono.0.iter().any(|(_, e)| e.is_negative()) || mono >= lead {
                return Ok(None);
            }
            let term = Poly::term(mono, d.mul(&half, self.budget)?);
            root = root.add(&term, self.budget)?;
        }
        Ok(None)
    }
}
