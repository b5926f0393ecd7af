//! Inequalities: chains such as a < x <= b, and the numbers that they allow.

use super::region::{infinity, Region};
use super::scalar::{holds, show};
use crate::algebra::expr::{Expr, Function};
use crate::algebra::{equal, is_constant, order, ratio, Decision, Ratio};
use crate::budget::{Budget, GaveUp};
use std::cmp::Ordering;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Less,
    AtMost,
    Greater,
    AtLeast,
    Not,
}

use Order::{AtLeast, AtMost, Greater, Less, Not};

/// terms[0] orders[0] terms[1] orders[1] …
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    pub terms: Vec<Expr>,
    pub orders: Vec<Order>,
}

impl Order {
    pub fn named(name: &str) -> Option<Order> {
        Some(match name {
            "<" => Less,
            ">" => Greater,
            "leq" => AtMost,
            "geq" => AtLeast,
            "neq" => Not,
            _ => return None,
        })
    }

    fn flipped(self) -> Order {
        match self {
            Less => Greater,
            AtMost => AtLeast,
            Greater => Less,
            AtLeast => AtMost,
            Not => Not,
        }
    }
}

impl Relation {
    fn reversed(&self) -> Relation {
        Relation {
            terms: self.terms.iter().rev().cloned().collect(),
            orders: self.orders.iter().rev().map(|order| order.flipped()).collect(),
        }
    }

    /// With the smaller side first.
    fn ascending(&self) -> Relation {
        if matches!(self.orders.first(), Some(Greater | AtLeast)) {
            self.reversed()
        } else {
            self.clone()
        }
    }

    /// The variable and the numbers that it may be, for x < a, a < x < b, x ≠ a.
    pub fn solved(&self, budget: &mut Budget) -> Option<(Expr, Region)> {
        let chain = self.ascending();
        let is_variable = |expr: &&Expr| matches!(expr, Expr::Symbol(_) | Expr::Unknown(..));
        let apart = |x: &Expr, others: &[&Expr]| others.iter().all(|other| !holds(other, x));
        let closed = |order: Order| order == AtMost;
        if let ([a, b], [order @ (Less | AtMost)]) =
            (chain.terms.as_slice(), chain.orders.as_slice())
        {
            if let Some(found) = around(a, b, *order == AtMost, budget) {
                return Some(found);
            }
        }
        match (chain.terms.as_slice(), chain.orders.as_slice()) {
            ([x, a], [Not]) | ([a, x], [Not]) if is_variable(&x) && apart(x, &[a]) => {
                Some((x.clone(), Region::without(vec![a.clone()], budget).ok()?))
            }
            ([x, a], [order]) if is_variable(&x) && apart(x, &[a]) => {
                let low = infinity().neg();
                Some((x.clone(), Region::between(low, false, a.clone(), closed(*order))))
            }
            ([a, x], [order]) if is_variable(&x) && apart(x, &[a]) => {
                Some((x.clone(), Region::between(a.clone(), closed(*order), infinity(), false)))
            }
            ([a, x, b], [first @ (Less | AtMost), second @ (Less | AtMost)])
                if is_variable(&x) && apart(x, &[a, b]) =>
            {
                let region = Region::between(a.clone(), closed(*first), b.clone(), closed(*second));
                Some((x.clone(), region))
            }
            _ => None,
        }
    }

    pub fn same(&self, other: &Relation, budget: &mut Budget) -> Decision {
        let (a, b) = (self.ascending(), other.ascending());
        let mut pairs = vec![b.clone()];
        if b.orders.iter().all(|order| *order == Not) {
            pairs.push(b.reversed());
        }
        for b in &pairs {
            let alike = a.orders == b.orders
                && a.terms
                    .iter()
                    .zip(&b.terms)
                    .all(|(x, y)| equal(x, y, budget) == Decision::Equal);
            if alike {
                return Decision::Equal;
            }
        }
        if let (Some((x, first)), Some((y, second))) = (a.solved(budget), b.solved(budget)) {
            return match equal(&x, &y, budget) {
                Decision::Equal => first.same(&second, budget),
                other => other,
            };
        }
        // a < b and k·a < k·b say the same, where k > 0.
        if let ([a1, a2], [b1, b2], [first], [second]) =
            (a.terms.as_slice(), b.terms.as_slice(), a.orders.as_slice(), b.orders.as_slice())
        {
            let (left, right) = (a1.clone().minus(a2.clone()), b1.clone().minus(b2.clone()));
            return match ratio(&left, &right, budget) {
                Ratio::Positive if first == second => Decision::Equal,
                Ratio::Negative if *first == Not && first == second => Decision::Equal,
                Ratio::Negative | Ratio::Positive => Decision::Different,
                Ratio::GaveUp(why) => Decision::GaveUp(why),
                _ => Decision::GaveUp(GaveUp("inequalities that are no multiples")),
            };
        }
        Decision::GaveUp(GaveUp("inequalities of different forms"))
    }
}

/// |x - c| < r as an interval around c, and r < |x - c| as what lies outside of it, for r > 0.
fn around(a: &Expr, b: &Expr, closed: bool, budget: &mut Budget) -> Option<(Expr, Region)> {
    let (inner, size, inside) = match (a, b) {
        (Expr::Call(Function::Abs, inner), size) => (inner.first()?, size, true),
        (size, Expr::Call(Function::Abs, inner)) => (inner.first()?, size, false),
        _ => return None,
    };
    let (variable, centre) = match inner {
        Expr::Symbol(_) => (inner, Expr::integer(0)),
        Expr::Sum(terms) => match terms.as_slice() {
            [variable @ Expr::Symbol(_), rest] => (variable, rest.clone().neg()),
            [rest, variable @ Expr::Symbol(_)] => (variable, rest.clone().neg()),
            _ => return None,
        },
        _ => return None,
    };
    let known = is_constant(size) && is_constant(&centre);
    known.then_some(())?;
    (order(&Expr::integer(0), size, budget).ok()? == Ordering::Less).then_some(())?;
    let low = centre.clone().minus(size.clone());
    let high = Expr::Sum(vec![centre, size.clone()]);
    let region = if inside {
        Region::between(low, closed, high, closed)
    } else {
        let below = Region::between(infinity().neg(), false, low, closed);
        below.union(Region::between(high, closed, infinity(), false))
    };
    Some((variable.clone(), region))
}

impl std::fmt::Display for Relation {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, term) in self.terms.iter().enumerate() {
            if at > 0 {
                out.write_str(match self.orders[at - 1] {
                    Less => " < ",
                    AtMost => " ≤ ",
                    Greater => " > ",
                    AtLeast => " ≥ ",
                    Not => " ≠ ",
                })?;
            }
            out.write_str(&show(term))?;
        }
        Ok(())
    }
}
