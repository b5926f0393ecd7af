//! Quantities of several parts: 1 hour 30 minutes, 5 feet 6 inches, 10 ft × 18 ft.

use super::reader::Reader;
use super::scalar::{self, Scalar};
use super::unit::Unit;
use super::value::Value;
use crate::algebra::expr::Expr;
use crate::language::brackets::split;
use crate::language::token::Token;

/// Units of one quantity.
const PARTS: usize = 3;

impl Reader<'_> {
    /// 10 ft × 18 ft: the sides of something, in any order.
    pub(super) fn dimensions(&mut self, tokens: &[Token]) -> Option<Value> {
        let by = |token: &Token| {
            *token == Token::Command("times")
                || matches!(token, Token::Word { letters, .. } if letters == "x" || letters == "by")
        };
        let parts = split(tokens, by);
        if !(2..=PARTS).contains(&parts.len()) {
            return None;
        }
        let mut sides = Vec::new();
        for part in parts {
            let [Token::Number { .. }, Token::Word { letters, .. }] = part else { return None };
            let side = scalar::read(part, true, self.budget).ok()?;
            let known = matches!(side.unit, Unit::Named { measure: Some(_), .. });
            (known && letters.len() > 1).then_some(())?;
            sides.push(Value::Scalar(side));
        }
        Some(Value::list(sides))
    }

    /// The sum of what is measured in ever smaller units of one kind, in the first of them.
    pub(super) fn compound(&mut self, tokens: &[Token]) -> Option<Value> {
        let number = |token: &Token| matches!(token, Token::Number { .. });
        let starts: Vec<usize> = (0..tokens.len()).filter(|at| number(&tokens[*at])).collect();
        if !(2..=PARTS).contains(&starts.len()) || starts[0] != 0 {
            return None;
        }
        let mut parts: Vec<Scalar> = Vec::new();
        for (at, start) in starts.iter().enumerate() {
            let end = starts.get(at + 1).copied().unwrap_or(tokens.len());
            let part = match &tokens[*start..end] {
                [part @ .., last] if last.word().as_deref() == Some("and") => part,
                part => part,
            };
            let [_, Token::Word { .. }] = part else { return None };
            parts.push(scalar::read(part, true, self.budget).ok()?);
        }
        let measure = |part: &Scalar| match &part.unit {
            Unit::Named { measure: Some(measure), .. } if !measure.is_count() => {
                Some(measure.clone())
            }
            _ => None,
        };
        let measures = parts.iter().map(measure).collect::<Option<Vec<_>>>()?;
        let falls = |pair: &[super::measure::Measure]| {
            pair[0].powers == pair[1].powers && pair[0].factor > pair[1].factor
        };
        measures.windows(2).all(falls).then_some(())?;
        let terms = parts.iter().zip(&measures).map(|(part, measure)| {
            let factor = Expr::Number(&measure.factor / &measures[0].factor);
            Expr::Product(vec![factor, part.expr.clone()])
        });
        let expr = Expr::Sum(terms.collect());
        Some(Value::Scalar(Scalar { unit: parts[0].unit.clone(), ..Scalar::plain(expr) }))
    }
}
