//! General solutions: the k of x = kπ/2 may have any name.

use super::scalar::{holds, Scalar};
use super::value::Value;
use crate::algebra::expr::{Constant, Expr};

/// Names that stand for any whole number.
const PARAMETERS: &[&str] = &["k", "n", "m", "l", "K", "N"];

/// The answer with its parameter renamed to the gold answer's; None where there is none to rename.
pub fn with_parameter_of(gold: &Value, answer: &Value) -> Option<Value> {
    let (to, from) = (parameter(gold)?, parameter(answer)?);
    let clash = PARAMETERS.iter().filter(|name| mentions(answer, name)).count() > 1;
    (to != from && !clash).then(|| renamed(answer, from, to))
}

/// The one parameter that multiplies π.
fn parameter(value: &Value) -> Option<&'static str> {
    let mut found = PARAMETERS.iter().filter(|name| {
        let symbol = Expr::Symbol(name.to_string());
        let mut periodic = false;
        each(value, &mut |expr| periodic |= multiplies_pi(expr, &symbol));
        periodic
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

fn mentions(value: &Value, name: &str) -> bool {
    let symbol = Expr::Symbol(name.to_string());
    let mut found = false;
    each(value, &mut |expr| found |= holds(expr, &symbol));
    found
}

fn each(value: &Value, visit: &mut impl FnMut(&Expr)) {
    match value {
        Value::Scalar(scalar) => visit(&scalar.expr),
        Value::Tuple { items, .. } | Value::Set(items) | Value::List { items, .. } => {
            items.iter().for_each(|item| each(item, visit));
        }
        Value::Named { value, .. } => each(value, visit),
        _ => {}
    }
}

fn multiplies_pi(expr: &Expr, symbol: &Expr) -> bool {
    match expr {
        Expr::Product(items) => {
            let pi = items.iter().any(|item| holds(item, &Expr::Constant(Constant::Pi)));
            pi && items.iter().any(|item| holds(item, symbol))
        }
        Expr::Sum(items) => items.iter().any(|item| multiplies_pi(item, symbol)),
        _ => false,
    }
}

fn renamed(value: &Value, from: &str, to: &str) -> Value {
    let all = |items: &[Value]| items.iter().map(|item| renamed(item, from, to)).collect();
    match value {
        Value::Scalar(scalar) => Value::Scalar(Scalar {
            expr: rename(&scalar.expr, from, to),
            unit: scalar.unit.clone(),
            written: scalar.written.clone(),
        }),
        Value::Tuple { open, close, items } => {
            Value::Tuple { open: *open, close: *close, items: all(items) }
        }
        Value::Set(items) => Value::Set(all(items)),
        Value::List { items, .. } => Value::list(all(items)),
        Value::Named { name, left, value } => Value::Named {
            name: name.clone(),
            left: left.clone(),
            value: Box::new(renamed(value, from, to)),
        },
        other => other.clone(),
    }
}

fn rename(expr: &Expr, from: &str, to: &str) -> Expr {
    let all = |items: &[Expr]| items.iter().map(|item| rename(item, from, to)).collect();
    match expr {
        Expr::Symbol(name) if name == from => Expr::Symbol(to.into()),
        Expr::Sum(items) => Expr::Sum(all(items)),
        Expr::Product(items) => Expr::Product(all(items)),
        other => other.clone(),
    }
}
