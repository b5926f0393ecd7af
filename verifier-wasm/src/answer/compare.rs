//! Whether two answers say the same. Each pair of kinds that can has its rule; a pair without
//! one is different where the kinds exclude each other, and given up where they may not.

use super::choices::{choices, names_choices};
use super::digits::{clock_time, NOON};
use super::equations::{congruences, equations, identities, moved, named, solved_for};
use super::labels::by_label;
use super::mixed::{
    floored, is_vector, listed, nested, one_of_many, quotient, ratios, several, vector,
};
use super::region::Region;
use super::scalar::Scalar;
use super::scalars::scalars;
use super::several::{all, is_dots, ordered, unordered};
use super::text::{is_subject, same_kind_of_number};
use super::value::Value;
use crate::algebra::expr::Expr;
use crate::algebra::{is_constant, rational, Decision};
use crate::budget::{Budget, GaveUp};

/// `GaveUp` carries a reason for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    Different,
    GaveUp(String),
}

use Comparison::{Different, Equal};

impl From<Decision> for Comparison {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Equal => Equal,
            Decision::Different => Different,
            Decision::GaveUp(why) => Comparison::GaveUp(why.0.into()),
        }
    }
}

impl From<GaveUp> for Comparison {
    fn from(why: GaveUp) -> Self {
        Comparison::GaveUp(why.0.into())
    }
}

pub fn compare(gold: &Value, answer: &Value, budget: &mut Budget) -> Comparison {
    if let Err(why) = budget.spend(100) {
        return why.into();
    }
    match (gold, answer) {
        (Value::Text { key: a, .. }, Value::Text { key: b, .. }) if a == b => Equal,
        (Value::Contradiction(a), Value::Contradiction(b)) if a == b => Equal,
        // Nothing true follows from "41 = 42".
        (_, Value::Contradiction(_)) | (Value::Contradiction(_), _) => Different,
        (Value::Approximate(exact, rounded), other) => {
            let first = compare(exact, other, budget);
            if first != Equal && is_decimal(other) {
                compare(rounded, other, budget)
            } else {
                first
            }
        }
        (other, Value::Approximate(exact, rounded)) => {
            let first = compare(other, exact, budget);
            if first != Equal && is_decimal(other) {
                compare(other, rounded, budget)
            } else {
                first
            }
        }
        (Value::Phrase(a, x), Value::Phrase(b, y)) if a == b => compare(x, y, budget),
        (Value::Phrase(words, _), _) | (_, Value::Phrase(words, _)) => {
            Comparison::GaveUp(format!("what \"{words}\" adds is not understood"))
        }
        // R without its blackboard
        (Value::Choice('R', None), other) | (other, Value::Choice('R', None))
            if Region::of(other) == Some(Region::reals()) =>
        {
            Equal
        }
        (Value::Choice(..), _) | (_, Value::Choice(..)) => choices(gold, answer, budget),
        (Value::Scalar(scalar), Value::List { items, .. } | Value::Set(items))
        | (Value::List { items, .. } | Value::Set(items), Value::Scalar(scalar))
            if names_choices(scalar, items) =>
        {
            Equal
        }
        (Value::Named { .. }, Value::Named { .. }) => named(gold, answer, budget),
        (Value::Named { left, value, .. }, Value::Equation(a, b)) => match (left, value.as_ref()) {
            // An equation that is to be solved restates the question.
            (Some(left), Value::Scalar(scalar)) if !is_constant(&scalar.expr) => {
                equations((left, &scalar.expr), (a, b), budget)
            }
            (Some(left), Value::Scalar(scalar)) if moved(left, &scalar.expr, (a, b)) => Equal,
            (Some(left @ Expr::Call(..)), Value::Scalar(scalar)) => {
                equations((left, &scalar.expr), (a, b), budget)
            }
            (Some(left), Value::Scalar(scalar)) if is_constant(left) => {
                identities((left, &scalar.expr), (a, b), budget)
            }
            _ => Comparison::GaveUp("an equation where a value is asked for".into()),
        },
        (Value::Equation(a, b), Value::Named { left, value, .. }) => match (left, value.as_ref()) {
            (Some(left), Value::Scalar(scalar)) => equations((a, b), (left, &scalar.expr), budget),
            _ => Comparison::GaveUp("an equation against what is none".into()),
        },
        (Value::Named { left, value, .. }, Value::Relation(relation)) => {
            match (relation.solved(budget), Region::of(value)) {
                (Some((variable, region)), Some(other)) => match left {
                    Some(left) if *left != variable => Different,
                    _ => other.same(&region, budget).into(),
                },
                _ => Comparison::GaveUp("an inequality against a value".into()),
            }
        }
        (Value::Relation(_), Value::Named { .. }) => compare(answer, gold, budget),
        (Value::Named { value, .. }, other) => compare(value, other, budget),
        (other, Value::Named { value, .. }) => compare(other, value, budget),
        (Value::Relation(a), Value::Relation(b)) => a.same(b, budget).into(),
        (Value::Relation(relation), other) | (other, Value::Relation(relation)) => {
            match (relation.solved(budget), Region::of(other)) {
                (Some((_, region)), Some(other)) => region.same(&other, budget).into(),
                _ => Comparison::GaveUp("an inequality against what is none".into()),
            }
        }
        (Value::Equation(a, b), Value::Equation(c, d)) => equations((a, b), (c, d), budget),
        // An equation that is to be solved for a number restates the question.
        (Value::Equation(a, b), Value::Scalar(scalar))
        | (Value::Scalar(scalar), Value::Equation(a, b)) => {
            if is_constant(&scalar.expr) {
                Comparison::GaveUp("an equation against a number".into())
            } else {
                solved_for(a, b, &scalar.expr, budget)
            }
        }
        (Value::Congruence(a, b, m), Value::Congruence(c, d, n)) => {
            congruences((a, b, m), (c, d, n), budget)
        }
        (Value::Ratio(a, x), Value::Ratio(b, y)) => ratios((a, x), (b, y), budget),
        (Value::Ratio(terms, _), Value::Scalar(scalar)) => {
            quotient(terms, scalar, |a, b| scalars(a, b, budget))
        }
        (Value::Scalar(scalar), Value::Ratio(terms, _)) => {
            quotient(terms, scalar, |a, b| scalars(b, a, budget))
        }
        (Value::Based(a, base), Value::Based(b, other)) => {
            if base == other && trimmed(a) == trimmed(b) {
                Equal
            } else {
                Different
            }
        }
        // The base goes without saying where the question asks for it.
        (Value::Based(digits, _), Value::Scalar(scalar)) => match rational(&scalar.expr, budget) {
            Some(value) if value.is_integer() && value.to_integer().to_string() == *digits => Equal,
            _ => Different,
        },
        (Value::Scalar(a), Value::Scalar(b)) => scalars(a, b, budget),
        (Value::Scalar(_), Value::List { items, .. })
        | (Value::List { items, .. }, Value::Scalar(_))
            if items.iter().any(is_dots) =>
        {
            Comparison::GaveUp("what the dots stand for is not known".into())
        }
        (Value::Scalar(scalar), Value::List { items, decimal }) => {
            one_of_many(scalar, items, decimal.as_ref(), budget)
        }
        (Value::List { items, decimal }, Value::Scalar(scalar)) => {
            match one_of_many(scalar, items, decimal.as_ref(), budget) {
                Equal if !several(scalar, decimal.is_some()) => {
                    Comparison::GaveUp("the gold answer says it more than once".into())
                }
                other => other,
            }
        }
        (Value::Matrix(a), Value::Matrix(b)) => {
            if a.len() != b.len() || a.iter().zip(b).any(|(x, y)| x.len() != y.len()) {
                return Different;
            }
            all(a.iter().flatten().zip(b.iter().flatten()), budget)
        }
        (Value::Matrix(rows), Value::Tuple { items, .. }) => match (vector(rows), nested(items)) {
            (_, Some(other)) => compare(gold, &other, budget),
            (Some(entries), None) => ordered(&entries, items, budget),
            (None, None) => Different,
        },
        (Value::Tuple { items, .. }, Value::Matrix(rows)) => match (vector(rows), nested(items)) {
            (_, Some(other)) => compare(&other, answer, budget),
            (Some(entries), None) => ordered(items, &entries, budget),
            (None, None) => Different,
        },
        // [x] may be ⌊x⌋.
        (Value::Tuple { open: '[', close: ']', items }, Value::Scalar(other)) => {
            match floored(items).map(|floor| scalars(&floor, other, budget)) {
                Some(Equal) => Equal,
                _ => Different,
            }
        }
        (Value::Scalar(other), Value::Tuple { open: '[', close: ']', items }) => {
            match floored(items).map(|floor| scalars(other, &floor, budget)) {
                Some(Equal) => Equal,
                _ => Different,
            }
        }
        (
            Value::Tuple { open: a, close: b, items: x },
            Value::Tuple { open: c, close: d, items: y },
        ) => {
            let round = |bracket: &char| match bracket {
                '<' => '(',
                '>' => ')',
                other => *other,
            };
            let interval = x.len() == 2 && (round(a), round(b)) != (round(c), round(d));
            if interval {
                Different
            } else {
                ordered(x, y, budget)
            }
        }
        (Value::Scalar(scalar), Value::Matrix(rows))
        | (Value::Matrix(rows), Value::Scalar(scalar))
            if vector(rows).is_some_and(|entries| is_vector(scalar, &entries, budget)) =>
        {
            Equal
        }
        // (-∞, 1) or (2, ∞)
        (Value::Region(a), Value::List { items, .. })
        | (Value::List { items, .. }, Value::Region(a)) => {
            let parts = items.iter().map(Region::of).collect::<Option<Vec<_>>>();
            match parts.and_then(|parts| parts.into_iter().reduce(Region::union)) {
                Some(b) => a.same(&b, budget).into(),
                None => Comparison::GaveUp("a set of numbers against what is none".into()),
            }
        }
        (Value::Region(a), other) | (other, Value::Region(a)) => match Region::of(other) {
            Some(b) => a.same(&b, budget).into(),
            None => Comparison::GaveUp("a set of numbers against what is none".into()),
        },
        (Value::Set(a), Value::Set(b)) => unordered(a, b, budget),
        (Value::Set(a), Value::List { items: b, .. }) => unordered(a, b, budget),
        (Value::List { items: a, .. }, Value::Set(b)) => unordered(a, b, budget),
        (Value::List { items: a, .. }, Value::List { items: b, .. }) => {
            // A gold list that repeats an item counts it.
            if a.len() > b.len() {
                let words = a.iter().any(|item| matches!(item, Value::Text { .. }));
                return match words {
                    true => Comparison::GaveUp("what its words ask for is not understood".into()),
                    false => Different,
                };
            }
            by_label(a, b, budget).unwrap_or_else(|| unordered(a, b, budget))
        }
        (Value::Tuple { items: a, .. }, Value::List { items: b, .. })
        | (Value::List { items: a, .. }, Value::Tuple { items: b, .. }) => listed(a, b, budget),
        (Value::Equation(..), Value::List { .. } | Value::Set(_))
        | (Value::List { .. } | Value::Set(_), Value::Equation(..)) => {
            Comparison::GaveUp("an equation against its solutions".into())
        }
        (Value::List { items, .. }, one) => all(items.iter().map(|item| (item, one)), budget),
        (one, Value::List { items, .. }) => all(items.iter().map(|item| (one, item)), budget),
        (Value::Set(items), one @ (Value::Scalar(_) | Value::Tuple { .. })) if items.len() == 1 => {
            compare(&items[0], one, budget)
        }
        (one @ (Value::Scalar(_) | Value::Tuple { .. }), Value::Set(items)) if items.len() == 1 => {
            compare(one, &items[0], budget)
        }
        (Value::Time(a), Value::Time(b)) if a == b => Equal,
        (Value::Time(time), Value::Ratio(_, clock))
        | (Value::Ratio(_, clock), Value::Time(time)) => match clock_time(clock) {
            Some(other) if other == *time => Equal,
            Some(other) if other % NOON == time % NOON && other < NOON => {
                Comparison::GaveUp("before or after noon is not said".into())
            }
            _ => Different,
        },
        (Value::Scalar(scalar), Value::Tuple { items, .. })
        | (Value::Tuple { items, .. }, Value::Scalar(scalar))
            if is_vector(scalar, items, budget) =>
        {
            Equal
        }
        (Value::Text { shown: a, .. }, Value::Text { shown: b, .. })
            if is_subject(b, a) || same_kind_of_number(a, b) =>
        {
            Equal
        }
        (Value::Text { shown: a, .. }, Value::Text { shown: b, .. }) => {
            Comparison::GaveUp(format!("\"{}\" and \"{}\" are words", brief(a), brief(b)))
        }
        (Value::Text { shown, why, .. }, _) | (_, Value::Text { shown, why, .. }) => {
            Comparison::GaveUp(format!("cannot evaluate \"{}\": {}", brief(shown), why.0))
        }
        _ => Different,
    }
}

fn brief(text: &str) -> String {
    text.chars().take(80).collect()
}

fn is_decimal(value: &Value) -> bool {
    use super::scalar::Written;
    matches!(value, Value::Scalar(Scalar { written: Written::Decimal(_), .. }))
}

fn trimmed(digits: &str) -> (bool, &str) {
    let positive = digits.trim_start_matches('-');
    (positive.len() < digits.len(), positive.trim_start_matches('0'))
}
