//! Exponentials and logarithms of normal forms, and each one's rules for the other.

use super::expr::Function;
use super::field::{Field, Generator};
use super::integer;
use super::poly::{Exponent, Mono, Poly};
use super::rational::{ONE, Q};
use crate::budget::GaveUp;
use num_integer::Integer;
use num_traits::One;

impl Field<'_> {
    /// e^u, a product over the terms of u.
    pub fn exp(&mut self, above: &Poly) -> Result<Poly, GaveUp> {
        self.enter()?;
        let mut product = Poly::int(1);
        for (mono, c) in &above.0 {
            let factor = self.exp_term(mono, c)?;
            product = self.mul(&product, &factor)?;
        }
        self.leave();
        Ok(product)
    }

    fn exp_term(&mut self, mono: &Mono, c: &Q) -> Result<Poly, GaveUp> {
        let e = super::poly::exponent(c)?;
        let mut imaginary = false;
        let mut rest = Vec::new();
        for (g, k) in &mono.0 {
            let Some(entry) = self.entry(*g) else { continue };
            if entry.generator == Generator::Minus && *k == Exponent::new(1, 2) {
                imaginary = true;
            } else {
                rest.push((*g, *k));
            }
        }
        if let [(g, k)] = rest.as_slice() {
            let generator = self.entry(*g).map(|entry| entry.generator.clone());
            match (generator, imaginary, k.is_one()) {
                (Some(Generator::Pi), true, true) => {
                    return self.generator_power(Generator::Minus, e);
                }
                // e^(c ln x) = x^c.
                (Some(Generator::Call(Function::Ln, items)), false, true) => {
                    if let Some(item) = items.first() {
                        return self.power(item, &e);
                    }
                }
                (Some(Generator::Call(f, items)), true, true)
                    if matches!(f, Function::Arctan | Function::Arcsin) =>
                {
                    if let (Some(x), true) = (items.first(), e.is_integer()) {
                        let turn = self.turn(f, x)?;
                        return self.pow(&turn, e.to_integer());
                    }
                }
                _ => {}
            }
        }
        self.generator_power(Generator::Exp(mono.clone()), e)
    }

    /// e^(i arctan x) = (1+ix)/√(1+x²), e^(i arcsin x) = √(1-x²) + ix.
    fn turn(&mut self, function: Function, x: &Poly) -> Result<Poly, GaveUp> {
        let half = Exponent::new(1, 2);
        let i = self.i()?;
        let ix = self.mul(&i, x)?;
        let square = self.mul(x, x)?;
        if function == Function::Arctan {
            let size = square.add(&Poly::int(1), self.budget)?;
            let size = self.power(&size, &-half)?;
            let turned = ix.add(&Poly::int(1), self.budget)?;
            return self.mul(&turned, &size);
        }
        let cos = Poly::int(1).sub(&square, self.budget)?;
        let cos = self.power(&cos, &half)?;
        cos.add(&ix, self.budget)
    }

    /// The principal logarithm of a constant, the real one of what has symbols.
    pub fn ln(&mut self, poly: &Poly) -> Result<Poly, GaveUp> {
        if poly.is_zero() {
            return Err(GaveUp("the logarithm of 0"));
        }
        self.enter()?;
        let (above, below) = self.cleared(poly)?;
        let mut sum = Poly::zero();
        let constant = self.is_constant(poly);
        let complex = self.is_complex(poly);
        let real = !complex || !constant && self.is_real(poly);
        if !(real || constant && poly.0.len() == 1) {
            return Err(GaveUp("a complex logarithm"));
        }
        let content = above.content(self.budget)?;
        let mut negative = false;
        if constant && !complex {
            let sign = self.sign(poly).ok_or(GaveUp("a logarithm of unknown sign"))?;
            negative = sign < 0;
        }
        for (part, sign) in [(content.numer(), 1), (content.denom(), -1)] {
            for (prime, times) in integer::factors(part.magnitude(), self.budget)? {
                let prime = Poly::number(Q::from_integer(prime.into()));
                let log = self.generator(Generator::Call(Function::Ln, vec![prime]))?;
                let log = log.scale(&Q::int(sign * times), self.budget)?;
                sum = sum.add(&log, self.budget)?;
            }
        }
        let mut angle = Q::int(negative.into());
        let (factors, common) = self.factors(&above, &below, constant);
        for (g, k) in factors {
            let c = Q::ratio(*k.numer(), *k.denom());
            let Some(entry) = self.entry(g) else { continue };
            let log = match &entry.generator {
                Generator::Minus => {
                    angle = angle.add(&c, self.budget)?;
                    continue;
                }
                Generator::Exp(mono) if !entry.complex => Poly::term(mono.clone(), ONE),
                Generator::Exp(_) => return Err(GaveUp("a complex logarithm")),
                Generator::Prime(value) => {
                    let prime = Poly::number(Q::from_integer(value.clone().into()));
                    self.generator(Generator::Call(Function::Ln, vec![prime]))?
                }
                Generator::Base(inner) => {
                    let inner = inner.clone();
                    self.ln_size(&inner, constant)?
                }
                _ => {
                    let poly = Poly::generator(g);
                    self.ln_size(&poly, constant)?
                }
            };
            let log = log.scale(&c, self.budget)?;
            sum = sum.add(&log, self.budget)?;
        }
        let inner = self.primitive(&above, common, &content)?;
        if inner.as_number().is_none() {
            let log = self.ln_size(&inner, constant)?;
            sum = sum.add(&log, self.budget)?;
        }
        if !real && content.sign() < 0 {
            angle = angle.sub(&ONE, self.budget)?;
        }
        if !angle.is_zero() {
            let pi = self.generator(Generator::Pi)?;
            let i = self.i()?;
            let turn = self.mul(&pi, &i)?.scale(&angle, self.budget)?;
            sum = sum.add(&turn, self.budget)?;
        }
        if !constant && self.is_square(poly)? {
            self.logarithms.1 = true;
        } else if !constant {
            self.logarithms.0 = true;
            self.suppose_positive(poly)?;
        }
        self.leave();
        Ok(sum)
    }

    /// A sum without its content and without the powers that its terms have in common.
    fn primitive(
        &mut self,
        sum: &Poly,
        common: Vec<(u32, Exponent)>,
        content: &Q,
    ) -> Result<Poly, GaveUp> {
        let shift = Mono(common).pow(&Exponent::from_integer(-1))?;
        let mut terms = Vec::with_capacity(sum.0.len());
        for (mono, c) in &sum.0 {
            terms.push((mono.mul(&shift)?.0, c.div(content, self.budget)?));
        }
        Poly::collect(terms, self.budget)
    }

    /// Whether something with symbols is at least 0 by its form alone: x², |x|, (x - 1)².
    fn is_square(&mut self, poly: &Poly) -> Result<bool, GaveUp> {
        if let [(mono, c)] = poly.0.as_slice() {
            let even = |(g, e): &(u32, Exponent)| {
                e.is_integer() && e.numer().is_even()
                    || self.entry(*g).is_some_and(|entry| entry.positive)
            };
            return Ok(c.sign() > 0 && mono.0.iter().all(even));
        }
        Ok(self.square_root(poly)?.is_some())
    }

    /// ln|x|: where ln x is defined it is the sum of these over the factors of x.
    fn ln_size(&mut self, poly: &Poly, constant: bool) -> Result<Poly, GaveUp> {
        let size = self.abs(poly)?;
        if constant && size.as_number().is_some_and(|value| value.is_one()) {
            return Ok(Poly::zero());
        }
        self.generator(Generator::Call(Function::Ln, vec![size]))
    }

    /// The logarithm of a base for e^(u ln b), where u is meant to be an integer: b may be negative,
    /// and b^u the product of the powers of its factors.
    pub fn base_logarithm(&mut self, poly: &Poly) -> Result<Poly, GaveUp> {
        if self.is_constant(poly) {
            return self.ln(poly);
        }
        if poly.is_zero() || !self.is_real(poly) {
            return Err(GaveUp("a power of a complex base"));
        }
        let (above, below) = self.cleared(poly)?;
        let content = above.content(self.budget)?;
        let mut sum = self.ln(&Poly::number(content.clone()))?;
        let (factors, common) = self.factors(&above, &below, false);
        for (g, k) in factors {
            let log = match self.entry(g).map(|entry| entry.generator.clone()) {
                Some(Generator::Exp(mono)) => Poly::term(mono, ONE),
                Some(Generator::Prime(_) | Generator::Pi) => self.ln(&Poly::generator(g))?,
                Some(Generator::Base(inner)) if !k.numer().is_even() => {
                    self.generator(Generator::Call(Function::Ln, vec![inner]))?
                }
                Some(_) if !k.numer().is_even() => {
                    self.generator(Generator::Call(Function::Ln, vec![Poly::generator(g)]))?
                }
                // (x²)^u is |x|^(2u).
                Some(Generator::Base(inner)) => self.ln_size(&inner, false)?,
                Some(_) => self.ln_size(&Poly::generator(g), false)?,
                None => continue,
            };
            let log = log.scale(&Q::ratio(*k.numer(), *k.denom()), self.budget)?;
            sum = sum.add(&log, self.budget)?;
        }
        let inner = self.primitive(&above, common, &content)?;
        if inner.as_number().is_some() {
            return Ok(sum);
        }
        let log = self.generator(Generator::Call(Function::Ln, vec![inner]))?;
        sum.add(&log, self.budget)
    }
}
