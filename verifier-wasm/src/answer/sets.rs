//! Sets: in braces, by a condition, and their unions, intersections and differences.

use super::domain::parameter;
use super::reader::Reader;
use super::region::Region;
use super::scalar::Scalar;
use super::text::text;
use super::value::Value;
use crate::algebra::expr::Expr;
use crate::budget::GaveUp;
use crate::language::brackets::{nesting, outside, split};
use crate::language::parser;
use crate::language::token::{key, Token};

impl Reader<'_> {
    /// {1, 2}, {x | x < 1}
    pub(super) fn braced(&mut self, inner: &[Token]) -> Result<Value, GaveUp> {
        if inner.is_empty() {
            return Ok(Value::Set(Vec::new()));
        }
        let bar = |token: &Token| matches!(token, Token::Sign('|' | ':') | Token::Command("mid"));
        if let [before, condition] = split(inner, bar)[..] {
            let relation = outside(condition, |token| {
                token.is('=')
                    || matches!(token, Token::Command("in" | "<" | ">" | "leq" | "geq" | "neq"))
            });
            if relation && !before.is_empty() {
                let said = condition;
                let condition = self.list(condition)?;
                let variable = split(before, |token| *token == Token::Command("in"));
                let name = variable.first().map_or(String::new(), |name| key(name));
                // {2k | k ∈ ℤ}
                let image = parser::whole(before, true, self.budget);
                if let Some(image @ (Expr::Sum(_) | Expr::Product(_) | Expr::Power(..))) = image {
                    let image = Value::Scalar(Scalar::plain(image));
                    return Ok(match parameter(said) {
                        Some(parameter) => {
                            self.parameters.push(parameter);
                            Value::Set(vec![image])
                        }
                        None => {
                            Value::Tuple { open: '{', close: '}', items: vec![image, condition] }
                        }
                    });
                }
                return Ok(match condition {
                    Value::Named { left: Some(_), .. } | Value::Relation(_) => condition,
                    condition => {
                        let items = vec![text(before, GaveUp("it is a name")), condition];
                        Value::Tuple { open: '{', close: '}', items: named(name, items) }
                    }
                });
            }
        }
        let apart = |token: &Token| token.is(',') || token.is(';');
        let mut items = Vec::new();
        for part in split(inner, apart).into_iter().filter(|part| !part.is_empty()) {
            match self.list(part)? {
                Value::List { items: several, .. } => items.extend(several),
                item => items.push(item),
            }
        }
        Ok(Value::Set(items))
    }

    /// A ∪ B ∩ C ∖ D, from left to right.
    pub(super) fn union(&mut self, tokens: &[Token]) -> Option<Value> {
        let sets = |token: &Token| matches!(token, Token::Command("cup" | "cap" | "setminus"));
        let mut operators = Vec::new();
        let mut depth = 0;
        for token in tokens {
            depth += nesting(token);
            if let (Token::Command(name @ ("cup" | "cap" | "setminus")), 0) = (token, depth) {
                operators.push(*name);
            }
        }
        let mut total: Option<Region> = None;
        let mut operator = "cup";
        let parts = split(tokens, sets);
        for (at, part) in parts.iter().enumerate() {
            let next = operators.get(at).copied().unwrap_or("cup");
            // "∪ ," stands in some golds.
            let part = part.strip_prefix(&[Token::Sign(',')]).unwrap_or(part);
            if part.is_empty() {
                return None;
            }
            let value = self.deeper(|reader| reader.equation(part)).ok()?;
            let value = match value {
                Value::Named { value, .. } => *value,
                value => value,
            };
            let region = match &value {
                Value::Relation(relation) => relation.solved(self.budget)?.1,
                value => Region::of(value)?,
            };
            total = Some(match (total, operator) {
                (None, _) => region,
                (Some(before), "cup") => before.union(region),
                (Some(before), "cap") => before.intersection(&region, self.budget).ok()?,
                (Some(before), _) => {
                    let mut points = Vec::new();
                    for piece in region.pieces {
                        (piece.low == piece.high).then_some(())?;
                        points.push(piece.low);
                    }
                    let others = Region::without(points, self.budget).ok()?;
                    before.intersection(&others, self.budget).ok()?
                }
            });
            operator = next;
        }
        total.map(Value::Region)
    }

    /// A union over an index: the set with its range as its name.
    pub(super) fn family(&mut self, tokens: &[Token]) -> Result<Value, GaveUp> {
        let mut at = 1;
        while matches!(tokens.get(at), Some(Token::Sign('_' | '^'))) {
            let mut depth = 0;
            at += 1;
            while let Some(token) = tokens.get(at) {
                depth += nesting(token);
                at += 1;
                if depth == 0 && !token.is('-') && !token.is('+') {
                    break;
                }
            }
        }
        let (range, set) = tokens.split_at(at.min(tokens.len()));
        if set.is_empty() {
            return Ok(text(tokens, GaveUp("a union over nothing")));
        }
        let value = Box::new(self.deeper(|reader| reader.single(set))?);
        let name = key(range).replace("+\\infty", "\\infty");
        Ok(Value::Named { name, left: None, value })
    }
}

fn named(name: String, mut items: Vec<Value>) -> Vec<Value> {
    if let Some(Value::Text { key, .. }) = items.first_mut() {
        *key = name;
    }
    items
}
