//! Complex numbers known up to a radius. A result's disc holds every value that the operation
//! takes on the discs of its operands; None where there is no such disc, as for 1/z around 0.

use super::rational::Q;
use super::real::Real;

#[derive(Clone, Debug)]
pub struct Disc<R> {
    re: R,
    im: R,
    rad: f64,
    /// Exactly real: the imaginary part is 0, and the disc an interval.
    real: bool,
}

/// Radii are not smaller than this unless 0, so that they cannot underflow.
const TINY: f64 = 1e-290;
/// Covers the rounding of the radii themselves.
const ROOM: f64 = 1.0 + 1e-9;

impl<R: Real> Disc<R> {
    pub fn rational(value: &Q, p: u32) -> Disc<R> {
        let re = R::of(value, p);
        let rad = if R::holds(value, p) { 0.0 } else { re.size().abs() * R::epsilon(p) + TINY };
        Disc { re, im: R::of(&Q::int(0), p), rad, real: true }
    }

    pub fn pi(p: u32) -> Disc<R> {
        let zero = R::of(&Q::int(0), p);
        Disc { re: R::pi(p), im: zero, rad: 4.0 * R::epsilon(p), real: true }
    }

    pub fn i(p: u32) -> Disc<R> {
        Disc { re: R::of(&Q::int(0), p), im: R::of(&Q::int(1), p), rad: 0.0, real: false }
    }

    /// With a rounding error for the centre.
    fn rounded(re: R, im: R, rad: f64, real: bool, p: u32) -> Option<Disc<R>> {
        let off = (re.size().abs() + im.size().abs()) * R::epsilon(p);
        let rad = (rad + off) * ROOM + TINY;
        rad.is_finite().then_some(Disc { re, im, rad, real })
    }

    pub fn is_real(&self) -> bool {
        self.real
    }

    /// An upper bound of the size of the centre.
    fn centre(&self) -> f64 {
        if self.real {
            self.re.size().abs() * ROOM
        } else {
            self.re.size().hypot(self.im.size()) * ROOM
        }
    }

    /// The largest and the smallest size.
    pub fn most(&self) -> f64 {
        (self.centre() + self.rad) * ROOM
    }

    pub fn least(&self) -> f64 {
        (self.centre() / ROOM / ROOM - self.rad * ROOM).max(0.0)
    }

    pub fn excludes_zero(&self) -> bool {
        self.least() > 0.0
    }

    /// The sign of a real number, where it is known.
    pub fn sign(&self) -> Option<i32> {
        if !self.real {
            return None;
        }
        if self.excludes_zero() {
            return Some(if self.re.size() > 0.0 { 1 } else { -1 });
        }
        (self.rad == 0.0 && self.re.size() == 0.0).then_some(0)
    }

    /// The value, where it is one integer of a double's range for certain.
    pub fn integer(&self) -> Option<i64> {
        let value = self.re.size();
        (self.real && self.rad == 0.0 && value.abs() < 9e15 && value.fract() == 0.0)
            .then_some(value as i64)
    }

    /// Nearly the real part.
    pub fn about(&self) -> f64 {
        self.re.size()
    }

    pub fn neg(&self) -> Disc<R> {
        Disc { re: self.re.neg(), im: self.im.neg(), rad: self.rad, real: self.real }
    }

    /// What is known to be real though it was computed with complex numbers.
    pub fn real_part(self) -> Disc<R> {
        Disc { real: true, ..self }
    }

    pub fn add(&self, other: &Disc<R>, p: u32) -> Option<Disc<R>> {
        let re = self.re.add(&other.re, p);
        if self.real && other.real {
            return Self::rounded(re, self.im.clone(), self.rad + other.rad, true, p)
                .map(|sum| sum.kept(self, other));
        }
        Self::rounded(re, self.im.add(&other.im, p), self.rad + other.rad, false, p)
    }

    /// Sums and products of small integers are exact.
    fn kept(mut self, a: &Disc<R>, b: &Disc<R>) -> Disc<R> {
        let small = |x: &R| x.size().fract() == 0.0 && x.size().abs() < 9e15;
        if a.rad == 0.0 && b.rad == 0.0 && small(&a.re) && small(&b.re) && small(&self.re) {
            self.rad = 0.0;
        }
        self
    }

    pub fn sub(&self, other: &Disc<R>, p: u32) -> Option<Disc<R>> {
        self.add(&other.neg(), p)
    }

    pub fn mul(&self, other: &Disc<R>, p: u32) -> Option<Disc<R>> {
        let rad = self.centre() * other.rad + other.centre() * self.rad + self.rad * other.rad;
        let (a, b, c, d) = (&self.re, &self.im, &other.re, &other.im);
        if self.real && other.real {
            return Self::rounded(a.mul(c, p), b.clone(), rad, true, p)
                .map(|product| product.kept(self, other));
        }
        let re = a.mul(c, p).add(&b.mul(d, p).neg(), p);
        let im = a.mul(d, p).add(&b.mul(c, p), p);
        let off = 4.0 * self.centre() * other.centre() * R::epsilon(p);
        Self::rounded(re, im, rad + off, false, p)
    }

    pub fn recip(&self, p: u32) -> Option<Disc<R>> {
        let least = self.least();
        if least <= 0.0 {
            return None;
        }
        let rad = self.rad / (self.centre() / ROOM / ROOM) / least * ROOM * ROOM;
        if self.real {
            let re = R::of(&Q::int(1), p).div(&self.re, p);
            return Self::rounded(re, self.im.clone(), rad, true, p);
        }
        let square = self.re.mul(&self.re, p).add(&self.im.mul(&self.im, p), p);
        let (re, im) = (self.re.div(&square, p), self.im.neg().div(&square, p));
        let off = 8.0 * R::epsilon(p) / least;
        Self::rounded(re, im, rad + off, false, p)
    }

    pub fn integer_power(&self, exponent: i64, p: u32) -> Option<Disc<R>> {
        let mut power = Disc::rational(&Q::int(1), p);
        let mut square = self.clone();
        let mut n = exponent.unsigned_abs();
        while n > 0 {
            if n & 1 == 1 {
                power = power.mul(&square, p)?;
            }
            n >>= 1;
            if n > 0 {
                square = square.mul(&square, p)?;
            }
        }
        if exponent < 0 {
            power.recip(p)
        } else {
            Some(power)
        }
    }

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
