//! Answers of several parts: between commas, semicolons, "and", "or".

use super::clause::labelled;
use super::domain::{is_domain, parameter};
use super::reader::Reader;
use super::region::{Piece, Region};
use super::scalar::Scalar;
use super::text::affirmed;
use super::unit::Unit;
use super::value::Value;
use crate::algebra::{equal, Decision};
use crate::budget::GaveUp;
use crate::language::brackets::split;
use crate::language::numeral;
use crate::language::token::Token;

/// Parts of a list; more stay text.
const PARTS: usize = 2000;

fn is_or(token: &Token) -> bool {
    matches!(token, Token::Word { letters, .. } if letters.eq_ignore_ascii_case("or"))
        || *token == Token::Command("lor")
}

fn is_and(token: &Token) -> bool {
    matches!(token, Token::Word { letters, .. } if letters.eq_ignore_ascii_case("and"))
        || *token == Token::Command("land")
}

impl Reader<'_> {
    pub(super) fn list(&mut self, tokens: &[Token]) -> Result<Value, GaveUp> {
        self.budget.spend(tokens.len() as u64)?;
        // 1/4 (or 0.25)
        if let ([.., Token::Sign(')')], Some(at)) =
            (tokens, tokens.windows(2).rposition(|pair| pair[0].is('(') && is_or(&pair[1])))
        {
            let unwrapped = [&tokens[..at], &tokens[at + 1..tokens.len() - 1]].concat();
            return self.flat(&unwrapped);
        }
        let tokens = affirmed(tokens).unwrap_or(tokens);
        if let Some(value) = self.compound(tokens).or_else(|| self.dimensions(tokens)) {
            return Ok(value);
        }
        let strong = |token: &Token| token.is(';') || is_or(token) || is_and(token);
        let outer: Vec<&[Token]> =
            split(tokens, strong).into_iter().filter(|part| !part.is_empty()).collect();
        let comma = |part: &&[Token]| -> usize {
            split(part, |token| token.is(',')).iter().filter(|part| !part.is_empty()).count()
        };
        // "p = 5, q = 2; p = 7, q = 2" are two points.
        let points = outer.len() > 1
            && outer.iter().map(comma).all(|count| count > 1 && count == comma(&outer[0]));
        if points {
            let mut items = Vec::new();
            for part in &outer {
                let Value::List { items: inner, .. } = self.commas(part)? else {
                    return Err(GaveUp("a list of lists"));
                };
                if !inner.iter().all(|item| matches!(item, Value::Named { .. })) {
                    return self.flat(tokens);
                }
                items.push(Value::Tuple { open: '(', close: ')', items: inner });
            }
            return Ok(Value::list(items));
        }
        self.flat(tokens)
    }

    fn flat(&mut self, tokens: &[Token]) -> Result<Value, GaveUp> {
        let apart = |token: &Token| token.is(',') || token.is(';') || is_or(token) || is_and(token);
        let parts: Vec<&[Token]> =
            split(tokens, apart).into_iter().filter(|part| !part.is_empty()).collect();
        if parts.len() > PARTS {
            return Err(GaveUp("a list has too many parts"));
        }
        if let [part] = parts.as_slice() {
            return self.equation(part);
        }
        let mut items = Vec::with_capacity(parts.len());
        for part in &parts {
            // "k ∈ ℤ" only says which k there are.
            if parts.len() > 1 && is_domain(part) {
                self.parameters.extend(parameter(part));
                continue;
            }
            match self.equation(part)? {
                Value::List { items: several, .. } => items.extend(several),
                item => items.push(item),
            }
        }
        let any = |is: fn(&Token) -> bool| split(tokens, is).len() > 1;
        // 1/4 or 0.25 says it twice.
        if let ([Value::Scalar(a), Value::Scalar(b)], true) = (items.as_slice(), any(is_or)) {
            let same = a.unit == b.unit && equal(&a.expr, &b.expr, self.budget) == Decision::Equal;
            if same {
                return Ok(items.swap_remove(0));
            }
        }
        if let Some(region) = self.together(&items, any(is_or), any(is_and)) {
            return Ok(region);
        }
        if items.len() == 1 {
            return Ok(items.remove(0));
        }
        Ok(Value::List { items, decimal: self.decimal_comma(tokens) })
    }

    pub(super) fn commas(&mut self, tokens: &[Token]) -> Result<Value, GaveUp> {
        let parts = split(tokens, |token| token.is(','));
        let items = parts.into_iter().filter(|part| !part.is_empty());
        let items = items.map(|part| self.equation(part)).collect::<Result<_, _>>()?;
        Ok(Value::list(items))
    }

    /// Inequalities for one variable: "or" unites the numbers that they allow, "and" intersects
    /// them, and so does a comma between x ≠ a and something else.
    fn together(&mut self, items: &[Value], or: bool, and: bool) -> Option<Value> {
        let mut all: Option<(crate::algebra::expr::Expr, Region)> = None;
        let mut excludes = false;
        let relations = items.iter().any(|item| matches!(item, Value::Relation(_)));
        for item in items {
            // a = 0 or a ≥ 4
            if let (Value::Named { left: Some(name), value, .. }, true) = (item, or && relations) {
                let Value::Scalar(Scalar { expr, unit: Unit::None, .. }) = value.as_ref() else {
                    return None;
                };
                let point = Region { pieces: vec![Piece::point(expr.clone())] };
                all = Some(match all {
                    None => (name.clone(), point),
                    Some((other, before)) if other == *name => (other, before.union(point)),
                    _ => return None,
                });
                continue;
            }
            let Value::Relation(relation) = item else {
                // x ≠ 1, 2
                let Value::Scalar(scalar) = item else { return None };
                let (variable, region) = all.take().filter(|_| excludes && !or)?;
                let without = Region::without(vec![scalar.expr.clone()], self.budget).ok()?;
                all = Some((variable, region.intersection(&without, self.budget).ok()?));
                continue;
            };
            excludes |= relation.orders.contains(&super::relation::Order::Not);
            let (variable, region) = relation.solved(self.budget)?;
            all = Some(match all {
                None => (variable, region),
                Some((name, before)) if name == variable => {
                    let common = before.intersection(&region, self.budget).ok()?;
                    let united = or && !and || !or && !excludes && common.pieces.is_empty();
                    (name, if united { before.union(region) } else { common })
                }
                _ => return None,
            });
        }
        let (variable, region) = all.filter(|_| items.len() > 1)?;
        let name = super::scalar::show(&variable);
        Some(Value::Named { name, left: Some(variable), value: Box::new(Value::Region(region)) })
    }

    /// What "1,22" means where the comma is a decimal point.
    fn decimal_comma(&mut self, tokens: &[Token]) -> Option<num_rational::BigRational> {
        let tokens = labelled(tokens).map_or(tokens, |(_, rest)| rest);
        let (negative, tokens) = match tokens {
            [Token::Sign('-'), rest @ ..] => (true, rest),
            all => (false, all),
        };
        let [Token::Number { digits: whole, .. }, Token::Sign(','), Token::Number { digits, .. }, ..] =
            tokens
        else {
            return None;
        };
        let plain = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
        let tail = &tokens[3..];
        let unit = super::unit::read(tail)?;
        if !plain(whole) || !plain(digits) || unit == super::unit::Unit::Percent {
            return None;
        }
        let value = numeral::read(&format!("{whole}.{digits}"), self.budget).ok()?;
        Some(if negative { -value } else { value })
    }
}
