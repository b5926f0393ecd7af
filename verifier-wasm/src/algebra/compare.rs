//! Equal by normal forms, different by values that cannot meet.

use super::disc::Disc;
use super::eval::Eval;
use super::expr::{Constant, Expr};
use super::field::Field;
use super::float::Float;
use super::point::{Point, Symbols, POINTS};
use super::poly::Poly;
use super::rational::Q;
use super::real::Real;
use super::value::PRECISIONS;
use super::Decision;
use crate::budget::{Budget, GaveUp};

/// Points that are tried before any algebra is done, and again at more bits after it.
const FIRST: u64 = 2;

pub fn equal(a: &Expr, b: &Expr, budget: &mut Budget) -> Decision {
    if a == b {
        return Decision::Equal;
    }
    match (infinite(a), infinite(b)) {
        (Some(x), Some(y)) => return decision(x == y),
        (None, None) => {}
        (Some(_), None) => return finite(b, budget),
        (None, Some(_)) => return finite(a, budget),
    }
    if let (Some(x), Some(y)) = (quick(a, budget), quick(b, budget)) {
        return decision(x == y);
    }
    let symbols = Symbols::of(&[a, b], budget);
    let points = if symbols.is_empty() { 1 } else { POINTS };
    let apart = |number: u64, budget: &mut Budget| {
        let point = symbols.point(number);
        difference::<f64>(a, b, &point, 53, budget).is_some_and(|disc| disc.excludes_zero())
    };
    if (0..points.min(FIRST)).any(|number| apart(number, budget)) {
        return Decision::Different;
    }
    let proof = vanishes(a, b, &symbols, budget);
    if proof == Ok(Proof::Different) {
        return Decision::Different;
    }
    if (FIRST..points).any(|number| apart(number, budget)) {
        return Decision::Different;
    }
    if proof == Ok(Proof::Equal) {
        return Decision::Equal;
    }
    for p in PRECISIONS.into_iter().skip(1) {
        for number in 0..points.min(FIRST) {
            let point = symbols.point(number);
            let off = difference::<Float>(a, b, &point, p, budget);
            if off.is_some_and(|disc| disc.excludes_zero()) {
                return Decision::Different;
            }
        }
    }
    match proof {
        Err(why) => Decision::GaveUp(why),
        Ok(_) => gave_up("no difference found and no proof that they are equal"),
    }
}

fn decision(equal: bool) -> Decision {
    if equal {
        Decision::Equal
    } else {
        Decision::Different
    }
}

fn gave_up(why: &'static str) -> Decision {
    Decision::GaveUp(GaveUp(why))
}

/// A rational number by its arithmetic alone.
pub fn quick(a: &Expr, budget: &mut Budget) -> Option<Q> {
    Field::new(budget).quick(a)
}

/// The sign of an infinity.
pub fn infinite(a: &Expr) -> Option<i32> {
    match a {
        Expr::Constant(Constant::Infinity) => Some(1),
        Expr::Product(items) => {
            let mut sign = 1;
            let mut found = false;
            for item in items {
                match item {
                    Expr::Constant(Constant::Infinity) => found = true,
                    Expr::Number(value) if *value > num_traits::Zero::zero() => {}
                    Expr::Number(value) if *value < num_traits::Zero::zero() => sign = -sign,
                    _ => return None,
                }
            }
            found.then_some(sign)
        }
        Expr::Sum(items) if items.len() == 1 => infinite(items.first()?),
        _ => None,
    }
}

/// What is defined is no infinity.
fn finite(a: &Expr, budget: &mut Budget) -> Decision {
    match Field::new(budget).normal(a) {
        Ok(_) => Decision::Different,
        Err(why) => Decision::GaveUp(why),
    }
}

/// a - b at a point.
pub fn difference<R: Real>(
    a: &Expr,
    b: &Expr,
    point: &Point,
    p: u32,
    budget: &mut Budget,
) -> Option<Disc<R>> {
    let mut eval = Eval::<R>::new(point, p, budget);
    let (x, y) = (eval.value(a)?, eval.value(b)?);
    x.sub(&y, p)
}

/// Normal forms of several expressions over the same generators. What one learns from their being
/// defined is used in the next pass.
pub fn normals<const N: usize>(
    expressions: [&Expr; N],
    field: &mut Field,
) -> Result<[Poly; N], GaveUp> {
    let mut known = usize::MAX;
    let mut forms: [Poly; N] = std::array::from_fn(|_| Poly::zero());
    for _ in 0..3 {
        if field.positive.len() == known {
            break;
        }
        known = field.positive.len();
        for (form, expression) in forms.iter_mut().zip(expressions) {
            *form = field.normal(expression)?;
        }
        if known == 0 && field.positive.is_empty() {
            break;
        }
    }
    Ok(forms)
}

/// What normal forms show.
#[derive(PartialEq)]
enum Proof {
    Equal,
    Different,
    Nothing,
}

fn vanishes(a: &Expr, b: &Expr, symbols: &Symbols, budget: &mut Budget) -> Result<Proof, GaveUp> {
    let mut field = Field::new(budget);
    field.integers = symbols.integers();
    let [x, y] = normals([a, b], &mut field)?;
    if x == y {
        let alone = field.positive.is_empty() || agree_alone(a, b, symbols, field.budget)?;
        return Ok(if alone { Proof::Equal } else { Proof::Nothing });
    }
    if x.as_number().is_some() && y.as_number().is_some() {
        return Ok(Proof::Different);
    }
    let difference = x.sub(&y, field.budget)?;
    let equal = field.is_zero(&difference)?
        && (field.positive.is_empty() || agree_alone(a, b, symbols, field.budget)?);
    Ok(if equal { Proof::Equal } else { Proof::Nothing })
}

/// Whether a and b are still equal where only one of them has a domain to speak of, and this says
/// nothing about the other: ln(x²) is 2 ln x only where x is positive, which ln(x²) does not ask
/// for. Where both have one, as ln(xy) and ln x + ln y, what is said of one is supposed of both.
fn agree_alone(a: &Expr, b: &Expr, symbols: &Symbols, budget: &mut Budget) -> Result<bool, GaveUp> {
    let mut field = Field::new(budget);
    field.integers = symbols.integers();
    let [x] = normals([a], &mut field)?;
    let of_a = std::mem::take(&mut field.positive);
    let (a_needs, a_open) = std::mem::take(&mut field.logarithms);
    let [y] = normals([b], &mut field)?;
    let of_b = std::mem::take(&mut field.positive);
    let (b_needs, b_open) = field.logarithms;
    if a_needs && !b_needs && b_open || b_needs && !a_needs && a_open {
        return Ok(false);
    }
    if of_a.is_empty() == of_b.is_empty() || x == y {
        return Ok(true);
    }
    let difference = x.sub(&y, field.budget)?;
    field.is_zero(&difference)
}
