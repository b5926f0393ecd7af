//! Lists whose items have names: "Minimum: 1, Maximum: 3", "A: 20 yuan, B: 30 yuan", "40 lemon
//! candies, 60 hard candies". The names say which value is which.

use super::compare::Comparison;
use super::scalar::Scalar;
use super::scalars::scalars;
use super::several::{ordered, unordered};
use super::unit::Unit;
use super::value::Value;
use crate::budget::Budget;
use Comparison::{Different, Equal};

/// Items of a list whose names are looked at.
const MOST: usize = 50;

/// Compares two lists of which one has a name for each item; None where the names say nothing.
pub(super) fn by_label(
    gold: &[Value],
    answer: &[Value],
    budget: &mut Budget,
) -> Option<Comparison> {
    if gold.len().max(answer.len()) > MOST {
        return None;
    }
    if counted(gold, answer, budget) {
        return Some(Equal);
    }
    let (of_gold, of_answer) = (labels(gold), labels(answer));
    if let (Some(a), Some(b)) = (&of_gold, &of_answer) {
        let partner: Option<Vec<&Value>> = a
            .iter()
            .map(|label| Some(&answer[b.iter().position(|other| other == label)?]))
            .collect();
        if let Some(partner) = partner.filter(|_| a.len() == b.len()) {
            let pairs = gold.iter().zip(partner);
            return Some(super::several::all(pairs, budget));
        }
    }
    let none = |items: &[Value]| items.iter().all(|item| label(item).is_none());
    // Without common names the order says which is which; a gold list without any has no order.
    let names = of_gold.is_some() && (of_answer.is_some() || none(answer));
    if !names || gold.len() != answer.len() {
        return None;
    }
    Some(match ordered(gold, answer, budget) {
        Different if unordered(gold, answer, budget) != Different => {
            Comparison::GaveUp("the same values for other names".into())
        }
        other => other,
    })
}

fn label(item: &Value) -> Option<String> {
    match item {
        Value::Named { name, .. } => Some(name.to_lowercase()),
        Value::Choice(letter, Some(_)) => Some(letter.to_lowercase().to_string()),
        _ => None,
    }
}

/// The labels of all items, where they differ and are more than numbers: x_1 and x_2 are roots,
/// whose order says nothing.
fn labels(items: &[Value]) -> Option<Vec<String>> {
    let labels = items.iter().map(label).collect::<Option<Vec<_>>>()?;
    let stem = |label: &str| {
        let end = label.find(|c: char| c == '_' || c.is_ascii_digit()).unwrap_or(label.len());
        label[..end].to_string()
    };
    let distinct = |at: usize| !labels[..at].contains(&labels[at]);
    let roots = labels.iter().all(|label| stem(label) == stem(&labels[0]));
    (labels.len() > 1 && !roots && (0..labels.len()).all(distinct)).then_some(labels)
}

/// Whether two lists count the same things in the same order, some by another name: the numbers
/// agree, and so does the noun; one name is the same, and the others occur in one list only.
fn counted(gold: &[Value], answer: &[Value], budget: &mut Budget) -> bool {
    let things = |items: &'_ [Value]| items.iter().map(thing).collect::<Option<Vec<_>>>();
    let (Some(a), Some(b)) = (things(gold), things(answer)) else { return false };
    if a.len() != b.len() || a.len() < 2 || !a.iter().zip(&b).any(|(x, y)| x.1 == y.1) {
        return false;
    }
    let elsewhere = |name: &[String], names: &[(Scalar, Vec<String>)]| {
        names.iter().any(|(_, other)| other == name)
    };
    a.iter().zip(&b).all(|((number, name), (other, renamed))| {
        let known = name == renamed
            || name.len() > 1
                && renamed.len() > 1
                && name.last() == renamed.last()
                && !elsewhere(name, &b)
                && !elsewhere(renamed, &a);
        known && scalars(number, other, budget) == Equal
    })
}

/// A number and the words of what it counts.
fn thing(item: &Value) -> Option<(Scalar, Vec<String>)> {
    match item {
        Value::Scalar(scalar) => match &scalar.unit {
            Unit::Named { shown, measure: None, .. } => {
                let words = shown.to_lowercase();
                Some((
                    Scalar { unit: Unit::None, ..scalar.clone() },
                    words.split_whitespace().map(String::from).collect(),
                ))
            }
            _ => None,
        },
        _ => None,
    }
}
