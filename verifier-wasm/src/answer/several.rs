//! Comparing answers of several parts, in order and without.

use super::compare::{compare, Comparison};
use super::scalar::Scalar;
use super::value::Value;
use crate::algebra::expr::{Expr, DOTS};
use crate::budget::Budget;
use Comparison::{Different, Equal};

/// Equal when all are, different when one is.
pub fn all<'a>(
    pairs: impl Iterator<Item = (&'a Value, &'a Value)>,
    budget: &mut Budget,
) -> Comparison {
    let mut result = Equal;
    for (gold, answer) in pairs {
        match compare(gold, answer, budget) {
            Equal => {}
            Different => return Different,
            gave_up => result = gave_up,
        }
    }
    result
}

pub fn ordered(gold: &[Value], answer: &[Value], budget: &mut Budget) -> Comparison {
    if gold.len() != answer.len() {
        return Different;
    }
    all(gold.iter().zip(answer), budget)
}

/// Every item has an equal one on the other side; repetitions count once.
pub fn unordered(gold: &[Value], answer: &[Value], budget: &mut Budget) -> Comparison {
    match matched(gold, answer, budget) {
        Different if gold.iter().chain(answer).any(is_dots) => {
            Comparison::GaveUp("what the dots stand for is not known".into())
        }
        other => other,
    }
}

/// Whether an item is "and so on".
pub(super) fn is_dots(item: &Value) -> bool {
    matches!(item, Value::Scalar(Scalar { expr: Expr::Symbol(name), .. }) if name == DOTS)
}

fn matched(gold: &[Value], answer: &[Value], budget: &mut Budget) -> Comparison {
    let mut result = Equal;
    for (from, to, swapped) in [(gold, answer, false), (answer, gold, true)] {
        for item in from {
            let mut best = Different;
            for other in to {
                let (gold, answer) = if swapped { (other, item) } else { (item, other) };
                match compare(gold, answer, budget) {
                    Equal => {
                        best = Equal;
                        break;
                    }
                    Different => {}
                    gave_up => best = gave_up,
                }
            }
            match best {
                Equal => {}
                Different => return Different,
                gave_up => result = gave_up,
            }
        }
    }
    result
}
