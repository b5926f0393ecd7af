//! Whether two answers say the same. Each pair of kinds that can has its rule; a pair without
//! one is different where the kinds exclude each other, and given up where they may not.

use super::region::Region;
use super::scalar::{holds, Scalar};
use super::scalars::scalars;
use super::several::{all, ordered, unordered};
use super::value::Value;
use crate::algebra::expr::{Constant, Expr};
use crate::algebra::{equal, is_constant, rational, same_zeros, Decision};
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
        (Value::Choice(..), _) | (_, Value::Choice(..)) => choices(gold, answer, budget),
        (Value::Named { .. }, Value::Named { .. }) => named(gold, answer, budget),
        (Value::Named { left, value, .. }, Value::Equation(a, b)) => match (left, value.as_ref()) {
            // An equation that is to be solved restates the question.
            (Some(left), Value::Scalar(scalar)) if !is_constant(&scalar.expr) => {
                equations((left, &scalar.expr), (a, b), budget)
            }
            (Some(left), Value::Scalar(scalar)) if moved(left, &scalar.expr, (a, b)) => Equal,
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
        (Value::Equation(a, b), Value::Scalar(scalar)) => solved_for(a, b, &scalar.expr, budget),
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
        (Value::Matrix(rows), Value::Tuple { items, .. }) => match vector(rows) {
            Some(entries) => ordered(&entries, items, budget),
            None => Different,
        },
        (Value::Tuple { items, .. }, Value::Matrix(rows)) => match vector(rows) {
            Some(entries) => ordered(items, &entries, budget),
            None => Different,
        },
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
                return Different;
            }
            unordered(a, b, budget)
        }
        (Value::Tuple { items: a, .. }, Value::List { items: b, .. })
        | (Value::List { items: a, .. }, Value::Tuple { items: b, .. }) => listed(a, b, budget),
        (Value::List { items, .. }, one) => all(items.iter().map(|item| (item, one)), budget),
        (one, Value::List { items, .. }) => all(items.iter().map(|item| (one, item)), budget),
        (Value::Set(items), one @ Value::Scalar(_)) if items.len() == 1 => {
            compare(&items[0], one, budget)
        }
        (one @ Value::Scalar(_), Value::Set(items)) if items.len() == 1 => {
            compare(one, &items[0], budget)
        }
        (Value::Time(a), Value::Time(b)) if a == b => Equal,
        (Value::Text { shown: a, .. }, Value::Text { shown: b, .. }) => {
            Comparison::GaveUp(format!("\"{}\" and \"{}\" are words", brief(a), brief(b)))
        }
        (Value::Text { shown, why, .. }, _) | (_, Value::Text { shown, why, .. }) => {
            Comparison::GaveUp(format!("cannot evaluate \"{}\": {}", brief(shown), why.0))
        }
        _ => Different,
    }
}

/// Whether one scalar may be read as a list, or a list as one number.
fn several(scalar: &Scalar, decimal: bool) -> bool {
    use super::scalar::Written;
    matches!(scalar.written, Written::Grouped(_))
        || decimal && matches!(scalar.written, Written::Decimal(_))
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

fn choices(gold: &Value, answer: &Value, budget: &mut Budget) -> Comparison {
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
            if name.eq_ignore_ascii_case(&c.to_string()) {
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

fn named(gold: &Value, answer: &Value, budget: &mut Budget) -> Comparison {
    let (Value::Named { name: a, left: x, value: p }, Value::Named { name: b, left: y, value: q }) =
        (gold, answer)
    else {
        return Different;
    };
    if a == b || x.is_some() && x == y {
        return compare(p, q, budget);
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
        // "h" and "not h" are values as well.
        let words = matches!((p.as_ref(), q.as_ref()), (Value::Text { .. } | Value::Choice(..), _));
        return if words {
            Comparison::GaveUp(format!("\"{a}\" and \"{b}\" are different names"))
        } else {
            compare(p, q, budget)
        };
    };
    let called = |expr: &Expr| matches!(expr, Expr::Unknown(..));
    let usual = |expr: &Expr| matches!(expr, Expr::Symbol(name) if name == "y" || name == "z");
    if called(x) && usual(y) || usual(x) && called(y) {
        return compare(p, q, budget);
    }
    match (p.as_ref(), q.as_ref()) {
        (Value::Scalar(p), Value::Scalar(q)) if !is_constant(&p.expr) => {
            equations((x, &p.expr), (y, &q.expr), budget)
        }
        _ => Different,
    }
}

/// Whether a = b is left - value = 0 and no more: then nothing is left to solve.
fn moved(left: &Expr, value: &Expr, (a, b): (&Expr, &Expr)) -> bool {
    let zero = |expr: &Expr| *expr == Expr::integer(0);
    let (sum, other) = if zero(b) { (a, b) } else { (b, a) };
    let Expr::Sum(terms) = sum else { return false };
    let [first, second] = terms.as_slice() else { return false };
    zero(other) && first == left && *second == value.clone().neg()
}

/// True equations between constants, such as \log_4(8) = 3/2: they say the same where they do with
/// functions that are not worked out.
fn identities(a: (&Expr, &Expr), b: (&Expr, &Expr), budget: &mut Budget) -> Comparison {
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

fn equations(a: (&Expr, &Expr), b: (&Expr, &Expr), budget: &mut Budget) -> Comparison {
    let side = |pair: (&Expr, &Expr)| pair.0.clone().minus(pair.1.clone());
    let same = |x: &Expr, y: &Expr, budget: &mut Budget| equal(x, y, budget) == Decision::Equal;
    let sides = same(a.0, b.0, budget) && same(a.1, b.1, budget)
        || same(a.0, b.1, budget) && same(a.1, b.0, budget);
    if sides {
        return Equal;
    }
    same_zeros(&side(a), &side(b), budget).into()
}

/// Whether a = b says that its one other symbol is `value`: y + 1 = -(2x - 1)² and -4x² + 4x - 2.
fn solved_for(a: &Expr, b: &Expr, value: &Expr, budget: &mut Budget) -> Comparison {
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

fn congruences(
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

/// Ratios are equal by their quotients; 12:00 and 1:00 are times.
fn ratios(a: (&[Expr], &str), b: (&[Expr], &str), budget: &mut Budget) -> Comparison {
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

fn quotient(
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
fn one_of_many(
    scalar: &Scalar,
    items: &[Value],
    decimal: Option<&num_rational::BigRational>,
    budget: &mut Budget,
) -> Comparison {
    use super::scalar::Written;
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

/// A point with its brackets against its coordinates without, x = 1, y = 2 by their names.
fn listed(a: &[Value], b: &[Value], budget: &mut Budget) -> Comparison {
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
fn vector(rows: &[Vec<Value>]) -> Option<Vec<Value>> {
    let column = rows.iter().all(|row| row.len() == 1);
    (column || rows.len() == 1).then(|| rows.iter().flatten().cloned().collect())
}
