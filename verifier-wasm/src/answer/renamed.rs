//! Answers that are the same but for the names of symbols, which may or may not be theirs to
//! choose: then they are not different for certain.

use super::compare::{compare, Comparison};
use super::symbols::{replaced, symbols};
use super::value::Value;
use crate::algebra::expr::Expr;
use crate::budget::Budget;

/// Symbols that only one answer has; more are not tried in every order.
const MOST: usize = 3;

/// Equal where constants of integration have other names, given up where other symbols do, None
/// where other names do not make the answers the same.
pub(super) fn renamed(gold: &Value, answer: &Value, budget: &mut Budget) -> Option<Comparison> {
    let bare = |value: &Value| match value {
        Value::Scalar(scalar) => matches!(scalar.expr, Expr::Symbol(_)),
        _ => false,
    };
    if bare(gold) || bare(answer) {
        return None;
    }
    let (of_gold, of_answer) = (symbols(gold), symbols(answer));
    let alone = |of: &[String], other: &[String]| -> Vec<String> {
        of.iter().filter(|name| !other.contains(name)).cloned().collect()
    };
    let (to, from) = (alone(&of_gold, &of_answer), alone(&of_answer, &of_gold));
    if to.len() != from.len() || !(1..=MOST).contains(&to.len()) {
        return None;
    }
    let mut best = Comparison::Different;
    for order in orders(to.len()) {
        let pairs = from.iter().zip(order.iter().map(|at| &to[*at]));
        let other = pairs.fold(answer.clone(), |value, (from, to)| {
            replaced(&value, &Expr::Symbol(from.clone()), &Expr::Symbol(to.clone()))
        });
        match compare(gold, &other, budget) {
            Comparison::Different => {}
            found => best = found,
        }
        if best == Comparison::Equal {
            break;
        }
    }
    let constants = to.iter().all(|name| is_constant(name, "Cc"))
        && from.iter().all(|name| is_constant(name, "ABCDKcdk"));
    match best {
        Comparison::Different => None,
        Comparison::Equal if constants => Some(best),
        // The a and b of f(x) = ax + b may be any; an expression by itself is about given symbols.
        _ if is_definition(gold) && is_definition(answer) => {
            Some(Comparison::GaveUp("the same but for the names of symbols".into()))
        }
        _ => None,
    }
}

/// Whether an answer says what something is, perhaps with conditions behind it.
fn is_definition(value: &Value) -> bool {
    match value {
        Value::Named { .. } => true,
        Value::List { items, .. } => items.first().is_some_and(is_definition),
        _ => false,
    }
}

/// C, C_1, c_2: one of these letters, perhaps with a number.
fn is_constant(name: &str, letters: &str) -> bool {
    let (letter, number) = name.split_once('_').unwrap_or((name, ""));
    letter.len() == 1 && letters.contains(letter) && number.bytes().all(|b| b.is_ascii_digit())
}

/// All orders of the numbers below `count`.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for next in 0..count {
        all = all
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |at| [&order[..at], &[next], &order[at..]].concat())
            })
            .collect();
    }
    all
}
