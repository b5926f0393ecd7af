//! Normal forms as numbers: their signs, and whether they are 0.

use super::disc::Disc;
use super::expr::Function;
use super::field::{Field, Generator};
use super::float::Float;
use super::poly::{Exponent, Poly};
use super::rational::Q;
use super::real::Real;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive};

/// Bits of the precisions that are tried one after the other; the first is that of doubles.
pub const PRECISIONS: [u32; 3] = [53, 240, 900];

impl Field<'_> {
    /// The value, symbols having made-up values.
    pub fn value<R: Real>(&mut self, poly: &Poly, p: u32) -> Option<Disc<R>> {
        self.enter().ok()?;
        let mut sum = Disc::rational(&Q::int(0), p);
        for (mono, c) in &poly.0 {
            let mut product = Disc::rational(c, p);
            for (g, e) in &mono.0 {
                self.budget.spend(R::cost(p)).ok()?;
                let factor = self.generator_value(*g, e, p)?;
                product = product.mul(&factor, p)?;
            }
            self.budget.spend(R::cost(p)).ok()?;
            sum = sum.add(&product, p)?;
        }
        self.leave();
        Some(sum)
    }

    fn generator_value<R: Real>(&mut self, g: u32, e: &Exponent, p: u32) -> Option<Disc<R>> {
        let exponent = Disc::rational(&Q::ratio(*e.numer(), *e.denom()), p);
        let made_up = Q::ratio(i64::from(g % 1009) * 38 + 1, 1 << 13).add(&Q::int(1), self.budget);
        let generator = self.entry(g)?.generator.clone();
        let base: Disc<R> = match &generator {
            Generator::Symbol(_) | Generator::Unknown(..) => Disc::rational(&made_up.ok()?, p),
            Generator::Pi => Disc::pi(p),
            Generator::Minus => {
                if *e == Exponent::new_raw(1, 2) {
                    return Some(Disc::i(p));
                }
                let angle = Disc::pi(p).mul(&exponent, p)?;
                return angle.mul(&Disc::i(p), p)?.exp(p);
            }
            Generator::Prime(value) => Disc::rational(&Q::from_integer(value.clone().into()), p),
            Generator::Exp(mono) => {
                let above = Poly::term(mono.clone(), super::rational::ONE);
                return self.value::<R>(&above, p)?.mul(&exponent, p)?.exp(p);
            }
            Generator::Base(inner) => self.value(inner, p)?,
            Generator::Call(function, items) => {
                let [item] = items.as_slice() else { return None };
                let x = self.value::<R>(item, p)?;
                match function {
                    Function::Ln => x.ln(p)?,
                    Function::Abs => x.abs(p)?,
                    Function::Arcsin => x.arcsin(p)?,
                    Function::Arctan => x.arctan(p)?,
                    _ => return None,
                }
            }
        };
        if e.is_integer() {
            return base.integer_power(e.to_integer(), p);
        }
        match *e.denom() {
            2 => base.sqrt(p)?.integer_power(*e.numer(), p),
            _ => base.ln(p)?.mul(&exponent, p)?.exp(p),
        }
    }

    /// The sign of a real constant other than 0.
    pub fn sign(&mut self, poly: &Poly) -> Option<i32> {
        if let [(mono, c)] = poly.0.as_slice() {
            let positive = |g: &u32| self.entry(*g).is_some_and(|entry| entry.positive);
            if mono.0.iter().all(|(g, _)| positive(g)) {
                return Some(c.sign());
            }
        }
        if !self.is_real(poly) {
            return None;
        }
        let near: Option<Disc<f64>> = self.fresh(|field| field.value(poly, PRECISIONS[0]));
        if let Some(sign) = near.and_then(|disc| disc.real_part().sign()) {
            return Some(sign);
        }
        PRECISIONS.iter().skip(1).find_map(|p| {
            let disc = self.fresh(|field| field.value::<Float>(poly, *p));
            disc.and_then(|disc| disc.real_part().sign())
        })
    }

    /// Runs something that may stop anywhere, and puts the depth right after it.
    fn fresh<T>(&mut self, run: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let depth = self.depth;
        let result = run(self);
        self.depth = depth;
        result
    }

    /// Whether a sum is certainly not 0 as a function of its symbols.
    pub fn is_nonzero(&mut self, poly: &Poly) -> bool {
        // Roots of different primes, i, π and symbols satisfy no polynomial with rational
        // coefficients but the obvious (Besicovitch 1940; Lindemann 1882).
        let plain = poly.0.iter().flat_map(|(mono, _)| &mono.0).all(|(g, e)| {
            match self.entry(*g).map(|entry| &entry.generator) {
                Some(Generator::Symbol(_) | Generator::Pi) => true,
                Some(Generator::Minus) => *e.denom() == 2,
                Some(Generator::Prime(value)) => value.to_u64().is_some_and(|p| p < 1 << 20),
                _ => false,
            }
        });
        if plain {
            return !poly.is_zero();
        }
        let near: Option<Disc<f64>> = self.fresh(|field| field.value(poly, PRECISIONS[0]));
        if near.is_some_and(|disc| disc.excludes_zero()) {
            return true;
        }
        PRECISIONS.iter().skip(1).any(|p| {
            let disc = self.fresh(|field| field.value::<Float>(poly, *p));
            disc.is_some_and(|disc| disc.excludes_zero())
        })
    }

    /// Whether an algebraic number is 0 for certain.
    ///
    /// With integer coefficients it is an algebraic integer E of degree at most D whose conjugates
    /// are at most u in size. The product of them all is an integer, so |E| >= u^(1-D) unless E is
    /// 0 (the bound of Burnikel, Fleischer, Mehlhorn and Schirra 2000, without divisions).
    pub fn is_zero_number(&mut self, poly: &Poly) -> bool {
        if poly.is_zero() {
            return true;
        }
        let Ok((above, _)) = self.cleared(poly) else { return false };
        let Ok(content) = above.content(self.budget) else { return false };
        let Ok(whole) = above.scale(&content.recip(), self.budget) else { return false };
        if whole.is_zero() {
            return true;
        }
        let mut degrees = Vec::new();
        let Some(size) = self.conjugates(&whole, &mut degrees) else { return false };
        let degree: f64 = degrees.iter().map(|(_, d)| *d as f64).product();
        let bits = (degree - 1.0) * size + 2.0;
        for p in PRECISIONS {
            let most = if p == PRECISIONS[0] {
                let disc: Option<Disc<f64>> = self.fresh(|field| field.value(&whole, p));
                disc.map(|disc| (disc.excludes_zero(), disc.most()))
            } else {
                let disc: Option<Disc<Float>> = self.fresh(|field| field.value(&whole, p));
                disc.map(|disc| (disc.excludes_zero(), disc.most()))
            };
            let Some((excluded, most)) = most else { continue };
            if excluded {
                return false;
            }
            if most.log2() < -bits {
                return true;
            }
            if bits > f64::from(PRECISIONS[2]) {
                return false;
            }
        }
        false
    }

    /// The logarithm to base 2 of a bound for all conjugates of a sum; and each generator's degree
    /// over the others. None if the sum is not plainly an algebraic integer.
    fn conjugates(&mut self, poly: &Poly, degrees: &mut Vec<(u32, i64)>) -> Option<f64> {
        self.budget.spend(20 * poly.0.len() as u64).ok()?;
        let mut total = 0.0f64;
        for (mono, c) in &poly.0 {
            if !c.is_integer() {
                return None;
            }
            let mut size = c.numer().bits() as f64;
            for (g, e) in &mono.0 {
                if e.is_negative() {
                    return None;
                }
                let entry = self.entry(*g)?;
                let part = e.to_f64()?;
                let generator = entry.generator.clone();
                let degree = match &generator {
                    Generator::Prime(value) => {
                        size += part * value.bits() as f64;
                        *e.denom()
                    }
                    // e^(iπ/d) has the degree of the 2d-th roots of unity, at most d.
                    Generator::Minus => *e.denom(),
                    Generator::Base(inner) if entry.algebraic => {
                        size += part * self.conjugates(inner, degrees)?.max(0.0);
                        *e.denom()
                    }
                    _ => return None,
                };
                match degrees.iter_mut().find(|(other, _)| other == g) {
                    // Beyond that no precision is enough.
                    Some(_) if degree > 10_000 => return None,
                    Some(known) if known.1 <= 10_000 => known.1 = known.1.lcm(&degree),
                    Some(_) => return None,
                    None => degrees.push((*g, degree)),
                }
            }
            // 2^total + 2^size.
            total = total.max(size) + (1.0 + (-(total - size).abs()).exp2()).log2();
        }
        // Rounding here must not make the bound smaller.
        Some(total * (1.0 + 1e-9) + 1e-6)
    }
}
