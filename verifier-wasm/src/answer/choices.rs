//! Comparing lettered choices.

use super::compare::{compare, Comparison};
use super::scalar::Scalar;
use super::unit::Unit;
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
            // Beyond the letters of choices, n and N are two symbols.
            let same = if *c <= 'J' {
                name.eq_ignore_ascii_case(&c.to_string())
            } else {
                *name == c.to_string()
            };
            if same {
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

/// Whether a product of letters, AC, and a list say the same choices.
pub(super) fn names_choices(scalar: &Scalar, items: &[Value]) -> bool {
    let Expr::Product(factors) = &scalar.expr else { return false };
    let factors = factors.iter().map(|factor| match factor {
        Expr::Symbol(name) => name.chars().next().filter(|c| name.len() == 1 && *c <= 'J'),
        _ => None,
    });
    let letters = items.iter().map(|item| match item {
        Value::Choice(letter, None) => Some(*letter),
        _ => None,
    });
    let (factors, letters) =
        (factors.collect::<Option<Vec<_>>>(), letters.collect::<Option<Vec<_>>>());
    // In the order of the alphabet, as nobody need name a product's factors.
    let ordered = |letters: &Vec<char>| letters.windows(2).all(|pair| pair[0] < pair[1]);
    scalar.unit == Unit::None && factors.as_ref().is_some_and(ordered) && factors == letters
}
