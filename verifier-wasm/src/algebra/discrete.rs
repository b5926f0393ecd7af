//! Functions of integers, floors, and the least and greatest of several.

use super::expr::Function;
use super::field::{Field, Generator};
use super::poly::Poly;
use super::rational::Q;
use crate::budget::GaveUp;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

impl Field<'_> {
    pub fn floor(&mut self, x: &Poly) -> Result<Poly, GaveUp> {
        if let Some(value) = x.as_number() {
            return Ok(Poly::number(Q::from_integer(value.floor(self.budget)?)));
        }
        if !self.is_constant(x) {
            // ⌊x + n⌋ = ⌊x⌋ + n
            let constant = x.0.iter().find(|(mono, _)| mono.is_one()).map(|(_, c)| c.clone());
            let whole = match constant {
                Some(c) => Poly::number(Q::from_integer(c.floor(self.budget)?)),
                None => Poly::zero(),
            };
            let rest = x.sub(&whole, self.budget)?;
            let floor = self.generator(Generator::Call(Function::Floor, vec![rest]))?;
            return floor.add(&whole, self.budget);
        }
        let near = self.value::<f64>(x, 53).and_then(|disc| disc.floor(53));
        let whole = near.and_then(|disc| disc.integer()).ok_or(GaveUp("a floor not known"))?;
        Ok(Poly::int(whole))
    }

    /// (x+n)! = x!·(x+1)…(x+n).
    pub fn factorial(&mut self, x: &Poly) -> Result<Poly, GaveUp> {
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
        if shift.unsigned_abs() > 30 {
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

    pub fn binomial(&mut self, n: &Poly, k: &Poly) -> Result<Poly, GaveUp> {
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

    pub fn divisor(&mut self, function: Function, items: &[Poly]) -> Result<Poly, GaveUp> {
        let mut all: Option<BigInt> = None;
        for item in items {
            let value = item.as_number().filter(Q::is_integer);
            let value = value.ok_or(GaveUp("a divisor of what is not an integer"))?.numer();
            all = Some(match all {
                None => value.abs(),
                Some(known) => {
                    let common = super::arithmetic::gcd(&known, &value, self.budget)?;
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

    pub fn extreme(&mut self, function: Function, items: &[Poly]) -> Result<Poly, GaveUp> {
        let mut rest: Vec<Poly> = items.to_vec();
        let mut best = rest.pop().ok_or(GaveUp("an extreme of nothing"))?;
        if !items.iter().all(|item| self.is_constant(item)) {
            // In a fixed order, each once.
            let mut sorted = items.to_vec();
            Poly::sort(&mut sorted);
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
