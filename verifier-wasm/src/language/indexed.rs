//! Sums and products over an index: x_1 + x_2 + ⋯ + x_n and \sum_{i=1}^n x_i are one expression,
//! whatever the index is called, with what does not depend on it in front.

use crate::algebra::expr::{Constant, Expr, DOTS};

/// What an index is renamed to: the first of these that its terms do not hold.
const NAMES: [&str; 8] = ["k", "j", "l", "m", "p", "q", "r", "s"];

/// What items with dots between them come to: ["a_1", "a_2", "…", "a_n"], as a "sum" or a "prod".
/// None where the items follow no pattern of their indices.
pub(super) fn dotted(name: &str, items: &[Expr]) -> Option<Vec<Expr>> {
    let is_dots = |item: &Expr| matches!(item, Expr::Symbol(name) if name == DOTS);
    let dots = items.iter().position(is_dots)?;
    let last = items.get(dots + 1)?;
    for start in [1usize, 0] {
        let index = start.to_string();
        let first = (0..dots.saturating_sub(1)).find(|first| {
            let goes_on = |(by, item): (usize, &Expr)| {
                with_index(&items[*first], &index, &(start + by).to_string()) == *item
            };
            mentions(&items[*first], &index) && items[*first..dots].iter().enumerate().all(goes_on)
        });
        let Some(first) = first else { continue };
        let term = &items[first];
        let mut ends = Vec::new();
        subscripts(last, &mut ends);
        let end = ends.into_iter().find(|end| with_index(term, &index, end) == *last)?;
        let upper = match end.parse::<i64>() {
            Ok(number) => Expr::integer(number),
            Err(_) => Expr::Symbol(end),
        };
        let marked = with_index(term, &index, DOTS);
        let whole = over(name, DOTS, &Expr::integer(start as i64), &upper, &marked)?;
        let rest = items[..first].iter().chain(&items[dots + 2..]);
        return Some(rest.cloned().chain([whole]).collect());
    }
    None
}

/// A finite sum or product, with its index renamed and what is free of it in front. None where the
/// index stands in a subscript with more: a_{i+1}.
pub(super) fn over(name: &str, index: &str, from: &Expr, to: &Expr, term: &Expr) -> Option<Expr> {
    let mut names = Vec::new();
    subscripts(term, &mut names);
    let mixed = |name: &String| name != index && name.contains(index);
    if names.iter().any(mixed) {
        return None;
    }
    let other = NAMES.iter().find(|new| **new == index || !mentions(term, new))?;
    Some(spread(name, other, from, to, &with_index(term, index, other)))
}

fn spread(name: &str, index: &str, from: &Expr, to: &Expr, term: &Expr) -> Expr {
    let part = |term: &Expr| spread(name, index, from, to, term);
    let is_sum = name == "sum";
    let free = |expr: &Expr| !mentions(expr, index);
    if free(term) {
        let count = Expr::Sum(vec![to.clone(), from.clone().neg(), Expr::integer(1)]);
        return match is_sum {
            true => Expr::Product(vec![term.clone(), count]),
            false => Expr::Power(Box::new(term.clone()), Box::new(count)),
        };
    }
    match term {
        Expr::Sum(items) if is_sum => return Expr::Sum(items.iter().map(part).collect()),
        Expr::Sum(items) => {
            if let Some((sum, under)) = common(items, &free) {
                return Expr::Product(vec![part(&sum), part(&under).recip()]);
            }
        }
        Expr::Product(items) if !is_sum => {
            return Expr::Product(items.iter().map(part).collect());
        }
        Expr::Product(items) => {
            let (mut front, inside): (Vec<Expr>, Vec<Expr>) =
                items.iter().cloned().partition(&free);
            if !front.is_empty() {
                let inside = match inside.as_slice() {
                    [one] => one.clone(),
                    _ => Expr::Product(inside),
                };
                front.push(part(&inside));
                return Expr::Product(front);
            }
        }
        Expr::Power(base, exponent) if !is_sum && free(exponent) => {
            return Expr::Power(Box::new(part(base)), exponent.clone());
        }
        _ => {}
    }
    let parts = vec![Expr::Symbol(index.into()), from.clone(), to.clone(), term.clone()];
    Expr::Unknown(format!("\\{name}"), parts)
}

/// 1 - a/v as (v - a)/v, for a v that is free of the index.
fn common(items: &[Expr], free: &dyn Fn(&Expr) -> bool) -> Option<(Expr, Expr)> {
    let under = items.iter().find_map(|item| denominator(item, free))?;
    let times = |item: &Expr| {
        without(item, &under).unwrap_or_else(|| Expr::Product(vec![item.clone(), under.clone()]))
    };
    Some((Expr::Sum(items.iter().map(times).collect()), under))
}

fn denominator(item: &Expr, free: &dyn Fn(&Expr) -> bool) -> Option<Expr> {
    match item {
        Expr::Power(base, exponent) if **exponent == Expr::integer(-1) && free(base) => {
            Some(base.as_ref().clone())
        }
        Expr::Product(items) => items.iter().find_map(|item| denominator(item, free)),
        _ => None,
    }
}

/// A product without one factor 1/under.
fn without(item: &Expr, under: &Expr) -> Option<Expr> {
    if *item == under.clone().recip() {
        return Some(Expr::integer(1));
    }
    let Expr::Product(items) = item else { return None };
    let (at, rest) =
        items.iter().enumerate().find_map(|(at, item)| Some((at, without(item, under)?)))?;
    let mut items = items.clone();
    items[at] = rest;
    Some(Expr::Product(items))
}

/// Whether a symbol or a subscript is this.
fn mentions(expr: &Expr, index: &str) -> bool {
    let mut names = Vec::new();
    subscripts(expr, &mut names);
    names.iter().any(|name| name == index)
}

/// The names of an expression's symbols, and their subscripts.
fn subscripts(expr: &Expr, names: &mut Vec<String>) {
    match expr {
        Expr::Symbol(name) => match name.split_once('_') {
            Some((_, subscript)) => names.push(subscript.into()),
            None => names.push(name.clone()),
        },
        Expr::Constant(Constant::I) => names.push("i".into()),
        Expr::Number(_) | Expr::Constant(_) => {}
        Expr::Sum(items)
        | Expr::Product(items)
        | Expr::Call(_, items)
        | Expr::Unknown(_, items) => {
            items.iter().for_each(|item| subscripts(item, names));
        }
        Expr::Power(base, exponent) => {
            subscripts(base, names);
            subscripts(exponent, names);
        }
        Expr::Root(_, inner) => subscripts(inner, names),
    }
}

/// An expression with another index, as a symbol and as a subscript. The index i is no imaginary
/// unit.
fn with_index(expr: &Expr, from: &str, to: &str) -> Expr {
    expr.mapped(&|part| match part {
        Expr::Symbol(name) if name == from => Some(Expr::Symbol(to.into())),
        Expr::Constant(Constant::I) if from == "i" => Some(Expr::Symbol(to.into())),
        Expr::Symbol(name) => {
            let (stem, subscript) = name.split_once('_')?;
            (subscript == from).then(|| Expr::Symbol(format!("{stem}_{to}")))
        }
        _ => None,
    })
}
