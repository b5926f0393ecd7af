//! Exact decisions about expressions. `Equal` and `Different` are proofs; what cannot be proved
//! within the budget is given up.
//!
//! An expression becomes a sum of products of powers of generators (`poly`, `field`): symbols, π,
//! primes under roots, exponentials, and sums in denominators or under roots. Where a difference
//! multiplies out to 0, or its algebraic coefficients are too small not to be 0 (`value`), two
//! expressions are equal. Where their values at some point lie in discs that do not meet (`eval`,
//! `disc`), they differ.

mod arithmetic;
mod compare;
mod disc;
mod disc_functions;
mod discrete;
mod equation;
mod eval;
mod exponential;
pub mod expr;
mod field;
mod fixed;
mod float;
mod fraction;
mod func;
mod integer;
mod logarithm;
mod multiple;
mod normal;
mod notation;
mod order;
mod point;
mod poly;
mod power;
mod radical;
mod rational;
mod real;
mod reduce;
mod show;
mod size;
mod unity;
mod value;
mod zero;

#[cfg(test)]
mod tests;

use crate::budget::{Budget, GaveUp};
use expr::{Expr, DOTS};
pub use order::{order, rational, within};
pub use show::show;

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
    closed(compare::equal(a, b, budget), a, b)
}

/// A decision, but for what is not worked out: that is compared as it stands, so that `Equal` is a
/// proof and `Different` none.
fn closed(decision: Decision, a: &Expr, b: &Expr) -> Decision {
    if decision == Decision::Different && (is_open(a) || is_open(b)) {
        return Decision::GaveUp(GaveUp("a series, a limit or an integral is not worked out"));
    }
    decision
}

/// Whether a = k·b for a number k: then a > 0 and b > 0 say the same where k is positive.
pub fn ratio(a: &Expr, b: &Expr, budget: &mut Budget) -> Ratio {
    match multiple::ratio(a, b, budget) {
        Ratio::None if is_open(a) || is_open(b) => Ratio::GaveUp(GaveUp("a series with dots")),
        ratio => ratio,
    }
}

/// Whether a = 0 and b = 0 say the same: their numerators, as polynomials without common factors
/// of their denominators, are multiples of each other by a number.
pub fn same_zeros(a: &Expr, b: &Expr, budget: &mut Budget) -> Decision {
    closed(equation::same_zeros(a, b, budget), a, b)
}

/// Whether an expression has a part that is not worked out: dots, a series, a limit, an integral,
/// a function by its name at a number.
pub fn is_open(a: &Expr) -> bool {
    match a {
        Expr::Number(_) | Expr::Constant(_) => false,
        Expr::Symbol(name) => name == DOTS,
        Expr::Unknown(name, items) => {
            name.starts_with('\\') || items.iter().all(is_constant) || items.iter().any(is_open)
        }
        Expr::Sum(items) | Expr::Product(items) | Expr::Call(_, items) => items.iter().any(is_open),
        Expr::Power(base, exponent) => is_open(base) || is_open(exponent),
        Expr::Root(_, inner) => is_open(inner),
    }
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
