//! Comparing numbers and expressions, with their units and with regard to rounding.
//!
//! Exact values are exact. A decimal with four places behind the point and four digits or more may be an
//! exact gold answer rounded, or cut, at its last digit. A gold answer that is itself a decimal with three digits or
//! more may be an exact answer rounded; with five or more, cut. Of two decimals the one may be what the
//! other was rounded from where it has three digits more than the gold, or where the gold shows four
//! digits and the answer three.

use super::compare::Comparison;
use super::scalar::{Scalar, Written};
use super::unit::{self, Unit};
use crate::algebra::expr::{Constant, Expr};
use crate::algebra::{equal, is_constant, rational, within, Decision};
use crate::budget::Budget;
use crate::language::numeral::Precision;
use crate::language::token::Token;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Pow, Signed};
use Comparison::{Different, Equal};

/// Digits, and places, that a decimal must show before it counts as an exact gold answer.
const EXACT_GOLD: usize = 4;
const EXACT_PLACES: i64 = 4;
/// Digits that a gold decimal must show before an exact answer may round to it, and be cut to it.
const ROUNDED_GOLD: usize = 3;
const CUT_GOLD: usize = 5;
/// Digits by which a decimal must be finer than a gold decimal that it rounds to.
const FINER: usize = 3;
/// Digits of a decimal, with a point, that a finer gold decimal may round to.
const COARSE: usize = 3;

pub fn scalars(gold: &Scalar, answer: &Scalar, budget: &mut Budget) -> Comparison {
    // 3 m, with a unit on the other side, is no product.
    match (measured(gold, answer), measured(answer, gold)) {
        (Some(gold), _) => return scalars(&gold, answer, budget),
        (_, Some(answer)) => return scalars(gold, &answer, budget),
        _ => {}
    }
    let same = |budget: &mut Budget| numbers(gold, answer, budget);
    let hundredth = (BigRational::new(1.into(), 100.into()), 2);
    match (&gold.unit, &answer.unit) {
        (Unit::Percent, Unit::None) => {
            // 28 or 0.28 where the gold says 28%.
            match same(budget) {
                Equal => Equal,
                other => match numbers(&scaled(gold, &hundredth), answer, budget) {
                    Equal => Equal,
                    _ => other,
                },
            }
        }
        (Unit::None, Unit::Percent) => numbers(gold, &scaled(answer, &hundredth), budget),
        (Unit::Degree, Unit::None) => match same(budget) {
            Equal => Equal,
            other if rational(&answer.expr, budget).is_none() => {
                match numbers(&radians(gold), answer, budget) {
                    Equal => Equal,
                    _ => other,
                }
            }
            other => other,
        },
        (Unit::None, Unit::Degree) => match same(budget) {
            Equal => Equal,
            other if rational(&gold.expr, budget).is_none() => {
                match numbers(gold, &radians(answer), budget) {
                    Equal => Equal,
                    _ => other,
                }
            }
            other => other,
        },
        (Unit::None, Unit::Named { measure: Some(count), .. }) if count.is_count() => {
            match same(budget) {
                Equal => Equal,
                _ => numbers(gold, &scaled(answer, &(count.factor.clone(), 0)), budget),
            }
        }
        (Unit::Named { measure: Some(count), .. }, Unit::None) if count.is_count() => {
            match same(budget) {
                Equal => Equal,
                _ => numbers(&scaled(gold, &(count.factor.clone(), 0)), answer, budget),
            }
        }
        (Unit::None, other) | (other, Unit::None) => match same(budget) {
            Different if other.counts() => {
                Comparison::GaveUp("a thousand or a million of what is counted".into())
            }
            found => found,
        },
        // An exact gold answer counts the places of the number: 33.33% is 0.3333.
        (Unit::Percent, Unit::Percent) => match same(budget) {
            Different if gold.written == Written::Exactly => {
                numbers(&scaled(gold, &hundredth), &scaled(answer, &hundredth), budget)
            }
            found => found,
        },
        (Unit::Degree, Unit::Degree) => same(budget),
        (Unit::Currency(a), Unit::Currency(b)) if a == b => same(budget),
        (Unit::Currency('$'), Unit::Currency('¢')) => {
            numbers(gold, &scaled(answer, &hundredth), budget)
        }
        (Unit::Currency('¢'), Unit::Currency('$')) => {
            numbers(&scaled(gold, &hundredth), answer, budget)
        }
        (Unit::Currency(_), Unit::Currency(_)) => Different,
        (Unit::Named { name: a, .. }, Unit::Named { name: b, .. }) if a == b => same(budget),
        (Unit::Named { measure: Some(a), .. }, Unit::Named { measure: Some(b), .. }) => {
            if a.powers != b.powers {
                return Different;
            }
            numbers(
                &scaled(gold, &(a.factor.clone(), 0)),
                &scaled(answer, &(b.factor.clone(), 0)),
                budget,
            )
        }
        (a, b) => {
            // A year may be twelve months.
            let convert = matches!((a, b), (Unit::Named { .. }, _) | (_, Unit::Named { .. }));
            match same(budget) {
                Different if !convert => Different,
                _ => Comparison::GaveUp(format!("the units differ: \"{a}\" and \"{b}\"")),
            }
        }
    }
}

/// A number times a symbol as a number of units, where the other side has a measure.
fn measured(scalar: &Scalar, other: &Scalar) -> Option<Scalar> {
    const UNITS: [&str; 9] = ["m", "g", "s", "h", "l", "L", "N", "J", "W"];
    let (Unit::None, Unit::Named { measure: Some(_), .. }) = (&scalar.unit, &other.unit) else {
        return None;
    };
    let Expr::Product(factors) = &scalar.expr else { return None };
    let [Expr::Number(value), Expr::Symbol(name)] = factors.as_slice() else { return None };
    let token = Token::Word { letters: name.clone(), upright: true };
    let unit = UNITS.contains(&name.as_str()).then(|| unit::read(&[token])).flatten()?;
    matches!(unit, Unit::Named { measure: Some(_), .. })
        .then(|| Scalar { unit, ..Scalar::plain(Expr::Number(value.clone())) })
}

/// A scalar times a factor, which moves its digits by so many places.
fn scaled(scalar: &Scalar, (factor, places): &(BigRational, i64)) -> Scalar {
    let expr = match &scalar.expr {
        Expr::Number(value) => Expr::Number(value * factor),
        expr => Expr::Product(vec![Expr::Number(factor.clone()), expr.clone()]),
    };
    let written = match scalar.written {
        Written::Decimal(Precision { places: before, digits }) => {
            Written::Decimal(Precision { places: before + places, digits })
        }
        _ => Written::Exactly,
    };
    Scalar { expr, unit: Unit::None, written }
}

fn radians(scalar: &Scalar) -> Scalar {
    let unit = Expr::Number(BigRational::new(1.into(), 180.into()));
    let expr = Expr::Product(vec![scalar.expr.clone(), unit, Expr::Constant(Constant::Pi)]);
    Scalar::plain(expr)
}

fn numbers(gold: &Scalar, answer: &Scalar, budget: &mut Budget) -> Comparison {
    let exact = match (&gold.expr, &answer.expr) {
        (Expr::Number(a), Expr::Number(b)) if a == b => return Equal,
        (Expr::Number(_), Expr::Number(_)) => Decision::Different,
        (a, b) => equal(a, b, budget),
    };
    if exact == Decision::Equal {
        return Equal;
    }
    let rounded = match (&gold.written, &answer.written) {
        (Written::Decimal(gold_shown), Written::Decimal(shown)) => {
            let coarser = shown.digits >= COARSE && shown.places > 0;
            gold_shown.places > 1
                && shown.digits >= gold_shown.digits + FINER
                && rounds_to(&answer.expr, &gold.expr, gold_shown, false, budget)
                || coarser
                    && gold_shown.digits > shown.digits
                    && rounds_to(&gold.expr, &answer.expr, shown, false, budget)
        }
        (_, Written::Decimal(shown))
            if shown.digits >= EXACT_GOLD && shown.places >= EXACT_PLACES =>
        {
            rounds_to(&gold.expr, &answer.expr, shown, true, budget)
        }
        (Written::Decimal(shown), _) if shown.digits >= ROUNDED_GOLD && shown.places > 0 => {
            rounds_to(&answer.expr, &gold.expr, shown, shown.digits >= CUT_GOLD, budget)
        }
        _ => false,
    };
    if rounded {
        Equal
    } else {
        exact.into()
    }
}

/// Whether `exact` is `decimal` when rounded, or when cut, to what is shown.
fn rounds_to(
    exact: &Expr,
    decimal: &Expr,
    shown: &Precision,
    cut: bool,
    budget: &mut Budget,
) -> bool {
    let Expr::Number(decimal) = decimal else { return false };
    if !is_constant(exact) || shown.places.abs() > 400 {
        return false;
    }
    let ten: BigInt = Pow::pow(BigInt::from(10), shown.places.unsigned_abs());
    let unit = if shown.places >= 0 {
        BigRational::new(1.into(), ten)
    } else {
        BigRational::from_integer(ten)
    };
    let half = unit / BigInt::from(2);
    if within(exact, decimal, &half, budget).unwrap_or(false) {
        return true;
    }
    // What is cut lies behind the decimal by less than a unit: the digits could have said that.
    let most = half * BigRational::new(999.into(), 1000.into());
    let beyond = if decimal.is_negative() { decimal - &most } else { decimal + &most };
    cut && within(exact, &beyond, &most, budget).unwrap_or(false)
}
