//! Floors of linear functions of a whole number: ⌈n/2⌉ is ⌊(n + 1)/2⌋ for whole n, though not for
//! others.

use super::symbols::{replaced, symbols};
use super::value::Value;
use crate::algebra::expr::{Expr, Function};
use crate::algebra::{equal, Decision};
use crate::budget::Budget;
use num_integer::Integer;
use num_traits::ToPrimitive;

/// The longest period that is looked at.
const PERIOD: u64 = 24;
/// Letters that stand for whole numbers.
const WHOLE: &str = "ijklmn";

/// Whether two answers, sums of floors of linear functions of one whole number, are the same. Over
/// the least common multiple of the denominators each grows by a constant: so two periods show all.
pub(super) fn same_for_whole(gold: &Value, answer: &Value, budget: &mut Budget) -> bool {
    let (Some(a), Some(b)) = (expression(gold), expression(answer)) else { return false };
    if !has_floor(a) && !has_floor(b) {
        return false;
    }
    let names = symbols(&Value::list(vec![gold.clone(), answer.clone()]));
    let letters: Vec<&String> =
        names.iter().filter(|name| name.len() == 1 && WHOLE.contains(name.as_str())).collect();
    let [name] = letters[..] else { return false };
    let variable = Expr::Symbol(name.clone());
    let (Some(first), Some(second)) = (period(a, &variable), period(b, &variable)) else {
        return false;
    };
    let period = first.lcm(&second);
    if period == 1 || period > PERIOD {
        return false;
    }
    let at = |value: &Value, n: u64| replaced(value, &variable, &Expr::integer(n as i64));
    (0..2 * period).all(|n| {
        let (a, b) = (at(gold, n), at(answer, n));
        match (expression(&a), expression(&b)) {
            (Some(a), Some(b)) => equal(a, b, budget) == Decision::Equal,
            _ => false,
        }
    })
}

/// The expression of a scalar, with a name or without.
fn expression(value: &Value) -> Option<&Expr> {
    match value {
        Value::Scalar(scalar) => Some(&scalar.expr),
        Value::Named { value, .. } => expression(value),
        _ => None,
    }
}

fn has_floor(expr: &Expr) -> bool {
    match expr {
        Expr::Call(Function::Floor | Function::Ceiling, _) => true,
        Expr::Sum(items) | Expr::Product(items) => items.iter().any(has_floor),
        _ => false,
    }
}

/// The period of a sum of floors of linear functions; None for what is none.
fn period(expr: &Expr, variable: &Expr) -> Option<u64> {
    match expr {
        Expr::Number(_) => Some(1),
        Expr::Symbol(_) => (expr == variable).then_some(1),
        Expr::Sum(items) => {
            items.iter().try_fold(1, |all: u64, item| Some(all.lcm(&period(item, variable)?)))
        }
        Expr::Product(items) => {
            let mut rest = items.iter().filter(|item| !number(item));
            match (rest.next(), rest.next()) {
                (Some(one), None) => period(one, variable),
                (one, _) => one.is_none().then_some(1),
            }
        }
        Expr::Call(Function::Floor | Function::Ceiling, items) => {
            let [inner] = items.as_slice() else { return None };
            denominator(inner, variable)
        }
        _ => None,
    }
}

fn number(expr: &Expr) -> bool {
    match expr {
        Expr::Number(_) => true,
        Expr::Power(base, exponent) => number(base) && **exponent == Expr::integer(-1),
        _ => false,
    }
}

/// A common denominator of a linear function's coefficient; None for what is not linear.
fn denominator(expr: &Expr, variable: &Expr) -> Option<u64> {
    match expr {
        Expr::Number(_) => Some(1),
        Expr::Symbol(_) => (expr == variable).then_some(1),
        Expr::Sum(items) => {
            items.iter().try_fold(1, |all: u64, item| Some(all.lcm(&denominator(item, variable)?)))
        }
        Expr::Product(items) => {
            let mut below = 1u64;
            let mut inner = 1;
            let mut linear = 0;
            for item in items {
                match item {
                    Expr::Number(value) => below = below.checked_mul(value.denom().to_u64()?)?,
                    Expr::Power(base, exponent) if **exponent == Expr::integer(-1) => {
                        let Expr::Number(value) = base.as_ref() else { return None };
                        value.is_integer().then_some(())?;
                        below = below.checked_mul(value.numer().magnitude().to_u64()?)?;
                    }
                    other => {
                        inner = denominator(other, variable)?;
                        linear += 1;
                    }
                }
            }
            (linear < 2).then_some(below.checked_mul(inner)?).filter(|all| *all > 0)
        }
        _ => None,
    }
}
