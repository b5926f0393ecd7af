//! Inequalities: chains such as a < x <= b, and the numbers that they allow.

use super::region::{infinity, Region};
use super::scalar::{holds, show};
use crate::algebra::expr::Expr;
use crate::algebra::{equal, ratio, Decision, Ratio};
use crate::budget::{Budget, GaveUp};

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
