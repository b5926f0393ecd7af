//! Approximate real numbers as the centres of discs: doubles, and `float` beyond them.

use super::rational::Q;

/// What a disc's centre must be able to do. Each operation's result is off by at most `EPSILON`
/// (or 2^(6-p) where `p` bits are asked for) of its size; of 1 for sines, cosines and logarithms
/// below it.
pub trait Real: Clone {
    /// The relative error of one operation at a precision of `p` bits.
    fn epsilon(p: u32) -> f64;
    /// The steps of one operation.
    fn cost(p: u32) -> u64;
    fn of(value: &Q, p: u32) -> Self;
    /// Whether `of` loses nothing.
    fn holds(value: &Q, p: u32) -> bool;
    fn pi(p: u32) -> Self;
    fn add(&self, other: &Self, p: u32) -> Self;
    fn mul(&self, other: &Self, p: u32) -> Self;
    /// By something other than 0.
    fn div(&self, other: &Self, p: u32) -> Self;
    fn neg(&self) -> Self;
    /// Of what is not negative.
    fn sqrt(&self, p: u32) -> Self;
    fn exp(&self, p: u32) -> Option<Self>;
    /// Of what is positive.
    fn ln(&self, p: u32) -> Self;
    fn sin_cos(&self, p: u32) -> Option<(Self, Self)>;
    /// The angle of the point (x, self), not the origin.
    fn atan2(&self, x: &Self, p: u32) -> Self;
    fn floor(&self) -> Self;
    /// Nearly; 0 only for 0 or below the range of doubles, infinite above it.
    fn size(&self) -> f64;
}

impl Real for f64 {
    fn epsilon(_: u32) -> f64 {
        // Four of the last places: the functions of the standard library are good to one or two.
        2f64.powi(-50)
    }

    fn cost(_: u32) -> u64 {
        20
    }

    fn of(value: &Q, _: u32) -> f64 {
        value.to_f64()
    }

    fn holds(value: &Q, _: u32) -> bool {
        matches!(value, Q::Small(num, den)
            if num.unsigned_abs() < 1 << 53 && den.count_ones() == 1 && *den < 1 << 53)
    }

    fn pi(_: u32) -> f64 {
        std::f64::consts::PI
    }

    fn add(&self, other: &f64, _: u32) -> f64 {
        self + other
    }

    fn mul(&self, other: &f64, _: u32) -> f64 {
        self * other
    }

    fn div(&self, other: &f64, _: u32) -> f64 {
        self / other
    }

    fn neg(&self) -> f64 {
        -self
    }

    fn sqrt(&self, _: u32) -> f64 {
        f64::sqrt(*self)
    }

    fn exp(&self, _: u32) -> Option<f64> {
        Some(f64::exp(*self)).filter(|value| value.is_normal())
    }

    fn ln(&self, _: u32) -> f64 {
        f64::ln(*self)
    }

    fn sin_cos(&self, _: u32) -> Option<(f64, f64)> {
        (self.abs() < 1e6).then(|| f64::sin_cos(*self))
    }

    fn atan2(&self, x: &f64, _: u32) -> f64 {
        f64::atan2(*self, *x)
    }

    fn floor(&self) -> f64 {
        f64::floor(*self)
    }

    fn size(&self) -> f64 {
        *self
    }
}
