//! Values that agree up to something: rounded ones, and remainders.

use super::clause::is_name;
use super::reader::Reader;
use super::scalar::Scalar;
use super::value::Value;
use crate::algebra::expr::{Expr, Function};
use crate::algebra::within;
use crate::budget::GaveUp;
use crate::language::brackets::split;
use crate::language::parser;
use crate::language::token::{shown, Token};

impl Reader<'_> {
    /// An exact value with its rounded one. A rounded value that is none is a contradiction.
    pub(super) fn approximate(&mut self, tokens: &[Token]) -> Result<Value, GaveUp> {
        let sides = split(tokens, |token| *token == Token::Command("approx"));
        let (Some(first), Some(last)) = (sides.first(), sides.last()) else {
            return self.single(tokens);
        };
        if first.is_empty() {
            return self.deeper(|reader| reader.equation(last));
        }
        let exact = self.deeper(|reader| reader.equation(first))?;
        if last.is_empty() {
            return Ok(exact);
        }
        let rounded = self.deeper(|reader| reader.equation(last))?;
        // "x ≈ 3" has a name in front.
        let left = parser::whole(first, true, self.budget);
        if is_name(first, left.as_ref()) {
            return Ok(Value::Named { name: shown(first), left, value: Box::new(rounded) });
        }
        let (inner, named) = match &exact {
            Value::Named { value, .. } => (value.as_ref(), true),
            other => (other, false),
        };
        if let (Value::Scalar(a), Value::Scalar(b)) = (inner, &rounded) {
            match self.rounds(a, b) {
                Some(true) => {
                    return Ok(Value::Approximate(Box::new(exact), Box::new(rounded)));
                }
                // As in a chain with a name, the exact value alone counts then.
                Some(false) if !named => return Ok(Value::Contradiction(shown(tokens))),
                _ => {}
            }
        }
        Ok(exact)
    }

    /// Whether a rounded value is within 1 % of the exact one; None where that is not known.
    pub(super) fn rounds(&mut self, exact: &Scalar, rounded: &Scalar) -> Option<bool> {
        let value = crate::algebra::rational(&rounded.expr, self.budget)?;
        let percent = num_rational::BigRational::new(1.into(), 100.into());
        let size = if value < num_traits::Zero::zero() { -value.clone() } else { value.clone() };
        if within(&exact.expr, &value, &(size * &percent), self.budget).ok()? {
            return Some(true);
        }
        let value = value * &percent;
        let size = if value < num_traits::Zero::zero() { -value.clone() } else { value.clone() };
        within(&exact.expr, &value, &(size * percent), self.budget).ok()
    }

    /// 17 \bmod 5
    pub(super) fn remainder(&mut self, tokens: &[Token]) -> Option<Value> {
        let sides = split(tokens, |token| *token == Token::Command("mod"));
        let [over, under] = sides[..] else { return None };
        let over = parser::whole(over, true, self.budget)?;
        let under = parser::whole(under, true, self.budget)?;
        Some(Value::Scalar(Scalar::plain(Expr::Call(Function::Mod, vec![over, under]))))
    }

    /// a ≡ b (mod m)
    pub(super) fn congruence(&mut self, tokens: &[Token]) -> Option<Value> {
        let at = tokens.iter().rposition(|token| *token == Token::Command("mod"))?;
        let (front, modulus) = (&tokens[..at], &tokens[at + 1..]);
        // "(\bmod 5)" leaves its parentheses on both sides.
        let (front, modulus) = match (front, modulus) {
            ([front @ .., Token::Sign('(')], [modulus @ .., Token::Sign(')')]) => (front, modulus),
            both => both,
        };
        let [left, right] = split(front, |token| *token == Token::Command("equiv"))[..] else {
            return None;
        };
        let mut read = |side: &[Token]| parser::whole(side, true, self.budget);
        let modulus = match modulus {
            [Token::Sign('{'), inner @ .., Token::Sign('}')] => inner,
            all => all,
        };
        Some(Value::Congruence(read(left)?, read(right)?, read(modulus)?))
    }
}
