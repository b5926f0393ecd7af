//! Arithmetic as a tree, and what it comes to.

use crate::budget::{Budget, GaveUp};
use crate::decimal;
use crate::number::Number;

#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Number(String),
    Pi,
    Neg(Box<Expr>),
    Sum(Vec<Expr>),
    /// Each factor with whether it divides; the first never does.
    Product(Vec<(Expr, bool)>),
    Power(Box<Expr>, Box<Expr>),
    Root(u32, Box<Expr>),
}

impl Expr {
    pub fn evaluate(&self, budget: &mut Budget) -> Result<Number, GaveUp> {
        budget.spend(200)?;
        match self {
            Expr::Number(digits) => Ok(Number::rational(decimal::read(digits, budget)?)),
            Expr::Pi => Ok(Number::pi()),
            Expr::Neg(inner) => Ok(inner.evaluate(budget)?.neg()),
            Expr::Sum(terms) => {
                let mut sum = terms[0].evaluate(budget)?;
                for term in &terms[1..] {
                    sum = sum.add(term.evaluate(budget)?, budget)?;
                }
                Ok(sum)
            }
            Expr::Product(factors) => {
                let mut product = factors[0].0.evaluate(budget)?;
                for (factor, divides) in &factors[1..] {
                    let value = factor.evaluate(budget)?;
                    let value = if *divides { value.recip(budget)? } else { value };
                    product = product.mul(&value, budget)?;
                }
                Ok(product)
            }
            Expr::Power(base, exponent) => {
                base.evaluate(budget)?.pow(&exponent.evaluate(budget)?, budget)
            }
            Expr::Root(degree, inner) => inner.evaluate(budget)?.root(*degree, budget),
        }
    }
}
