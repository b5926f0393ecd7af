//! Exact decisions about expressions. `Equal` and `Different` are proofs; what cannot be proved
//! within the budget is given up.
//!
//! An expression becomes a sum of products of powers of generators (`poly`, `field`): symbols, π,
//! primes under roots, exponentials, and sums in denominators or under roots. Where a difference
//! multiplies out to 0, or its algebraic coefficients are too small not to be 0 (`value`), two
//! expressions are equal. Where their values at some point lie in discs that do not meet (`eval`,
//! `disc`), they differ.

mod compare;
mod disc;
mod discrete;
mod equation;
mod eval;
mod exponential;
pub mod expr;
mod field;
mod float;
mod fraction;
mod func;
mod integer;
mod logarithm;
mod multiple;
mod normal;
mod order;
mod point;
mod poly;
mod power;
mod radical;
mod rational;
mod real;
mod show;
mod size;
mod unity;
mod value;
mod zero;

#[cfg(test)]
mod tests;

use crate::budget::{Budget, GaveUp};
use expr::Expr;
use num_rational::BigRational;
use std::cmp::Ordering;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Equal,
    Different,
    GaveUp(GaveUp),
}

/// How one expression is a multiple of another by a number other than 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ratio {
    Positive,
    Negative,
    /// A number that is not real.
    Complex,
    /// Not a multiple.
    None,
    GaveUp(GaveUp),
}

/// Whether two expressions are the same function of their symbols wherever both are defined.
/// Symbols are real.
pub fn equal(a: &Expr, b: &Expr, budget: &mut Budget) -> Decision {
    compare::equal(a, b, budget)
}

/// Whether a = k·b for a number k: then a > 0 and b > 0 say the same where k is positive.
pub fn ratio(a: &Expr, b: &Expr, budget: &mut Budget) -> Ratio {
    multiple::ratio(a, b, budget)
}

/// Whether a = 0 and b = 0 say the same: their numerators, as polynomials without common factors
/// of their denominators, are multiples of each other by a number.
pub fn same_zeros(a: &Expr, b: &Expr, budget: &mut Budget) -> Decision {
    equation::same_zeros(a, b, budget)
}

/// The order of two real numbers; infinities are at the ends.
pub fn order(a: &Expr, b: &Expr, budget: &mut Budget) -> Result<Ordering, GaveUp> {
    order::order(a, b, budget)
}

/// The rational number that an expression comes to, None where it is none or that is not known.
pub fn rational(a: &Expr, budget: &mut Budget) -> Option<BigRational> {
    order::rational(a, budget)
}

/// Whether |a - b| <= tolerance, for real numbers: what comparing with a rounded decimal needs.
pub fn within(
    a: &Expr,
    b: &BigRational,
    tolerance: &BigRational,
    budget: &mut Budget,
) -> Result<bool, GaveUp> {
    order::within(a, b, tolerance, budget)
}

/// Whether an expression has symbols or unknown functions.
pub fn is_constant(a: &Expr) -> bool {
    match a {
        Expr::Number(_) | Expr::Constant(_) => true,
        Expr::Symbol(_) | Expr::Unknown(..) => false,
        Expr::Sum(items) | Expr::Product(items) | Expr::Call(_, items) => {
            items.iter().all(is_constant)
        }
        Expr::Power(base, exponent) => is_constant(base) && is_constant(exponent),
        Expr::Root(_, inner) => is_constant(inner),
    }
}

/// The normal form, as text for people; what has none is shown as it is.
pub fn show(a: &Expr, budget: &mut Budget) -> String {
    show::show(a, budget)
}
