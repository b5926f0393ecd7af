//! The symbols of a value, and the value with other ones.

use super::relation::Relation;
use super::scalar::Scalar;
use super::value::Value;
use crate::algebra::expr::Expr;

/// Visits the expressions of a value, from left to right.
pub(super) fn each(value: &Value, visit: &mut dyn FnMut(&Expr)) {
    match value {
        Value::Scalar(scalar) => visit(&scalar.expr),
        Value::Tuple { items, .. } | Value::Set(items) | Value::List { items, .. } => {
            items.iter().for_each(|item| each(item, visit));
        }
        Value::Named { value, .. } => each(value, visit),
        Value::Relation(relation) => relation.terms.iter().for_each(visit),
        Value::Equation(left, right) => {
            visit(left);
            visit(right);
        }
        _ => {}
    }
}

/// Names that are told apart; nobody has so many.
const MOST: usize = 100;

/// The names of a value's symbols, each once, as they come.
pub(super) fn symbols(value: &Value) -> Vec<String> {
    let mut names = Vec::new();
    each(value, &mut |expr| collect(expr, &mut names));
    names
}

fn collect(expr: &Expr, names: &mut Vec<String>) {
    match expr {
        Expr::Symbol(name) if names.len() < MOST && !names.contains(name) => {
            names.push(name.clone());
        }
        Expr::Number(_) | Expr::Constant(_) | Expr::Symbol(_) => {}
        Expr::Sum(items)
        | Expr::Product(items)
        | Expr::Call(_, items)
        | Expr::Unknown(_, items) => {
            items.iter().for_each(|item| collect(item, names));
        }
        Expr::Power(base, exponent) => {
            collect(base, names);
            collect(exponent, names);
        }
        Expr::Root(_, inner) => collect(inner, names),
    }
}

/// The value with one expression in another's place.
pub(super) fn replaced(value: &Value, part: &Expr, by: &Expr) -> Value {
    replaced_by(value, &|expr| (expr == part).then(|| by.clone()))
}

/// The value with other parts of its expressions, where `map` gives some.
pub(super) fn replaced_by(value: &Value, map: &dyn Fn(&Expr) -> Option<Expr>) -> Value {
    let all = |items: &[Value]| items.iter().map(|item| replaced_by(item, map)).collect();
    match value {
        Value::Scalar(scalar) => {
            Value::Scalar(Scalar { expr: scalar.expr.mapped(map), ..scalar.clone() })
        }
        Value::Tuple { open, close, items } => {
            Value::Tuple { open: *open, close: *close, items: all(items) }
        }
        Value::Set(items) => Value::Set(all(items)),
        Value::List { items, .. } => Value::list(all(items)),
        Value::Relation(relation) => Value::Relation(Relation {
            terms: relation.terms.iter().map(|term| term.mapped(map)).collect(),
            orders: relation.orders.clone(),
        }),
        Value::Equation(left, right) => Value::Equation(left.mapped(map), right.mapped(map)),
        Value::Named { name, left, value } => Value::Named {
            name: name.clone(),
            left: left.as_ref().map(|left| left.mapped(map)),
            value: Box::new(replaced_by(value, map)),
        },
        other => other.clone(),
    }
}
