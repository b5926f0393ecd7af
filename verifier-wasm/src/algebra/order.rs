//! Real numbers: their order, and how far they are from a rational number.

use super::compare::{difference, infinite, quick};
use super::disc::Disc;
use super::eval::Eval;
use super::expr::Expr;
use super::field::Field;
use super::float::Float;
use super::point::Symbols;
use super::rational::Q;
use super::value::PRECISIONS;
use super::{equal, is_constant, Decision};
use crate::budget::{Budget, GaveUp};
use num_rational::BigRational;
use std::cmp::Ordering;

/// The order of two real numbers; infinities are at the ends.
pub fn order(a: &Expr, b: &Expr, budget: &mut Budget) -> Result<Ordering, GaveUp> {
    if let (Some(x), Some(y)) = (quick(a, budget), quick(b, budget)) {
        return x.compare(&y, budget);
    }
    match (infinite(a), infinite(b)) {
        (None, None) => {}
        (x, y) => return Ok(x.unwrap_or(0).cmp(&y.unwrap_or(0))),
    }
    if !is_constant(a) || !is_constant(b) {
        return Err(GaveUp("symbols have no order"));
    }
    let point = Symbols::of(&[], budget).point(0);
    let mut tried = false;
    for p in PRECISIONS {
        let sign = if p == PRECISIONS[0] {
            difference::<f64>(a, b, &point, p, budget).and_then(|disc| disc.sign())
        } else {
            difference::<Float>(a, b, &point, p, budget).and_then(|disc| disc.sign())
        };
        if let Some(sign) = sign {
            return Ok(sign.cmp(&0));
        }
        if !std::mem::replace(&mut tried, true) && equal(a, b, budget) == Decision::Equal {
            return Ok(Ordering::Equal);
        }
    }
    Err(GaveUp("two numbers too close to order"))
}

/// Whether |a - b| <= tolerance, for real numbers: what comparing with a rounded decimal needs.
pub fn within(
    a: &Expr,
    b: &BigRational,
    tolerance: &BigRational,
    budget: &mut Budget,
) -> Result<bool, GaveUp> {
    let (b, tolerance) = (Q::from_big(b.clone()), Q::from_big(tolerance.clone()));
    if let Some(value) = quick(a, budget) {
        let off = value.sub(&b, budget)?.abs();
        return Ok(off.compare(&tolerance, budget)? != Ordering::Greater);
    }
    if !is_constant(a) {
        return Err(GaveUp("symbols have no size"));
    }
    let point = Symbols::of(&[], budget).point(0);
    for p in PRECISIONS {
        // The sign of |a-b| - tolerance.
        macro_rules! sign {
            ($real:ty) => {{
                let value: Option<Disc<$real>> = Eval::new(&point, p, budget).value(a);
                let off = value.and_then(|disc| disc.sub(&Disc::rational(&b, p), p));
                let size = off.and_then(|disc| disc.abs(p));
                let room = size.and_then(|disc| disc.sub(&Disc::rational(&tolerance, p), p));
                room.and_then(|disc| disc.sign())
            }};
        }
        let sign = if p == PRECISIONS[0] { sign!(f64) } else { sign!(Float) };
        if let Some(sign) = sign {
            return Ok(sign <= 0);
        }
    }
    Err(GaveUp("a number too close to the edge of its tolerance"))
}

/// The rational number that an expression comes to, None where it is none or that is not known.
pub fn rational(a: &Expr, budget: &mut Budget) -> Option<BigRational> {
    if let Expr::Number(value) = a {
        return Some(value.clone());
    }
    if let Some(value) = quick(a, budget) {
        return Some(value.to_big());
    }
    if !is_constant(a) {
        return None;
    }
    let mut field = Field::new(budget);
    let form = field.normal(a).ok()?;
    if let Some(value) = form.as_number() {
        return Some(value.to_big());
    }
    // An algebraic number is compared with the simplest number near it.
    if !field.is_algebraic(&form) {
        return None;
    }
    let near = field.value::<f64>(&form, PRECISIONS[0])?.about();
    let guess = simplest(near)?;
    let off = form.sub(&super::poly::Poly::number(guess.clone()), field.budget).ok()?;
    field.is_zero_number(&off).then(|| guess.to_big())
}

/// A fraction of small terms within 1e-9, by continued fractions.
fn simplest(value: f64) -> Option<Q> {
    if value.abs() > 1e6 {
        return None;
    }
    let (mut a, mut b, mut c, mut d) = (1i64, 0i64, 0i64, 1i64);
    let mut rest = value;
    for _ in 0..12 {
        let whole = rest.floor();
        let step = whole as i64;
        (a, c) = (step.checked_mul(a)?.checked_add(c)?, a);
        (b, d) = (step.checked_mul(b)?.checked_add(d)?, b);
        if b.abs() > 10_000 {
            return None;
        }
        if (a as f64 / b as f64 - value).abs() < 1e-9 {
            return Some(Q::ratio(a, b));
        }
        rest = 1.0 / (rest - whole);
        if !rest.is_finite() || rest.abs() > 1e9 {
            return None;
        }
    }
    None
}
