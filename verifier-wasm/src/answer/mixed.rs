//! Comparing answers of different kinds that may say the same: a ratio and its quotient, one number
//! and a list, a point and its coordinates.

use super::compare::Comparison;
use super::scalar::{holds, Scalar, Written};
use super::scalars::scalars;
use super::several::{all, ordered, unordered};
use super::unit::Unit;
use super::value::Value;
use crate::algebra::expr::{Constant, Expr, Function};
use crate::algebra::{equal, Decision};
use crate::budget::Budget;
use Comparison::{Different, Equal};

/// Ratios are equal by their quotients; 12:00 and 1:00 are times.
pub(super) fn ratios(a: (&[Expr], &str), b: (&[Expr], &str), budget: &mut Budget) -> Comparison {
    let time = |text: &str| {
        text.split(':').nth(1).is_some_and(|part| part.len() == 2 && part.starts_with('0'))
    };
    if a.0.len() != b.0.len() {
        return Different;
    }
    if time(a.1) || time(b.1) {
        return if a.1.trim_start_matches('0') == b.1.trim_start_matches('0') {
            Equal
        } else {
            Different
        };
    }
    let (Some(first), Some(second)) = (a.0.first(), b.0.first()) else { return Different };
    for (x, y) in a.0.iter().zip(b.0).skip(1) {
        let left = Expr::Product(vec![first.clone(), y.clone()]);
        let right = Expr::Product(vec![second.clone(), x.clone()]);
        match equal(&left, &right, budget) {
            Decision::Equal => {}
            other => return other.into(),
        }
    }
    Equal
}

pub(super) fn quotient(
    terms: &[Expr],
    scalar: &Scalar,
    decide: impl FnOnce(&Scalar, &Scalar) -> Comparison,
) -> Comparison {
    match terms {
        [over, under] => {
            let value = Expr::Product(vec![over.clone(), under.clone().recip()]);
            decide(&Scalar::plain(value), scalar)
        }
        _ => Different,
    }
}

/// An answer given twice, or in two forms, is still that answer; a list of guesses is not.
pub(super) fn one_of_many(
    scalar: &Scalar,
    items: &[Value],
    decimal: Option<&num_rational::BigRational>,
    budget: &mut Budget,
) -> Comparison {
    if let (Some(decimal), Written::Decimal(_)) = (decimal, &scalar.written) {
        let value = Scalar::plain(Expr::Number(decimal.clone()));
        if scalars(scalar, &value, budget) == Equal {
            return Equal;
        }
    }
    if let Written::Grouped(groups) = &scalar.written {
        let numbers: Vec<Value> = groups
            .iter()
            .map(|group| Value::Scalar(Scalar::plain(Expr::integer((*group).into()))))
            .collect();
        return unordered(&numbers, items, budget);
    }
    let one = Value::Scalar(scalar.clone());
    all(items.iter().map(|item| (&one, item)), budget)
}

/// Whether one scalar may be read as a list, or a list as one number.
pub(super) fn several(scalar: &Scalar, decimal: bool) -> bool {
    matches!(scalar.written, Written::Grouped(_))
        || decimal && matches!(scalar.written, Written::Decimal(_))
}

/// A point with its brackets against its coordinates without, x = 1, y = 2 by their names.
pub(super) fn listed(a: &[Value], b: &[Value], budget: &mut Budget) -> Comparison {
    let direct = ordered(a, b, budget);
    if direct == Equal {
        return direct;
    }
    let sorted = |items: &[Value]| {
        let mut pairs = items
            .iter()
            .map(|item| match item {
                Value::Named { name, value, .. } => Some((name.clone(), value.as_ref().clone())),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()?;
        pairs.sort_by(|x, y| x.0.cmp(&y.0));
        Some(pairs.into_iter().map(|(_, value)| value).collect::<Vec<_>>())
    };
    match (sorted(a), sorted(b)) {
        (Some(a), None) => ordered(&a, b, budget),
        (None, Some(b)) => ordered(a, &b, budget),
        _ => Comparison::GaveUp("an ordered tuple against a list without order".into()),
    }
}

/// The entries of a matrix with one row or one column.
pub(super) fn vector(rows: &[Vec<Value>]) -> Option<Vec<Value>> {
    let column = rows.iter().all(|row| row.len() == 1);
    (column || rows.len() == 1).then(|| rows.iter().flatten().cloned().collect())
}

/// [[1, 2], [3, 4]] as a matrix.
pub(super) fn nested(items: &[Value]) -> Option<Value> {
    let rows = items.iter().map(|item| match item {
        Value::Tuple { open: '[', close: ']', items } => Some(items.clone()),
        _ => None,
    });
    rows.collect::<Option<Vec<_>>>().filter(|rows| !rows.is_empty()).map(Value::Matrix)
}

/// The floor of what alone is in brackets.
pub(super) fn floored(items: &[Value]) -> Option<Scalar> {
    match items {
        [Value::Scalar(Scalar { expr, unit: Unit::None, .. })] => {
            Some(Scalar::plain(Expr::Call(Function::Floor, vec![expr.clone()])))
        }
        _ => None,
    }
}

/// Whether 2i + 3j, with unit vectors, has these coordinates.
pub(super) fn is_vector(scalar: &Scalar, items: &[Value], budget: &mut Budget) -> bool {
    let named = |mark: &str| ["i", "j", "k"].map(|letter| Expr::Symbol(format!("{mark}{letter}")));
    let mut bold = named("");
    bold[0] = Expr::Constant(Constant::I);
    [bold, named("\\hat "), named("\\vec ")].iter().any(|units| {
        let terms = items.iter().zip(units).map(|(item, unit)| match item {
            Value::Scalar(part) => Some(Expr::Product(vec![part.expr.clone(), unit.clone()])),
            _ => None,
        });
        let found = units[1..].iter().any(|unit| holds(&scalar.expr, unit));
        let sum = terms.collect::<Option<Vec<_>>>().filter(|_| found && items.len() <= 3);
        sum.is_some_and(|sum| equal(&scalar.expr, &Expr::Sum(sum), budget) == Decision::Equal)
    })
}
