//! What another convention would read: answers that are the same then are not different for
//! certain.

use super::compare::{compare, Comparison};
use super::symbols::replaced_by;
use super::value::Value;
use crate::algebra::expr::{Expr, Function};
use crate::budget::Budget;

/// Gives up where \log may be the natural logarithm, or bold letters vectors.
pub(super) fn other_convention(
    gold: &Value,
    answer: &Value,
    budget: &mut Budget,
) -> Option<Comparison> {
    let usual = |value: &Value| {
        replaced_by(value, &|expr| match expr {
            Expr::Call(Function::Log, items) if items.first() == Some(&Expr::integer(10)) => {
                Some(Expr::Call(Function::Ln, items[1..].to_vec()))
            }
            Expr::Symbol(name) => Some(Expr::Symbol(name.strip_prefix("\\vec ")?.to_string())),
            _ => None,
        })
    };
    let (a, b) = (usual(gold), usual(answer));
    let read = a != *gold || b != *answer;
    (read && compare(&a, &b, budget) == Comparison::Equal).then(|| {
        Comparison::GaveUp("the same by another convention for logarithms or vectors".into())
    })
}
