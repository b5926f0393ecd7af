//! Powers with rational exponents: of numbers by their primes, of sums as generators of their own.

use super::expr::Function;
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

    /// (-1)^r for 0 < r < 1: in radicals where the denominator divides 60 or is 8.
    pub fn unity(&mut self, minus: u32, r: Exponent) -> Result<Poly, GaveUp> {
        let d = *r.denom();
        if d == 8 {
            // cos(π/8) is half of t = √(2+√2), and sin(π/8) is (√2-1)t/2.
            let root = self.number_power(&Q::int(2), &Exponent::new(1, 2))?;
            let t = root.add(&Poly::int(2), self.budget)?;
            let t = self.generator_power(Generator::Base(t), Exponent::new(1, 2))?;
            let t = t.scale(&Q::ratio(1, 2), self.budget)?;
            let less = root.sub(&Poly::int(1), self.budget)?;
            let i = self.i()?;
            let turn = self.mul(&i, &less)?.add(&Poly::int(1), self.budget)?;
            let eighth = self.mul(&t, &turn)?;
            return self.pow(&eighth, *r.numer());
        }
        if 60 % d != 0 {
            return Ok(Poly::term(Mono::of(minus, r), ONE));
        }
        // r = a/12 + b/5, as 1 = 5·5 - 2·12.
        let n = *r.numer() * (60 / d);
        let (a, b) = ((n * 5).rem_euclid(24), (n * -2).rem_euclid(10));
        let twelfth = self.twelfth(a)?;
        if b == 0 {
            return Ok(twelfth);
        }
        // cos(π/5) = (1+√5)/4, sin(π/5) = √2·√(5-√5)/4.
        let five = self.number_power(&Q::int(5), &Exponent::new(1, 2))?;
        let inside = Poly::int(5).sub(&five, self.budget)?;
        let inside = self.generator_power(Generator::Base(inside), Exponent::new(1, 2))?;
        let two = self.number_power(&Q::int(2), &Exponent::new(1, 2))?;
        let i = self.i()?;
        let sin = self.product(&[inside, two, i])?;
        let fifth = five.add(&Poly::int(1), self.budget)?.add(&sin, self.budget)?;
        let fifth = fifth.scale(&Q::ratio(1, 4), self.budget)?;
        let fifth = self.pow(&fifth, b)?;
        self.mul(&twelfth, &fifth)
    }

    /// e^(iπk/12).
    fn twelfth(&mut self, k: i64) -> Result<Poly, GaveUp> {
        let cos = self.cosine(k)?;
        let sin = self.cosine(k - 6)?;
        let i = self.i()?;
        let sin = self.mul(&sin, &i)?;
        cos.add(&sin, self.budget)
    }

    /// cos(πk/12).
    fn cosine(&mut self, k: i64) -> Result<Poly, GaveUp> {
        let k = k.rem_euclid(24);
        let k = k.min(24 - k);
        if k > 6 {
            return Ok(self.cosine(12 - k)?.neg());
        }
        let half = Exponent::new(1, 2);
        let mut root = |n: i64, part: Q| {
            let root = self.number_power(&Q::int(n), &half)?;
            root.scale(&part, self.budget)
        };
        match k {
            0 => Ok(Poly::int(1)),
            2 => root(3, Q::ratio(1, 2)),
            3 => root(2, Q::ratio(1, 2)),
            4 => Ok(Poly::number(Q::ratio(1, 2))),
            6 => Ok(Poly::zero()),
            _ => {
                let six = root(6, Q::ratio(1, 4))?;
                let two = root(2, Q::ratio(if k == 1 { 1 } else { -1 }, 4))?;
                six.add(&two, self.budget)
            }
        }
    }

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
    fn shifted(&mut self, poly: &Poly, mono: &Mono, factor: &Q) -> Result<Poly, GaveUp> {
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

    /// Whether something is at least 0 wherever the expressions are defined.
    fn is_positive(&self, generator: u32) -> bool {
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
    fn rational_power(&mut self, size: &Poly, e: &Exponent) -> Result<Poly, GaveUp> {
        match size.0.as_slice() {
            [(mono, c)] if c.is_one() => self.settle(mono.pow(e)?, ONE),
            _ => self.power(size, e),
        }
    }

    fn sum_power(&mut self, poly: &Poly, e: &Exponent) -> Result<Poly, GaveUp> {
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
            facts.sort_by(|x, y| x.0.iter().map(|t| &t.0).cmp(y.0.iter().map(|t| &t.0)));
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
        let mut common = Vec::new();
        let (mut terms, mut generators) = (Vec::new(), Vec::new());
        for (mono, _) in &below.0 {
            generators.extend(mono.0.iter().map(|(g, k)| (*g, -*k)));
        }
        for g in poly.generators() {
            let least = poly.least(g);
            let complex = self.entry(g).is_none_or(|entry| entry.complex);
            if !least.is_zero() && !complex {
                common.push((g, least));
            }
        }
        generators.extend(common.iter().copied());
        for (g, k) in generators {
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
        let known = signed.into_iter().find(|poly| self.positive.contains(poly));
        let inner = match known {
            Some(inner) => inner,
            None => self.generator(Generator::Call(Function::Abs, vec![inner]))?,
        };
        self.mul(&size, &inner)
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
