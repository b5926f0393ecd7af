//! Equations that say the same: their solutions are the same where they are multiples of each other
//! but for denominators, and differ where a solution of one is none of the other.

use super::compare::normals;
use super::disc::Disc;
use super::eval::Eval;
use super::expr::Expr;
use super::field::{Field, Generator};
use super::multiple::{factor, numbers, shared};
use super::point::{Point, Symbols};
use super::poly::{Exponent, Mono, Poly};
use super::rational::Q;
use super::{Decision, Ratio};
use crate::budget::{Budget, GaveUp};
use num_traits::Signed;

pub fn same_zeros(a: &Expr, b: &Expr, budget: &mut Budget) -> Decision {
    if a == b {
        return Decision::Equal;
    }
    let mut field = Field::new(budget);
    match zeros(&mut field, a, b) {
        Ok(decision) => decision,
        Err(why) => Decision::GaveUp(why),
    }
}

fn zeros(field: &mut Field, a: &Expr, b: &Expr) -> Result<Decision, GaveUp> {
    let [x, y] = normals([a, b], field)?;
    if field.is_zero(&x)? && field.is_zero(&y)? {
        return Err(GaveUp("equations that are always true"));
    }
    let missed = misses(field, &x, a, b) || misses(field, &y, b, a);
    let (x, y) = (essence(field, &x)?, essence(field, &y)?);
    match factor(field, &x, &y) {
        _ if missed => return Ok(Decision::Different),
        Ok(Ratio::Positive | Ratio::Negative | Ratio::Complex) => return Ok(Decision::Equal),
        Ok(Ratio::None) => return Ok(Decision::Different),
        _ => {}
    }
    // Of polynomials in the symbols alone this can be said: the coefficients are not in
    // proportion.
    if !is_plain(field, &x) || !is_plain(field, &y) {
        return Err(GaveUp("equations that no scaling makes the same"));
    }
    let (left, right) = (numbers(field, &x)?, numbers(field, &y)?);
    let missing = |field: &mut Field, from: &[(Mono, Poly)], to: &[(Mono, Poly)]| {
        from.iter()
            .any(|(mono, c)| to.iter().all(|(other, _)| other != mono) && field.is_nonzero(c))
    };
    if missing(field, &left, &right) || missing(field, &right, &left) {
        return Ok(Decision::Different);
    }
    let Some((c, d)) = shared(field, &x, &y)? else {
        return Err(GaveUp("no common part to compare"));
    };
    for (mono, u) in &left {
        let Some((_, v)) = right.iter().find(|(other, _)| other == mono) else { continue };
        let (cross, other) = (field.mul(u, &d)?, field.mul(v, &c)?);
        let off = cross.sub(&other, field.budget)?;
        if field.is_nonzero(&off) {
            return Ok(Decision::Different);
        }
    }
    Err(GaveUp("equations that no scaling makes the same"))
}

/// Whether some solution of a = 0 is none of b = 0: a is solved for a symbol that it is linear in,
/// with x for its normal form.
fn misses(field: &mut Field, x: &Poly, a: &Expr, b: &Expr) -> bool {
    let symbols = Symbols::of(&[a, b], field.budget);
    for g in x.generators() {
        let Some(Generator::Symbol(name)) = field.entry(g).map(|entry| entry.generator.clone())
        else {
            continue;
        };
        let linear = x.0.iter().all(|(mono, _)| {
            let e = mono.get(g);
            let others = mono.0.iter().filter(|(other, _)| *other != g);
            e.is_integer()
                && matches!(*e.numer(), 0 | 1)
                && others.into_iter().all(|(other, _)| {
                    field.entry(*other).is_some_and(|entry| !entry.symbols.contains(&g))
                })
        });
        if linear && (0..4).any(|number| misses_at(&symbols.point(number), &name, a, b, field)) {
            return true;
        }
    }
    false
}

fn misses_at(point: &Point, name: &str, a: &Expr, b: &Expr, field: &mut Field) -> bool {
    let p = 53;
    let mut at = |expression: &Expr, value: Disc<f64>| {
        let mut eval = Eval::<f64>::new(point, p, field.budget);
        eval.given = Some((name, value));
        let value = eval.value(expression);
        value.filter(|value| value.is_real() && eval.seen.is_empty())
    };
    let number = |value: i64| Disc::rational(&Q::int(value), p);
    let mut missed = || {
        let (low, high) = (at(a, number(0))?, at(a, number(1))?);
        let slope = high.sub(&low, p)?.recip(p)?;
        let root = low.neg().mul(&slope, p)?;
        at(a, root.clone())?;
        Some(at(b, root)?.excludes_zero())
    };
    missed().unwrap_or(false)
}

/// The numerator, without the factors that it shares with the denominator and without powers that
/// can be multiplied away.
fn essence(field: &mut Field, poly: &Poly) -> Result<Poly, GaveUp> {
    let (mut above, below) = field.cleared(poly)?;
    if let [(mono, _)] = below.0.as_slice() {
        for (g, e) in mono.0.clone() {
            let Some(Generator::Base(inner)) = field.entry(g).map(|entry| entry.generator.clone())
            else {
                continue;
            };
            for _ in 0..e.ceil().to_integer().min(12) {
                match field.quotient(&above, &inner)? {
                    Some(quotient) => above = quotient,
                    None => break,
                }
            }
        }
    }
    above = field.numerator(&above)?;
    // 1/x + 1 = 0 says x + 1 = 0.
    let mut factor = Vec::new();
    for g in above.generators() {
        let least = above.least(g);
        let constant = field.entry(g).is_some_and(|entry| entry.constant);
        if least.is_negative() && !constant {
            factor.push((g, -least));
        }
    }
    let factor = Mono(factor);
    let mut terms = Vec::with_capacity(above.0.len());
    for (mono, c) in &above.0 {
        terms.push((mono.mul(&factor)?.0, c.clone()));
    }
    Poly::collect(terms, field.budget)
}

/// A polynomial in symbols over constants.
fn is_plain(field: &Field, poly: &Poly) -> bool {
    poly.0.iter().flat_map(|(mono, _)| &mono.0).all(|(g, e): &(u32, Exponent)| {
        field.entry(*g).is_some_and(|entry| {
            entry.constant
                || matches!(entry.generator, Generator::Symbol(_))
                    && e.is_integer()
                    && e.is_positive()
        })
    })
}
