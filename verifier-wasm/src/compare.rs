//! Whether two answers say the same.

use crate::budget::Budget;
use crate::number::Number;
use crate::unit::Unit;
use crate::value::Value;
use num_rational::BigRational;

/// `GaveUp` carries a reason for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    Different,
    GaveUp(String),
}

use Comparison::{Different, Equal};

pub fn compare(gold: &Value, answer: &Value, budget: &mut Budget) -> Comparison {
    if let Err(why) = budget.spend(100) {
        return Comparison::GaveUp(why.0.into());
    }
    match (gold, answer) {
        (Value::Text { key: a, .. }, Value::Text { key: b, .. }) if a == b => Equal,
        (Value::Contradiction(a), Value::Contradiction(b)) if a == b => Equal,
        // Nothing true follows from "41 = 42".
        (_, Value::Contradiction(_)) | (Value::Contradiction(_), _) => Different,
        (Value::Named { name: a, value: x }, Value::Named { name: b, value: y }) => {
            if a == b {
                compare(x, y, budget)
            } else {
                Different
            }
        }
        (Value::Named { value, .. }, other) => compare(value, other, budget),
        (other, Value::Named { value, .. }) => compare(other, value, budget),
        (Value::Text { key, why }, _) | (_, Value::Text { key, why }) => {
            let shown: String = key.chars().take(80).collect();
            Comparison::GaveUp(format!("cannot evaluate \"{shown}\": {}", why.0))
        }
        (Value::Quantity { number: x, unit: a }, Value::Quantity { number: y, unit: b }) => {
            quantities((x, a), (y, b), budget)
        }
        (
            Value::Group { open: '{', items: a, .. } | Value::List(a),
            Value::Group { open: '{', items: b, .. } | Value::List(b),
        ) => unordered(a, b, budget),
        (
            Value::Group { open: a, close: b, items: x },
            Value::Group { open: c, close: d, items: y },
        ) => {
            if (a, b) != (c, d) || x.len() != y.len() {
                return Different;
            }
            all(x.iter().zip(y), budget)
        }
        // An answer given twice, or in two forms, is still that answer; a list of guesses is not.
        (one @ Value::Quantity { .. }, Value::List(items)) => {
            all(items.iter().map(|item| (one, item)), budget)
        }
        (Value::List(items), one @ Value::Quantity { .. }) => {
            all(items.iter().map(|item| (item, one)), budget)
        }
        (Value::Quantity { .. }, Value::Group { .. }) => Different,
        (Value::Group { .. }, Value::Quantity { .. }) => Different,
        (Value::Group { .. }, Value::List(_)) | (Value::List(_), Value::Group { .. }) => {
            Comparison::GaveUp("an ordered tuple against a list without order".into())
        }
    }
}

/// Equal when all are, different when one is.
fn all<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>, budget: &mut Budget) -> Comparison {
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

/// Every item has an equal one on the other side; repetitions count once.
fn unordered(a: &[Value], b: &[Value], budget: &mut Budget) -> Comparison {
    let mut result = Equal;
    for (from, to, swapped) in [(a, b, false), (b, a, true)] {
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

fn quantities(gold: (&Number, &Unit), answer: (&Number, &Unit), budget: &mut Budget) -> Comparison {
    let same = |equal: bool| if equal { Equal } else { Different };
    match (gold.1, answer.1) {
        (a, b) if a == b => same(gold.0 == answer.0),
        (Unit::Percent, Unit::None) => {
            // 28 or 0.28 where the gold says 28%.
            same(gold.0 == answer.0 || hundredth(gold.0, budget).as_ref() == Some(answer.0))
        }
        (Unit::None, Unit::Percent) => same(hundredth(answer.0, budget).as_ref() == Some(gold.0)),
        (Unit::None, _) | (_, Unit::None) => same(gold.0 == answer.0),
        (a, b) => Comparison::GaveUp(format!("the units differ: \"{a}\" and \"{b}\"")),
    }
}

fn hundredth(number: &Number, budget: &mut Budget) -> Option<Number> {
    let percent = Number::rational(BigRational::new(1.into(), 100.into()));
    number.mul(&percent, budget).ok()
}
