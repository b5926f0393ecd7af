//! Comparing what has an equals sign: names with their values, equations, congruences.

use super::compare::{compare, Comparison};
use super::scalar::holds;
use super::symbols::{replaced, symbols};
use super::value::Value;
use crate::algebra::expr::Expr;
use crate::algebra::{equal, is_constant, rational, same_zeros, Decision};
use crate::budget::Budget;
use Comparison::{Different, Equal};

pub(super) fn named(gold: &Value, answer: &Value, budget: &mut Budget) -> Comparison {
    let (Value::Named { name: a, left: x, value: p }, Value::Named { name: b, left: y, value: q }) =
        (gold, answer)
    else {
        return Different;
    };
    if a == b || x.is_some() && x == y {
        return compare(p, q, budget);
    }
    if let (Some(x), Some(y)) = (x, y) {
        if let Some(renamed) = of_variables(x, y, q) {
            return compare(p, &renamed, budget);
        }
    }
    if let (Some(x), Some(y), Value::Scalar(p), Value::Scalar(q)) = (x, y, p.as_ref(), q.as_ref()) {
        if is_constant(x) && is_constant(y) {
            return identities((x, &p.expr), (y, &q.expr), budget);
        }
    }
    if x.as_ref().is_some_and(is_constant) || y.as_ref().is_some_and(is_constant) {
        return compare(p, q, budget);
    }
    let (Some(x), Some(y)) = (x, y) else {
        // A ∩ B is not A ∪ B.
        let set = |name: &str| ["\\cup", "\\cap", "\\setminus"].iter().any(|of| name.contains(of));
        if other_letters(a, b) || set(a) || set(b) {
            return Comparison::GaveUp(format!("\"{a}\" and \"{b}\" are different names"));
        }
        // "h" and "not h" are values as well.
        let words = matches!((p.as_ref(), q.as_ref()), (Value::Text { .. } | Value::Choice(..), _));
        return if words {
            Comparison::GaveUp(format!("\"{a}\" and \"{b}\" are different names"))
        } else {
            compare(p, q, budget)
        };
    };
    // The roots x_1 and x_2 are both x.
    let root = |x: &Expr, y: &Expr| match (x, y) {
        (Expr::Symbol(x), Expr::Symbol(y)) => x
            .split_once('_')
            .is_some_and(|(stem, index)| stem == y && index.bytes().all(|b| b.is_ascii_digit())),
        _ => false,
    };
    if root(x, y) || root(y, x) {
        return compare(p, q, budget);
    }
    let called = |expr: &Expr| matches!(expr, Expr::Unknown(..));
    let usual = |expr: &Expr| matches!(expr, Expr::Symbol(name) if name == "y" || name == "z");
    if called(x) && usual(y) || usual(x) && called(y) {
        return compare(p, q, budget);
    }
    if [x, y].iter().any(|side| matches!(side, Expr::Call(..))) {
        return match (p.as_ref(), q.as_ref()) {
            (Value::Scalar(p), Value::Scalar(q)) => equations((x, &p.expr), (y, &q.expr), budget),
            _ => Comparison::GaveUp("an equation against what is none".into()),
        };
    }
    match (p.as_ref(), q.as_ref()) {
        (Value::Scalar(p), Value::Scalar(q)) if !is_constant(&p.expr) => {
            equations((x, &p.expr), (y, &q.expr), budget)
        }
        _ => Different,
    }
}

/// Whether two names are the same but for single letters: (x, y) and (y, x), "max at x" and "max at t".
fn other_letters(a: &str, b: &str) -> bool {
    let words = |name: &'_ str| -> Vec<String> {
        let parts = name.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
        parts.map(String::from).collect()
    };
    let (x, y) = (words(a), words(b));
    let letter = |word: &String| word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    let apart = |(x, y): (&String, &String)| x == y || letter(x) && letter(y);
    x.len() > 1 && x.len() == y.len() && x != y && x.iter().zip(&y).all(apart)
}

/// What a function is by the variable of another definition of it: with f(x) = x² goes f(t) = t²,
/// with a_n = 2n goes a_k = 2k.
fn of_variables(x: &Expr, y: &Expr, value: &Value) -> Option<Value> {
    let variable = |expr: &Expr| match expr {
        Expr::Unknown(name, items) => match items.as_slice() {
            [Expr::Symbol(variable)] => Some((name.clone(), variable.clone())),
            _ => None,
        },
        Expr::Symbol(name) => {
            let (name, index) = name.split_once('_')?;
            let letter = index.len() == 1 && index.starts_with(|c: char| c.is_ascii_lowercase());
            letter.then(|| (name.to_string(), index.to_string()))
        }
        _ => None,
    };
    let ((name, to), (other, from)) = (variable(x)?, variable(y)?);
    let names = symbols(value);
    let bound = names.contains(&from) && !names.contains(&to);
    (name == other && to != from && bound)
        .then(|| replaced(value, &Expr::Symbol(from), &Expr::Symbol(to)))
}

/// Whether a = b is left - value = 0 and no more: then nothing is left to solve.
pub(super) fn moved(left: &Expr, value: &Expr, (a, b): (&Expr, &Expr)) -> bool {
    let zero = |expr: &Expr| *expr == Expr::integer(0);
    let (sum, other) = if zero(b) { (a, b) } else { (b, a) };
    let Expr::Sum(terms) = sum else { return false };
    let [first, second] = terms.as_slice() else { return false };
    zero(other) && first == left && *second == value.clone().neg()
}

/// True equations between constants, such as \log_4(8) = 3/2: they say the same where they do with
/// functions that are not worked out.
pub(super) fn identities(a: (&Expr, &Expr), b: (&Expr, &Expr), budget: &mut Budget) -> Comparison {
    let difference = |pair: (&Expr, &Expr)| opaque(&pair.0.clone().minus(pair.1.clone()));
    let (a, b) = (difference(a), difference(b));
    if is_constant(&a) || is_constant(&b) {
        return Comparison::GaveUp("what is asked for is not clear from its equation".into());
    }
    same_zeros(&a, &b, budget).into()
}

fn opaque(expr: &Expr) -> Expr {
    let all = |items: &[Expr]| items.iter().map(opaque).collect();
    match expr {
        Expr::Call(function, items) => Expr::Unknown(format!("{function:?}"), items.clone()),
        Expr::Sum(items) => Expr::Sum(all(items)),
        Expr::Product(items) => Expr::Product(all(items)),
        Expr::Power(base, exponent) => Expr::Power(Box::new(opaque(base)), exponent.clone()),
        other => other.clone(),
    }
}

pub(super) fn equations(a: (&Expr, &Expr), b: (&Expr, &Expr), budget: &mut Budget) -> Comparison {
    let side = |pair: (&Expr, &Expr)| pair.0.clone().minus(pair.1.clone());
    let same = |x: &Expr, y: &Expr, budget: &mut Budget| equal(x, y, budget) == Decision::Equal;
    let sides = same(a.0, b.0, budget) && same(a.1, b.1, budget)
        || same(a.0, b.1, budget) && same(a.1, b.0, budget);
    if sides {
        return Equal;
    }
    match same_zeros(&side(a), &side(b), budget) {
        Decision::Different if apart(a, b) => {
            Comparison::GaveUp("equations in different variables".into())
        }
        other => other.into(),
    }
}

/// Whether two equations have no symbol in common, as one in polar coordinates and one in others.
fn apart(a: (&Expr, &Expr), b: (&Expr, &Expr)) -> bool {
    let symbols = |pair: (&Expr, &Expr)| {
        let mut symbols = Vec::new();
        collect(pair.0, &mut symbols);
        collect(pair.1, &mut symbols);
        symbols
    };
    let solved = |pair: (&Expr, &Expr)| {
        matches!(pair.0, Expr::Symbol(_) | Expr::Unknown(..)) && !holds(pair.1, pair.0)
    };
    if solved(a) && solved(b) {
        return false;
    }
    let (a, b) = (symbols(a), symbols(b));
    !a.is_empty() && !b.is_empty() && !a.iter().any(|symbol| b.contains(symbol))
}

/// Whether a = b says that its one other symbol is `value`: y + 1 = -(2x - 1)² and -4x² + 4x - 2.
pub(super) fn solved_for(a: &Expr, b: &Expr, value: &Expr, budget: &mut Budget) -> Comparison {
    let mut symbols = Vec::new();
    collect(a, &mut symbols);
    collect(b, &mut symbols);
    symbols.retain(|symbol| !holds(value, symbol));
    symbols.dedup();
    match symbols.as_slice() {
        [symbol, rest @ ..] if rest.iter().all(|other| other == symbol) => {
            equations((a, b), (symbol, value), budget)
        }
        _ => Comparison::GaveUp("an equation against an expression".into()),
    }
}

fn collect(expr: &Expr, symbols: &mut Vec<Expr>) {
    match expr {
        Expr::Symbol(_) | Expr::Unknown(..) => symbols.push(expr.clone()),
        Expr::Number(_) | Expr::Constant(_) => {}
        Expr::Sum(items) | Expr::Product(items) | Expr::Call(_, items) => {
            items.iter().for_each(|item| collect(item, symbols));
        }
        Expr::Power(base, exponent) => {
            collect(base, symbols);
            collect(exponent, symbols);
        }
        Expr::Root(_, inner) => collect(inner, symbols),
    }
}

pub(super) fn congruences(
    a: (&Expr, &Expr, &Expr),
    b: (&Expr, &Expr, &Expr),
    budget: &mut Budget,
) -> Comparison {
    for (x, y) in [(a.2, b.2), (a.0, b.0)] {
        match equal(x, y, budget) {
            Decision::Equal => {}
            other => return other.into(),
        }
    }
    let difference = a.1.clone().minus(b.1.clone());
    let steps = Expr::Product(vec![difference, a.2.clone().recip()]);
    match rational(&steps, budget) {
        Some(steps) if steps.is_integer() => Equal,
        Some(_) => Different,
        None => equal(a.1, b.1, budget).into(),
    }
}
