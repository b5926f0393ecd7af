//! Comparing lettered choices.

use super::compare::{compare, Comparison};
use super::scalar::Scalar;
use super::value::Value;
use crate::algebra::expr::{Constant, Expr};
use crate::budget::Budget;
use Comparison::{Different, Equal};

pub(super) fn choices(gold: &Value, answer: &Value, budget: &mut Budget) -> Comparison {
    let letter = |c: char| Value::Scalar(Scalar::plain(Expr::Symbol(c.to_string())));
    match (gold, answer) {
        (Value::Choice(a, _), Value::Choice(b, _)) if a == b => Equal,
        (Value::Choice(_, None), Value::Choice(_, None)) => Different,
        (Value::Choice(_, Some(a)), Value::Choice(_, Some(b))) => match compare(a, b, budget) {
            Equal => Comparison::GaveUp("the same by other letters".into()),
            other => other,
        },
        (Value::Choice(..), Value::Choice(..)) => Different,
        (Value::Choice(_, Some(rest)), other) => compare(rest, other, budget),
        (other, Value::Choice(_, Some(rest))) => compare(other, rest, budget),
        (
            Value::Choice('E', None),
            Value::Scalar(Scalar { expr: Expr::Constant(Constant::E), .. }),
        )
        | (
            Value::Scalar(Scalar { expr: Expr::Constant(Constant::E), .. }),
            Value::Choice('E', None),
        )
        | (
            Value::Choice('I', None),
            Value::Scalar(Scalar { expr: Expr::Constant(Constant::I), .. }),
        )
        | (
            Value::Scalar(Scalar { expr: Expr::Constant(Constant::I), .. }),
            Value::Choice('I', None),
        ) => Equal,
        (Value::Choice(c, None), Value::Scalar(Scalar { expr: Expr::Symbol(name), .. }))
        | (Value::Scalar(Scalar { expr: Expr::Symbol(name), .. }), Value::Choice(c, None)) => {
            if name.eq_ignore_ascii_case(&c.to_string()) {
                Equal
            } else {
                Different
            }
        }
        (Value::Choice(c, None), other) => compare(&letter(*c), other, budget),
        (other, Value::Choice(c, None)) => compare(other, &letter(*c), budget),
        _ => Different,
    }
}
