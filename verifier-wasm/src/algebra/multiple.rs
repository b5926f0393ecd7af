//! Expressions that are multiples of each other by a number: inequalities and equations up to
//! scaling.

use super::compare::normals;
use super::disc::Disc;
use super::eval::Eval;
use super::expr::Expr;
use super::field::Field;
use super::point::{Point, Symbols, POINTS};
use super::poly::{Mono, Poly};
use super::Ratio;
use crate::budget::{Budget, GaveUp};

pub fn ratio(a: &Expr, b: &Expr, budget: &mut Budget) -> Ratio {
    if a == b {
        return Ratio::Positive;
    }
    if not_multiples(a, b, budget) {
        return Ratio::None;
    }
    let mut field = Field::new(budget);
    let forms = match normals([a, b], &mut field) {
        Ok(forms) => forms,
        Err(why) => return Ratio::GaveUp(why),
    };
    let [x, y] = forms;
    factor(&mut field, &x, &y).unwrap_or_else(Ratio::GaveUp)
}

/// Whether a(p)·b(q) - a(q)·b(p) is not 0 for some points p and q: then a is no multiple of b.
fn not_multiples(a: &Expr, b: &Expr, budget: &mut Budget) -> bool {
    let symbols = Symbols::of(&[a, b], budget);
    if symbols.is_empty() {
        return false;
    }
    let p = 53;
    let mut values = |point: &Point| -> Option<(Disc<f64>, Disc<f64>)> {
        let mut eval = Eval::<f64>::new(point, p, budget);
        // Unknown functions have no values that two points could share.
        let pair = (eval.value(a)?, eval.value(b)?);
        eval.seen.is_empty().then_some(pair)
    };
    let mut first: Option<(Disc<f64>, Disc<f64>)> = None;
    for number in 0..POINTS {
        let Some((x, y)) = values(&symbols.point(number)) else { continue };
        match &first {
            None => first = Some((x, y)),
            Some((u, v)) => {
                let cross = x.mul(v, p).zip(u.mul(&y, p));
                let off = cross.and_then(|(left, right)| left.sub(&right, p));
                if off.is_some_and(|disc| disc.excludes_zero()) {
                    return true;
                }
            }
        }
    }
    false
}

/// The k with x = k·y, by the coefficients of one product of symbols.
pub fn factor(field: &mut Field, x: &Poly, y: &Poly) -> Result<Ratio, GaveUp> {
    let (zero, other) = (field.is_zero(x)?, field.is_zero(y)?);
    match (zero, other) {
        (true, true) => return Ok(Ratio::Positive),
        (true, false) if field.is_nonzero(y) => return Ok(Ratio::None),
        (false, true) if field.is_nonzero(x) => return Ok(Ratio::None),
        (false, false) => {}
        _ => return Err(GaveUp("what may be 0")),
    }
    // Over one denominator, so that the same products stand on both sides.
    let (above, below) = (field.cleared(x)?, field.cleared(y)?);
    let (left, right) = (field.mul(&above.0, &below.1)?, field.mul(&below.0, &above.1)?);
    let (left, right) = common_numerators(field, &left, &right)?;
    let (c, d) = match shared(field, &left, &right)? {
        Some(pair) => pair,
        None => return Err(GaveUp("no common part to compare")),
    };
    let cross = field.mul(&left, &d)?;
    let other = field.mul(&right, &c)?;
    let off = cross.sub(&other, field.budget)?;
    if !field.is_zero(&off)? {
        return Err(GaveUp("not a multiple for all that is known"));
    }
    let below = field.pow(&d, -1)?;
    let k = field.mul(&c, &below)?;
    if field.is_complex(&k) {
        return Ok(Ratio::Complex);
    }
    match field.sign(&k) {
        Some(sign) if sign > 0 => Ok(Ratio::Positive),
        Some(sign) if sign < 0 => Ok(Ratio::Negative),
        _ => Err(GaveUp("a factor of unknown sign")),
    }
}

/// Multiplied out, without losing the factor between them.
fn common_numerators(field: &mut Field, left: &Poly, right: &Poly) -> Result<(Poly, Poly), GaveUp> {
    let mut lists = Vec::new();
    for poly in [left, right] {
        let mut sum = Poly::zero();
        for (mono, c) in &poly.0 {
            let part = field.multiplied_out(mono.clone(), c.clone())?;
            sum = sum.add(&part, field.budget)?;
        }
        lists.push(sum);
    }
    let right = lists.pop().unwrap_or_default();
    let left = lists.pop().unwrap_or_default();
    Ok((left, right))
}

/// The numeric coefficients that two sums have at a product which both contain. All constants
/// count as numbers.
pub fn shared(field: &mut Field, x: &Poly, y: &Poly) -> Result<Option<(Poly, Poly)>, GaveUp> {
    let (left, right) = (numbers(field, x)?, numbers(field, y)?);
    for (mono, c) in &left {
        let Some((_, d)) = right.iter().find(|(other, _)| other == mono) else { continue };
        if field.is_nonzero(c) && field.is_nonzero(d) {
            return Ok(Some((c.clone(), d.clone())));
        }
    }
    Ok(None)
}

/// The constant coefficients of a sum over products of what has symbols.
pub fn numbers(field: &mut Field, poly: &Poly) -> Result<Vec<(Mono, Poly)>, GaveUp> {
    let mut groups: Vec<(Mono, Poly)> = Vec::new();
    for (mono, c) in &poly.0 {
        field.budget.spend(100 + 20 * groups.len() as u64)?;
        let constant = |g: &u32| field.entry(*g).is_some_and(|entry| entry.constant);
        let (inside, outside) = mono.0.iter().partition(|(g, _)| constant(g));
        let (inside, outside) = (Poly::term(Mono(inside), c.clone()), Mono(outside));
        match groups.iter_mut().find(|(other, _)| *other == outside) {
            Some((_, sum)) => *sum = sum.add(&inside, field.budget)?,
            None => groups.push((outside, inside)),
        }
    }
    Ok(groups)
}
