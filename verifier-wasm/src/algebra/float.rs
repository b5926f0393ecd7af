//! Real numbers of as many bits as asked for, where doubles cannot tell two values apart.

use super::fixed::{fixed_ln2, fixed_pi};
use super::rational::Q;
use super::real::Real;
use num_bigint::{BigInt, Sign};
use num_traits::{One, Signed, ToPrimitive, Zero};

/// mantissa·2^exponent.
#[derive(Clone, Debug)]
pub struct Float {
    mantissa: BigInt,
    exponent: i64,
}

/// Bits beyond those asked for, that a series may lose.
const GUARD: i64 = 40;

fn float(mantissa: BigInt, exponent: i64, p: u32) -> Float {
    let extra = mantissa.bits().saturating_sub(u64::from(p));
    if extra > 0 {
        return Float { mantissa: mantissa >> extra, exponent: exponent + extra as i64 };
    }
    Float { mantissa, exponent }
}

fn shift(value: &BigInt, by: i64) -> BigInt {
    if by >= 0 {
        value << by as u64
    } else {
        value >> by.unsigned_abs()
    }
}

impl Float {
    /// The exponent of the leading bit.
    fn top(&self) -> i64 {
        self.exponent + self.mantissa.bits() as i64
    }

    /// As an integer number of 2^-w.
    fn fixed(&self, w: i64) -> BigInt {
        shift(&self.mantissa, self.exponent + w)
    }

    fn double(value: f64, p: u32) -> Float {
        let scaled = (value * 2f64.powi(60)) as i64;
        float(scaled.into(), -60, p)
    }
}

impl Real for Float {
    fn epsilon(p: u32) -> f64 {
        2f64.powi(6 - p as i32)
    }

    fn cost(p: u32) -> u64 {
        // A function takes some p/4 products of p-bit numbers.
        u64::from(p) * u64::from(p) / 8
    }

    fn of(value: &Q, p: u32) -> Float {
        let (num, den) = (value.numer(), value.denom());
        if den.is_one() {
            return float(num, 0, p);
        }
        let by = i64::from(p) + 2 + den.bits() as i64 - num.bits() as i64;
        let quotient =
            if by >= 0 { (num << by as u64) / den } else { num / (den << by.unsigned_abs()) };
        float(quotient, -by, p)
    }

    fn holds(value: &Q, p: u32) -> bool {
        value.is_integer() && value.bits() < u64::from(p)
    }

    fn pi(p: u32) -> Float {
        let w = i64::from(p) + 8;
        float(fixed_pi(w), -w, p)
    }

    fn add(&self, other: &Float, p: u32) -> Float {
        if self.mantissa.is_zero() {
            return other.clone();
        }
        if other.mantissa.is_zero() {
            return self.clone();
        }
        let gap = i64::from(p) + 4;
        if self.top() - other.top() > gap {
            return self.clone();
        }
        if other.top() - self.top() > gap {
            return other.clone();
        }
        let low = self.exponent.min(other.exponent);
        let a = &self.mantissa << (self.exponent - low) as u64;
        let b = &other.mantissa << (other.exponent - low) as u64;
        float(a + b, low, p)
    }

    fn mul(&self, other: &Float, p: u32) -> Float {
        float(&self.mantissa * &other.mantissa, self.exponent.saturating_add(other.exponent), p)
    }

    fn div(&self, other: &Float, p: u32) -> Float {
        if other.mantissa.is_zero() {
            return other.clone();
        }
        let (a, b) = (&self.mantissa, &other.mantissa);
        let by = (i64::from(p) + 2 + b.bits() as i64 - a.bits() as i64).max(0);
        float((a << by as u64) / b, self.exponent - by - other.exponent, p)
    }

    fn neg(&self) -> Float {
        Float { mantissa: -&self.mantissa, exponent: self.exponent }
    }

    fn sqrt(&self, p: u32) -> Float {
        if !self.mantissa.is_positive() {
            return Float { mantissa: BigInt::zero(), exponent: 0 };
        }
        let mut by = (2 * i64::from(p) + 4 - self.mantissa.bits() as i64).max(0);
        if (self.exponent - by) % 2 != 0 {
            by += 1;
        }
        float((&self.mantissa << by as u64).sqrt(), (self.exponent - by) / 2, p)
    }

    fn exp(&self, p: u32) -> Option<Float> {
        if self.top() > 40 {
            return None;
        }
        // x = n·ln 2 + r; e^r is (e^(r/2^k))^(2^k).
        let k = 8;
        let w = i64::from(p) + GUARD + self.top().max(0);
        let ln2 = fixed_ln2(w);
        let x = self.fixed(w);
        let n = &x / &ln2;
        let r = (x - &n * &ln2) >> k;
        let mut sum = BigInt::one() << w as u64;
        let mut term = sum.clone();
        let mut j = 1;
        while !term.is_zero() && term != -BigInt::one() {
            term = ((term * &r) >> w as u64) / j;
            sum += &term;
            j += 1;
        }
        for _ in 0..k {
            sum = (&sum * &sum) >> w as u64;
        }
        Some(float(sum, n.to_i64()? - w, p))
    }

    fn ln(&self, p: u32) -> Float {
        let one = Float { mantissa: BigInt::one(), exponent: 0 };
        if !self.mantissa.is_positive() {
            return one;
        }
        let q = p + 10;
        let n = self.top();
        let y = Float { mantissa: self.mantissa.clone(), exponent: self.exponent - n };
        // Halley's iteration on e^t = y triples the good bits.
        let mut t = Float::double(y.size().ln(), q);
        let mut good = 45;
        while good < q {
            let Some(power) = t.exp(q) else { return one };
            let above = y.add(&power.neg(), q);
            let step = above.div(&y.add(&power, q), q);
            t = t.add(&Float { mantissa: step.mantissa, exponent: step.exponent + 1 }, q);
            good *= 3;
        }
        let w = i64::from(q);
        let turns = float(fixed_ln2(w) * n, -w, q);
        let sum = t.add(&turns, q);
        float(sum.mantissa, sum.exponent, p)
    }

    fn sin_cos(&self, p: u32) -> Option<(Float, Float)> {
        if self.top() > 200 {
            return None;
        }
        let w = i64::from(p) + GUARD + self.top().max(0);
        let quarter = fixed_pi(w) >> 1;
        let x = self.fixed(w);
        let n: BigInt = &x / &quarter;
        let r: BigInt = x - &n * &quarter;
        let square = (&r * &r) >> w as u64;
        let series = |first: BigInt, mut j: i64| {
            let (mut sum, mut term) = (first.clone(), first);
            while !term.is_zero() && term != -BigInt::one() {
                let product: BigInt = term * &square;
                term = -(product >> w as u64);
                term /= j * (j + 1);
                sum += &term;
                j += 2;
            }
            sum
        };
        let (sin, cos) = (series(r.clone(), 2), series(BigInt::one() << w as u64, 1));
        let turned: i64 = (n % 4i64).to_i64()?;
        let (sin, cos) = match turned.rem_euclid(4) {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
        Some((float(sin, -w, p), float(cos, -w, p)))
    }

    fn atan2(&self, x: &Float, p: u32) -> Float {
        let q = p + 10;
        let top = match (self.mantissa.is_zero(), x.mantissa.is_zero()) {
            (true, true) => return self.clone(),
            (true, false) => x.top(),
            (false, true) => self.top(),
            _ => self.top().max(x.top()),
        };
        let scaled = |v: &Float| Float { mantissa: v.mantissa.clone(), exponent: v.exponent - top };
        let (y, x) = (scaled(self), scaled(x));
        let size = y.mul(&y, q).add(&x.mul(&x, q), q).sqrt(q);
        let mut angle = Float::double(y.size().atan2(x.size()), q);
        let mut good = 45;
        while good < q {
            let Some((sin, cos)) = angle.sin_cos(q) else { return angle };
            // The sine of what is missing.
            let missing = y.mul(&cos, q).add(&x.mul(&sin, q).neg(), q).div(&size, q);
            angle = angle.add(&missing, q);
            good *= 3;
        }
        float(angle.mantissa, angle.exponent, p)
    }

    fn floor(&self) -> Float {
        if self.exponent >= 0 {
            return self.clone();
        }
        Float { mantissa: &self.mantissa >> self.exponent.unsigned_abs(), exponent: 0 }
    }

    fn size(&self) -> f64 {
        let extra = self.mantissa.bits().saturating_sub(64);
        let head: f64 = (self.mantissa.magnitude() >> extra).to_f64().unwrap_or(0.0);
        let exponent = (self.exponent + extra as i64).clamp(-3000, 3000) as i32;
        let half = exponent / 2;
        let size = head * 2f64.powi(half) * 2f64.powi(exponent - half);
        if self.mantissa.sign() == Sign::Minus {
            -size
        } else {
            size
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::disc::Disc;
    use super::*;

    #[test]
    fn functions_agree_with_doubles_and_with_their_inverses() {
        for p in [120, 240, 900] {
            for n in [1i64, 2, 3, 10, 12345, 1_000_000_007] {
                for d in [1i64, 3, 1024, 99_999] {
                    let q = Q::ratio(n, d);
                    let x: Disc<Float> = Disc::rational(&q, p);
                    let near = q.to_f64();
                    let close = |a: f64, b: f64| (a - b).abs() < 1e-10 * (1.0 + b.abs());
                    let ln = x.ln(p).unwrap();
                    assert!(close(ln.about(), near.ln()), "ln {near}");
                    let back = ln.exp(p).unwrap().sub(&x, p).unwrap();
                    assert!(!back.excludes_zero() && back.most() < 1e-20, "exp ln {near}");
                    let (sin, cos) = x.sin_cos(p).unwrap();
                    if near < 1e4 {
                        assert!(close(sin.about(), near.sin()), "sin {near}");
                        assert!(close(cos.about(), near.cos()), "cos {near}");
                    }
                    let one = sin.mul(&sin, p).unwrap().add(&cos.mul(&cos, p).unwrap(), p);
                    let off = one.unwrap().sub(&Disc::rational(&Q::int(1), p), p).unwrap();
                    assert!(!off.excludes_zero() && off.most() < 1e-20);
                    let angle = x.arctan(p).unwrap();
                    assert!(close(angle.about(), near.atan()), "arctan {near}");
                    let (s, c) = angle.sin_cos(p).unwrap();
                    let off = c.mul(&x, p).unwrap().sub(&s, p).unwrap();
                    assert!(!off.excludes_zero(), "tan arctan {near}");
                    let root = x.sqrt(p).unwrap();
                    let off = root.mul(&root, p).unwrap().sub(&x, p).unwrap();
                    assert!(!off.excludes_zero() && off.most() < 1e-15);
                }
            }
        }
        let pi = Float::pi(240).size();
        assert!((pi - std::f64::consts::PI).abs() < 1e-15);
    }
}
