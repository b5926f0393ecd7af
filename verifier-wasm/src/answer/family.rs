//! General solutions: kπ/2 for all whole numbers k. The k may have any name, and start anywhere:
//! with π/4 + kπ goes 5π/4 + nπ.

use super::compare::{compare, Comparison};
use super::decide::Answer;
use super::scalar::{holds, Scalar};
use super::symbols::{each, replaced, symbols};
use super::value::Value;
use crate::algebra::expr::{Constant, Expr};
use crate::algebra::{equal, is_constant, rational, Decision};
use crate::budget::Budget;
use Comparison::{Different, Equal};

/// Names that stand for any whole number.
const USUAL: &[&str] = &["k", "n", "m", "l", "K", "N"];

/// A symbol that stands for every number of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    /// All whole numbers, not those from 0 or 1 on.
    pub integers: bool,
}

/// Compares two answers with one parameter each; None where one has none.
pub(super) fn families(gold: &Answer, answer: &Answer, budget: &mut Budget) -> Option<Comparison> {
    let (gold, answer) = (&solved(gold, answer), &solved(answer, gold));
    let (to, said) = parameter(gold, answer)?;
    let (from, said_too) = parameter(answer, gold)?;
    let symbol = Expr::Symbol(to.name.clone());
    let mut renamed = answer.value.clone();
    if to.name != from.name {
        if symbols(&answer.value).contains(&to.name) {
            return Some(Comparison::GaveUp("parameters of the same name".into()));
        }
        renamed = replaced(&renamed, &Expr::Symbol(from.name), &symbol);
        if compare(&gold.value, &renamed, budget) == Equal {
            return Some(Equal);
        }
    }
    let doubt = Comparison::GaveUp("what a parameter may be is not said".into());
    if !(to.integers && from.integers) {
        return Some(doubt);
    }
    match shifted(&gold.value, &renamed, &symbol, budget) {
        Equal if !(said || said_too) => Some(doubt),
        found => Some(found),
    }
}

/// The one parameter of an answer, and whether the answer says so: else it is one by its name
/// where it multiplies π, or where the other answer says what its own one is.
fn parameter(answer: &Answer, other: &Answer) -> Option<(Parameter, bool)> {
    let names = symbols(&answer.value);
    let said = |answer: &Answer| -> Vec<Parameter> {
        let names = symbols(&answer.value);
        let parameters = answer.parameters.iter();
        parameters.filter(|parameter| names.contains(&parameter.name)).cloned().collect()
    };
    match said(answer).as_slice() {
        [one] => return Some((one.clone(), true)),
        [] => {}
        _ => return None,
    }
    let told = said(other);
    let usual: Vec<&String> = names.iter().filter(|name| USUAL.contains(&name.as_str())).collect();
    let periodic: Vec<&&String> =
        usual.iter().filter(|name| multiplies_pi(&answer.value, name)).collect();
    match (periodic.as_slice(), usual.as_slice(), told.as_slice()) {
        ([name], ..) => Some((Parameter { name: name.to_string(), integers: true }, false)),
        ([], [name], [of]) => {
            Some((Parameter { name: name.to_string(), integers: of.integers }, false))
        }
        _ => None,
    }
}

fn multiplies_pi(value: &Value, name: &str) -> bool {
    fn found(expr: &Expr, symbol: &Expr) -> bool {
        match expr {
            Expr::Product(items) => {
                let pi = items.iter().any(|item| holds(item, &Expr::Constant(Constant::Pi)));
                pi && items.iter().any(|item| holds(item, symbol))
            }
            Expr::Sum(items) => items.iter().any(|item| found(item, symbol)),
            _ => false,
        }
    }
    let symbol = Expr::Symbol(name.into());
    let mut periodic = false;
    each(value, &mut |expr| periodic |= found(expr, &symbol));
    periodic
}

/// n ≡ r (mod m) as n = r + mk, where the other answer has a parameter.
fn solved(answer: &Answer, other: &Answer) -> Answer {
    let (Value::Congruence(left, rest, modulus), Value::Named { value, .. }) =
        (&answer.value, &other.value)
    else {
        return answer.clone();
    };
    let names = symbols(value);
    let said = other.parameters.iter().map(|parameter| &parameter.name);
    let Some(name) = said.chain(&names).find(|name| names.contains(name)) else {
        return answer.clone();
    };
    let times = Expr::Product(vec![modulus.clone(), Expr::Symbol(name.clone())]);
    let all = Scalar::plain(Expr::Sum(vec![rest.clone(), times]));
    Answer {
        value: Value::Named {
            name: super::scalar::show(left),
            left: Some(left.clone()),
            value: Box::new(Value::Scalar(all)),
        },
        parameters: vec![Parameter { name: name.clone(), integers: true }],
    }
}

/// Whether two values are the same sets as a symbol runs over the whole numbers.
fn shifted(gold: &Value, answer: &Value, symbol: &Expr, budget: &mut Budget) -> Comparison {
    let undecided = || Comparison::GaveUp("general solutions of different forms".into());
    if let (
        Value::Named { left: Some(x), value: p, .. },
        Value::Named { left: Some(y), value: q, .. },
    ) = (gold, answer)
    {
        return if x == y { shifted(p, q, symbol, budget) } else { undecided() };
    }
    match (gold, answer) {
        (Value::Named { value, .. }, other) => return shifted(value, other, symbol, budget),
        (other, Value::Named { value, .. }) => return shifted(other, value, symbol, budget),
        (Value::Set(items), other) if items.len() == 1 => {
            return shifted(&items[0], other, symbol, budget);
        }
        (other, Value::Set(items)) if items.len() == 1 => {
            return shifted(other, &items[0], symbol, budget);
        }
        (
            Value::List { items: a, .. } | Value::Set(a),
            Value::List { items: b, .. } | Value::Set(b),
        ) => {
            let mut pairs = |from: &[Value], to: &[Value]| {
                from.iter().all(|x| to.iter().any(|y| shifted(x, y, symbol, budget) == Equal))
            };
            return if pairs(a, b) && pairs(b, a) { Equal } else { undecided() };
        }
        _ => {}
    }
    let (Some(a), Some(b)) = (lines(gold, symbol, budget), lines(answer, symbol, budget)) else {
        return undecided();
    };
    match same_lines(&a, &b, budget) {
        Some(true) => Equal,
        Some(false) => Different,
        None => undecided(),
    }
}

/// A base and a step: base + step·k.
type Line = (Expr, Expr);

/// The parts of a value as lines; None where one is none. Brackets are parts too.
fn lines(value: &Value, symbol: &Expr, budget: &mut Budget) -> Option<Vec<Line>> {
    match value {
        Value::Scalar(scalar) => {
            let at = |k: i64| scalar.expr.replaced(symbol, &Expr::integer(k));
            let (base, step) = (at(0), at(1).minus(at(0)));
            let line = Expr::Product(vec![step.clone(), symbol.clone()]);
            let line = Expr::Sum(vec![base.clone(), line]);
            (equal(&scalar.expr, &line, budget) == Decision::Equal).then(|| vec![(base, step)])
        }
        Value::Tuple { open, close, items } => {
            let bracket =
                |c: &char| vec![(Expr::integer(i64::from(u32::from(*c))), Expr::integer(0))];
            let mut all = bracket(open);
            for item in items {
                all.extend(lines(item, symbol, budget)?);
            }
            all.extend(bracket(close));
            Some(all)
        }
        _ => None,
    }
}

/// Whether a + k·c and b + k·d take the same values, where k is the same in all parts: the steps
/// agree but for one sign, and the bases are a whole number of steps apart.
fn same_lines(a: &[Line], b: &[Line], budget: &mut Budget) -> Option<bool> {
    if a.len() != b.len() {
        return None;
    }
    let zero = Expr::integer(0);
    let mut moving = None;
    for (at, (_, step)) in b.iter().enumerate() {
        if equal(step, &zero, budget) == Decision::Different {
            moving = Some(at);
            break;
        }
    }
    let at = moving?;
    let quotient = |over: Expr, under: &Expr, budget: &mut Budget| {
        rational(&Expr::Product(vec![over, under.clone().recip()]), budget)
    };
    let steps = quotient(a[at].0.clone().minus(b[at].0.clone()), &b[at].1, budget);
    let scale = quotient(a[at].1.clone(), &b[at].1, budget);
    let one = num_rational::BigRational::from_integer(1.into());
    let (Some(steps), Some(scale)) = (steps, scale) else { return None };
    if !steps.is_integer() || scale != one && scale != -&one {
        let plain = a.iter().chain(b).all(|(x, y)| is_constant(x) && is_constant(y));
        return plain.then_some(false);
    }
    let times = |factor: &num_rational::BigRational, step: &Expr| {
        Expr::Product(vec![Expr::Number(factor.clone()), step.clone()])
    };
    for ((base, step), (other, unit)) in a.iter().zip(b) {
        let moved = Expr::Sum(vec![other.clone(), times(&steps, unit)]);
        for (x, y) in [(base, &moved), (step, &times(&scale, unit))] {
            match equal(x, y, budget) {
                Decision::Equal => {}
                Decision::Different => return Some(false),
                Decision::GaveUp(_) => return None,
            }
        }
    }
    Some(true)
}
