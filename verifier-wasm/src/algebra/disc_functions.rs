//! Functions of numbers known up to a radius.

use super::disc::{Disc, ROOM};
use super::rational::Q;
use super::real::Real;

impl<R: Real> Disc<R> {
    /// Whether the disc meets the line where the square root and the logarithm jump. A real number
    /// that is negative for certain has them from above.
    fn meets_cut(&self) -> bool {
        !(self.real && self.excludes_zero())
            && self.re.size() - self.rad <= 0.0
            && self.im.size().abs() / ROOM <= self.rad
    }

    pub fn sqrt(&self, p: u32) -> Option<Disc<R>> {
        if self.real && self.rad == 0.0 && self.re.size() == 0.0 {
            return Some(self.clone());
        }
        let least = self.least();
        if least <= 0.0 || self.meets_cut() {
            return None;
        }
        let rad = self.rad / least.sqrt() * ROOM;
        let zero = || R::of(&Q::int(0), p);
        if self.real {
            let root = if self.re.size() > 0.0 { self.re.sqrt(p) } else { self.re.neg().sqrt(p) };
            return if self.re.size() > 0.0 {
                Self::rounded(root, zero(), rad, true, p)
            } else {
                Self::rounded(zero(), root, rad, false, p)
            };
        }
        // The larger part first, so that nothing cancels.
        let half = R::of(&Q::ratio(1, 2), p);
        let square = self.re.mul(&self.re, p).add(&self.im.mul(&self.im, p), p);
        let size = square.sqrt(p);
        let negative = self.re.size() < 0.0;
        let part = if negative { self.re.neg() } else { self.re.clone() };
        let larger = size.add(&part, p).mul(&half, p).sqrt(p);
        let smaller = self.im.mul(&half, p).div(&larger, p);
        let (re, im) = match (negative, self.im.size() < 0.0) {
            (false, _) => (larger, smaller),
            (true, false) => (smaller, larger),
            (true, true) => (smaller.neg(), larger.neg()),
        };
        let off = 16.0 * self.centre().sqrt() * R::epsilon(p);
        Self::rounded(re, im, rad + off, false, p)
    }

    pub fn exp(&self, p: u32) -> Option<Disc<R>> {
        let size = self.re.exp(p)?;
        let rad = size.size() * self.rad.exp_m1() * ROOM;
        if !self.rad.exp_m1().is_finite() {
            return None;
        }
        let off = 8.0 * size.size() * R::epsilon(p);
        if self.real {
            return Self::rounded(size, self.im.clone(), rad + off, true, p);
        }
        let (sin, cos) = self.im.sin_cos(p)?;
        Self::rounded(size.mul(&cos, p), size.mul(&sin, p), rad + off, false, p)
    }

    /// The principal logarithm.
    pub fn ln(&self, p: u32) -> Option<Disc<R>> {
        let least = self.least();
        if least <= 0.0 || self.meets_cut() {
            return None;
        }
        let rad = self.rad / least * ROOM;
        let off = 16.0 * R::epsilon(p);
        if self.real && self.re.size() > 0.0 {
            return Self::rounded(self.re.ln(p), self.im.clone(), rad + off, true, p);
        }
        let square = self.re.mul(&self.re, p).add(&self.im.mul(&self.im, p), p);
        let re = square.ln(p).mul(&R::of(&Q::ratio(1, 2), p), p);
        Self::rounded(re, self.im.atan2(&self.re, p), rad + off, false, p)
    }

    pub fn sin_cos(&self, p: u32) -> Option<(Disc<R>, Disc<R>)> {
        let off = 8.0 * R::epsilon(p);
        if self.real {
            let (sin, cos) = self.re.sin_cos(p)?;
            let part = |value| Self::rounded(value, self.im.clone(), self.rad + off, true, p);
            return Some((part(sin)?, part(cos)?));
        }
        // By the exponentials of iz and -iz.
        let turned = self.mul(&Disc::i(p), p)?;
        let (plus, minus) = (turned.exp(p)?, turned.neg().exp(p)?);
        let half = Disc::rational(&Q::ratio(1, 2), p);
        let cos = plus.add(&minus, p)?.mul(&half, p)?;
        let sin = plus.sub(&minus, p)?.mul(&half, p)?.mul(&Disc::i(p).neg(), p)?;
        Some((sin, cos))
    }

    pub fn arctan(&self, p: u32) -> Option<Disc<R>> {
        if !self.real {
            return None;
        }
        let angle = self.re.atan2(&R::of(&Q::int(1), p), p);
        Self::rounded(angle, self.im.clone(), self.rad + 8.0 * R::epsilon(p), true, p)
    }

    /// Of a real number in [-1, 1]; at the ends only where it is exact.
    pub fn arcsin(&self, p: u32) -> Option<Disc<R>> {
        let one = Disc::rational(&Q::int(1), p);
        let cos = one.sub(&self.mul(self, p)?, p)?;
        if self.real && self.rad == 0.0 && self.re.size().abs() == 1.0 {
            let half = Disc::rational(&Q::ratio(1, 2), p).mul(&Disc::pi(p), p)?;
            return Some(if self.re.size() > 0.0 { half } else { half.neg() });
        }
        if cos.sign() != Some(1) {
            return None;
        }
        self.mul(&cos.sqrt(p)?.recip(p)?, p)?.arctan(p)
    }

    pub fn abs(&self, p: u32) -> Option<Disc<R>> {
        if self.real {
            return Some(if self.re.size() < 0.0 { self.neg() } else { self.clone() });
        }
        let square = self.re.mul(&self.re, p).add(&self.im.mul(&self.im, p), p);
        let off = 8.0 * self.centre() * R::epsilon(p);
        Self::rounded(square.sqrt(p), R::of(&Q::int(0), p), self.rad + off, true, p)
    }

    pub fn floor(&self, p: u32) -> Option<Disc<R>> {
        if !self.real {
            return None;
        }
        let floor = self.re.floor();
        let above = self.re.add(&floor.neg(), p).size();
        let inside = above - self.rad * ROOM > 0.0 && above + self.rad * ROOM < 1.0;
        (inside || self.rad == 0.0).then_some(Disc {
            re: floor,
            im: self.im.clone(),
            rad: 0.0,
            real: true,
        })
    }

    pub fn max(&self, other: &Disc<R>) -> Option<Disc<R>> {
        if !(self.real && other.real) {
            return None;
        }
        let larger = if self.re.size() >= other.re.size() { self } else { other };
        let rad = self.rad.max(other.rad);
        Some(Disc { rad, ..larger.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discs_hold_the_values() {
        let p = 53;
        let two: Disc<f64> = Disc::rational(&Q::int(2), p);
        let root = two.sqrt(p).unwrap();
        assert!(!root.mul(&root, p).unwrap().sub(&two, p).unwrap().excludes_zero());
        let back = two.ln(p).unwrap().exp(p).unwrap();
        assert!(!back.sub(&two, p).unwrap().excludes_zero());
        assert!(back.rad < 1e-13);
        let turn = Disc::<f64>::pi(p).mul(&Disc::i(p), p).unwrap().exp(p).unwrap();
        assert!(!turn.add(&Disc::rational(&Q::int(1), p), p).unwrap().excludes_zero());
        let below = two.neg().sqrt(p).unwrap();
        assert!(!below.mul(&below, p).unwrap().add(&two, p).unwrap().excludes_zero());
        assert!(two.sub(&two, p).unwrap().recip(p).is_none());
    }
}
