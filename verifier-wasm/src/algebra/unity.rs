//! Roots of unity in radicals.

use super::field::{Field, Generator};
use super::poly::{Exponent, Mono, Poly};
use super::rational::{ONE, Q};
use crate::budget::GaveUp;

impl Field<'_> {
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
}
