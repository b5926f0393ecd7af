//! Sums and products over a range, integrals and limits. A short range of whole numbers is
//! written out; everything else is an unknown function of its parts, equal to itself only.

use super::indexed::over;
use super::parser::Parser;
use super::token::{key, Token};
use crate::algebra::expr::{Constant, Expr};
use num_traits::ToPrimitive;

/// Terms that are written out.
const TERMS: i64 = 1000;

impl Parser<'_> {
    pub(super) fn series(&mut self, name: &'static str) -> Option<Expr> {
        let (mut below, mut above) = (&[] as &[Token], None);
        for _ in 0..2 {
            if self.sign('_') {
                let end = self.argument_end(self.at)?;
                below = &self.tokens[self.at..end];
                if below.len() > 2 && below[0].is('{') {
                    below = &below[1..below.len() - 1];
                }
                self.at = end;
            } else if self.sign('^') {
                let negative = self.sign('-');
                self.sign('+');
                let end = self.deeper(Self::argument)?;
                above = Some(if negative { end.neg() } else { end });
            }
        }
        let body = self.deeper(Self::product)?;
        let mut start = None;
        let mut named = key(below);
        if let [variable, Token::Sign('='), first @ ..] = below {
            named = key(std::slice::from_ref(variable));
            start = super::parser::whole(first, true, self.budget);
        }
        if let ("sum" | "prod", Some(start), Some(end)) = (name, &start, &above) {
            if let Some(terms) = self.written_out(&named, start, end, &body) {
                return Some(if name == "sum" { Expr::Sum(terms) } else { Expr::Product(terms) });
            }
        }
        if let ("sum" | "prod", Some(start), Some(end)) = (name, &start, &above) {
            if !(bounds_nothing(start) || bounds_nothing(end) || is_empty(start, end)) {
                if let Some(whole) = over(name, &named, start, end, &body) {
                    return Some(whole);
                }
            }
        }
        let mut parts = vec![Expr::Symbol(named.replace("+\\infty", "\\infty"))];
        parts.extend(start);
        parts.extend(above);
        parts.push(body);
        Some(Expr::Unknown(format!("\\{name}"), parts))
    }

    fn written_out(
        &mut self,
        name: &str,
        from: &Expr,
        to: &Expr,
        body: &Expr,
    ) -> Option<Vec<Expr>> {
        let whole = |expr: &Expr| match expr {
            Expr::Number(value) if value.is_integer() => value.to_integer().to_i64(),
            _ => None,
        };
        let (from, to) = (whole(from)?, whole(to)?);
        let count = to.checked_sub(from)?;
        if !(0..TERMS).contains(&count) {
            return None;
        }
        // The index i is no imaginary unit.
        let index =
            if name == "i" { Expr::Constant(Constant::I) } else { Expr::Symbol(name.into()) };
        self.budget.spend(size(body).saturating_mul(count as u64 + 1).saturating_mul(20)).ok()?;
        Some((from..=to).map(|at| body.replaced(&index, &Expr::integer(at))).collect())
    }
}

fn bounds_nothing(end: &Expr) -> bool {
    match end {
        Expr::Constant(Constant::Infinity) => true,
        Expr::Sum(items) | Expr::Product(items) => items.iter().any(bounds_nothing),
        _ => false,
    }
}

/// Whether a range of numbers ends before it starts.
fn is_empty(start: &Expr, end: &Expr) -> bool {
    matches!((start, end), (Expr::Number(start), Expr::Number(end)) if end < start)
}

/// How many nodes an expression has.
pub fn size(expr: &Expr) -> u64 {
    1 + match expr {
        Expr::Number(_) | Expr::Constant(_) | Expr::Symbol(_) => 0,
        Expr::Sum(items)
        | Expr::Product(items)
        | Expr::Call(_, items)
        | Expr::Unknown(_, items) => items.iter().map(size).sum(),
        Expr::Power(base, exponent) => size(base) + size(exponent),
        Expr::Root(_, inner) => size(inner),
    }
}
