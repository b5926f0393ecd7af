//! Functions of normal forms. Sines, cosines and hyperbolic functions become exponentials, whose
//! products are the whole of trigonometry.

use super::expr::Function;
use super::field::{Field, Generator};
use super::integer;
use super::poly::{Exponent, Mono, Poly};
use super::rational::{ONE, Q};
use crate::budget::GaveUp;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

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
        if !real && !(constant && poly.0.len() == 1) {
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
        let mut factors: Vec<(u32, Exponent)> = Vec::new();
        for (mono, _) in &below.0 {
            factors.extend(mono.0.iter().map(|(g, k)| (*g, -*k)));
        }
        let mut common = Vec::new();
        for g in above.generators() {
            let least = above.least(g);
            let apart = constant || self.entry(g).is_some_and(|entry| !entry.complex);
            if !least.is_zero() && apart {
                common.push((g, least));
            }
        }
        factors.extend(common.iter().copied());
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
        let shift = Mono(common).pow(&Exponent::from_integer(-1))?;
        let mut terms = Vec::new();
        for (m, c) in &above.0 {
            terms.push((m.mul(&shift)?.0, c.div(&content, self.budget)?));
        }
        let inner = Poly::collect(terms, self.budget)?;
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
        if !constant {
            self.suppose_positive(poly)?;
        }
        self.leave();
        Ok(sum)
    }

    /// ln|x|: where ln x is defined it is the sum of these over the factors of x.
    fn ln_size(&mut self, poly: &Poly, constant: bool) -> Result<Poly, GaveUp> {
        let size = self.abs(poly)?;
        if constant && size.as_number().is_some_and(|value| value.is_one()) {
            return Ok(Poly::zero());
        }
        self.generator(Generator::Call(Function::Ln, vec![size]))
    }

    pub fn call(&mut self, function: Function, items: &[Poly]) -> Result<Poly, GaveUp> {
        use Function::*;
        match (function, items) {
            (Sin | Cos | Tan | Cot | Sec | Csc, [x]) => {
                let i = self.i()?;
                let x = self.mul(x, &i)?;
                self.hyperbolic(function, &x)
            }
            (Sinh | Cosh | Tanh, [x]) => self.hyperbolic(function, x),
            (Arcsin, [x]) => self.arc(function, x),
            (Arctan, [x]) => self.arc(function, x),
            (Arccos, [x]) => {
                let pi = self.generator(Generator::Pi)?;
                let quarter = pi.scale(&Q::ratio(1, 2), self.budget)?;
                let arc = self.arc(Arcsin, x)?;
                quarter.sub(&arc, self.budget)
            }
            (Ln, [x]) => self.ln(x),
            (Log, [base, x]) => {
                let (above, below) = (self.ln(x)?, self.ln(base)?);
                let below = self.pow(&below, -1)?;
                self.mul(&above, &below)
            }
            (Abs, [x]) => self.abs(x),
            (Floor, [x]) => self.floor(x),
            (Ceiling, [x]) => Ok(self.floor(&x.neg())?.neg()),
            (Factorial, [x]) => self.factorial(x),
            (Binomial, [n, k]) => self.binomial(n, k),
            (Gcd | Lcm, _) => self.divisor(function, items),
            (Min | Max, _) => self.extreme(function, items),
            (Mod, [a, b]) => {
                let below = self.pow(b, -1)?;
                let quotient = self.mul(a, &below)?;
                let times = self.floor(&quotient)?;
                let times = self.mul(&times, b)?;
                a.sub(&times, self.budget)
            }
            _ => Err(GaveUp("a function of so many arguments")),
        }
    }

    /// sinh, cosh and their quotients of x; of ix for sin, cos and theirs.
    fn hyperbolic(&mut self, function: Function, x: &Poly) -> Result<Poly, GaveUp> {
        use Function::*;
        let (up, down) = (self.exp(x)?, self.exp(&x.neg())?);
        let half = Q::ratio(1, 2);
        let cosh = up.add(&down, self.budget)?.scale(&half, self.budget)?;
        let sinh = up.sub(&down, self.budget)?.scale(&half, self.budget)?;
        let minus_i = self.i()?.neg();
        let sin = |field: &mut Self| field.mul(&sinh, &minus_i);
        match function {
            Cos | Cosh => Ok(cosh),
            Sinh => Ok(sinh),
            Sin => sin(self),
            Sec => self.pow(&cosh, -1),
            Csc => {
                let sin = sin(self)?;
                self.pow(&sin, -1)
            }
            Tan | Tanh => {
                let above = if function == Tan { sin(self)? } else { sinh };
                let below = self.pow(&cosh, -1)?;
                self.mul(&above, &below)
            }
            _ => {
                let sin = sin(self)?;
                let below = self.pow(&sin, -1)?;
                self.mul(&cosh, &below)
            }
        }
    }

    /// An odd inverse function: a multiple of π where the sine shows it, else a generator.
    fn arc(&mut self, function: Function, x: &Poly) -> Result<Poly, GaveUp> {
        if x.is_zero() {
            return Ok(Poly::zero());
        }
        if !self.is_real(x) {
            return Err(GaveUp("an inverse function of a complex number"));
        }
        if self.is_constant(x) && self.is_algebraic(x) {
            if let Some(angle) = self.known_angle(function, x)? {
                let pi = self.generator(Generator::Pi)?;
                return pi.scale(&angle, self.budget);
            }
        }
        let negative = x.0.first().is_some_and(|(_, c)| c.sign() < 0);
        let inner = if negative { x.neg() } else { x.clone() };
        let arc = self.generator(Generator::Call(function, vec![inner]))?;
        Ok(if negative { arc.neg() } else { arc })
    }

    fn known_angle(&mut self, function: Function, x: &Poly) -> Result<Option<Q>, GaveUp> {
        let Some(near) = self.value::<f64>(x, 53) else { return Ok(None) };
        let near = near.about();
        let angle = if function == Function::Arctan { near.atan() } else { near.asin() };
        let parts = angle / std::f64::consts::PI * 120.0;
        if !parts.is_finite() || (parts - parts.round()).abs() > 1e-6 {
            return Ok(None);
        }
        let angle = Q::ratio(parts.round() as i64, 120);
        let turn = self.generator_power(Generator::Minus, super::poly::exponent(&angle)?)?;
        let back = self.pow(&turn, -1)?;
        let i = self.i()?;
        // Twice the cosine and twice the sine.
        let cos = turn.add(&back, self.budget)?;
        let sin = turn.sub(&back, self.budget)?;
        let sin = self.mul(&sin, &i.neg())?;
        let scaled = match function {
            Function::Arctan => self.mul(&cos, x)?,
            _ => x.scale(&Q::int(2), self.budget)?,
        };
        let off = sin.sub(&scaled, self.budget)?;
        Ok(self.is_zero_number(&off).then_some(angle))
    }

    fn floor(&mut self, x: &Poly) -> Result<Poly, GaveUp> {
        if let Some(value) = x.as_number() {
            return Ok(Poly::number(Q::from_integer(value.floor(self.budget)?)));
        }
        if !self.is_constant(x) {
            return self.generator(Generator::Call(Function::Floor, vec![x.clone()]));
        }
        let near = self.value::<f64>(x, 53).and_then(|disc| disc.floor(53));
        let whole = near.and_then(|disc| disc.integer()).ok_or(GaveUp("a floor not known"))?;
        Ok(Poly::int(whole))
    }

    /// (x+n)! = x!·(x+1)…(x+n).
    fn factorial(&mut self, x: &Poly) -> Result<Poly, GaveUp> {
        if let Some(value) = x.as_number() {
            let n = value.to_i64().filter(|n| *n >= 0).ok_or(GaveUp("no factorial"))?;
            if n > 5000 {
                return Err(GaveUp("a factorial too large"));
            }
            let bits = n as u64 * 13;
            self.budget.spend(bits * n as u64 / 32)?;
            let value = (2..=n).fold(BigInt::one(), |product, k| product * k);
            return Ok(Poly::number(Q::from_integer(value)));
        }
        let constant = x.0.iter().find(|(mono, _)| mono.is_one()).map(|(_, c)| c.clone());
        let shift = match constant {
            Some(c) => c.floor(self.budget)?.to_i64().ok_or(GaveUp("a factorial too large"))?,
            None => 0,
        };
        if shift.abs() > 30 {
            return Err(GaveUp("a factorial too far off"));
        }
        let base = x.sub(&Poly::int(shift), self.budget)?;
        let mut product =
            self.generator(Generator::Call(Function::Factorial, vec![base.clone()]))?;
        for k in 1..=shift.abs() {
            let step = if shift > 0 { k } else { 1 - k };
            let factor = base.add(&Poly::int(step), self.budget)?;
            let factor = self.pow(&factor, shift.signum())?;
            product = self.mul(&product, &factor)?;
        }
        Ok(product)
    }

    fn binomial(&mut self, n: &Poly, k: &Poly) -> Result<Poly, GaveUp> {
        let below = k.as_number().and_then(|k| k.to_i64());
        if let Some(all) = n.as_number().and_then(|n| n.to_i64()) {
            let k = below.filter(|_| all >= 0).ok_or(GaveUp("no binomial coefficient"))?;
            if k < 0 || k > all {
                return Ok(Poly::zero());
            }
            let k = k.min(all - k);
            if k > 5000 {
                return Err(GaveUp("a binomial coefficient too large"));
            }
            self.budget.spend(k as u64 * (k as u64 + 10))?;
            let value = (0..k).fold(BigInt::one(), |value, j| value * (all - j) / (j + 1));
            return Ok(Poly::number(Q::from_integer(value)));
        }
        if let Some(k) = below.filter(|k| (0..=30).contains(k)) {
            let mut product = Poly::int(1);
            for j in 0..k {
                let factor = n.sub(&Poly::int(j), self.budget)?;
                product = self.mul(&product, &factor)?.scale(&Q::ratio(1, j + 1), self.budget)?;
            }
            return Ok(product);
        }
        let rest = n.sub(k, self.budget)?;
        let (above, left, right) = (self.factorial(n)?, self.factorial(k)?, self.factorial(&rest)?);
        let below = self.mul(&left, &right)?;
        let below = self.pow(&below, -1)?;
        self.mul(&above, &below)
    }

    fn divisor(&mut self, function: Function, items: &[Poly]) -> Result<Poly, GaveUp> {
        let mut all: Option<BigInt> = None;
        for item in items {
            let value = item.as_number().filter(Q::is_integer);
            let value = value.ok_or(GaveUp("a divisor of what is not an integer"))?.numer();
            all = Some(match all {
                None => value.abs(),
                Some(known) => {
                    let common = super::rational::gcd(&known, &value, self.budget)?;
                    match function {
                        Function::Gcd => common,
                        _ if common.is_zero() => common,
                        _ => {
                            self.budget.spend(known.bits() * value.bits() / 512)?;
                            known.div_floor(&common) * value.abs()
                        }
                    }
                }
            });
        }
        let all = all.ok_or(GaveUp("a divisor of nothing"))?;
        Ok(Poly::number(Q::from_integer(all)))
    }

    fn extreme(&mut self, function: Function, items: &[Poly]) -> Result<Poly, GaveUp> {
        let mut rest: Vec<Poly> = items.to_vec();
        let mut best = rest.pop().ok_or(GaveUp("an extreme of nothing"))?;
        if !items.iter().all(|item| self.is_constant(item)) {
            // In a fixed order, each once.
            let mut sorted = items.to_vec();
            sorted.sort_by(|a, b| a.0.iter().map(|t| &t.0).cmp(b.0.iter().map(|t| &t.0)));
            sorted.dedup();
            return self.generator(Generator::Call(function, sorted));
        }
        for item in rest {
            let difference = item.sub(&best, self.budget)?;
            if difference.is_zero() || self.is_zero_number(&difference) {
                continue;
            }
            let sign = self.sign(&difference).ok_or(GaveUp("an extreme of unknown order"))?;
            if (sign > 0) == (function == Function::Max) {
                best = item;
            }
        }
        Ok(best)
    }
}
