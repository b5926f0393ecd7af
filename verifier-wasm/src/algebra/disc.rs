//! Complex numbers known up to a radius. A result's disc holds every value that the operation
//! takes on the discs of its operands; None where there is no such disc, as for 1/z around 0.

use super::rational::Q;
use super::real::Real;

#[derive(Clone, Debug)]
pub struct Disc<R> {
    pub(super) re: R,
    pub(super) im: R,
    pub(super) rad: f64,
    /// Exactly real: the imaginary part is 0, and the disc an interval.
    pub(super) real: bool,
}

/// Radii are not smaller than this unless 0, so that they cannot underflow.
const TINY: f64 = 1e-290;
/// Covers the rounding of the radii themselves.
pub(super) const ROOM: f64 = 1.0 + 1e-9;

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
    pub(super) fn rounded(re: R, im: R, rad: f64, real: bool, p: u32) -> Option<Disc<R>> {
        let off = (re.size().abs() + im.size().abs()) * R::epsilon(p);
        let rad = (rad + off) * ROOM + TINY;
        rad.is_finite().then_some(Disc { re, im, rad, real })
    }

    pub fn is_real(&self) -> bool {
        self.real
    }

    /// An upper bound of the size of the centre.
    pub(super) fn centre(&self) -> f64 {
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
}
