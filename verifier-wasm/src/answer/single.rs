//! A value by itself: brackets, sets, matrices, bases, ratios, choices, quantities, words.

use super::digits::{based, time};
use super::reader::Reader;
use super::region::Region;
use super::scalar;
use super::text::{choice, is_words, text};
use super::value::Value;
use crate::algebra::expr::Expr;
use crate::budget::GaveUp;
use crate::language::brackets::{enclosing, outside, split};
use crate::language::parser;
use crate::language::token::{key, Token};

/// Whole numbers as words.
const NUMBERS: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
];

impl Reader<'_> {
    pub(super) fn single(&mut self, tokens: &[Token]) -> Result<Value, GaveUp> {
        self.budget.spend(tokens.len() as u64 + 20)?;
        if let Some((letter, rest)) = choice(tokens) {
            let rest = match rest {
                [] => None,
                rest => Some(Box::new(self.deeper(|reader| reader.single(rest))?)),
            };
            return Ok(Value::Choice(letter, rest));
        }
        if let Some(seconds) = time(tokens) {
            return Ok(Value::Time(seconds));
        }
        if is_words(tokens) {
            return Ok(self.words(tokens));
        }
        let sets = |token: &Token| matches!(token, Token::Command("cup" | "cap" | "setminus"));
        if let [Token::Command("cup" | "cap"), Token::Sign('_'), ..] = tokens {
            return self.family(tokens);
        }
        if outside(tokens, sets) {
            return Ok(self
                .union(tokens)
                .unwrap_or_else(|| text(tokens, GaveUp("a union that is not understood"))));
        }
        match tokens {
            [Token::Command("reals")] => return Ok(Value::Region(Region::reals())),
            [Token::Command("emptyset")] => return Ok(Value::Set(Vec::new())),
            _ => {}
        }
        if let Some((open, close)) = enclosing(tokens) {
            let inner = &tokens[1..tokens.len() - 1];
            // Braces without a backslash group, unless commas make them a set.
            let groups = tokens[0].is('{') && !inner.is_empty();
            if groups && !outside(inner, |token| token.is(',') || token.is(';')) {
                return self.deeper(|reader| reader.list(inner));
            }
            if let Some(value) = self.deeper(|reader| reader.enclosed(open, close, inner))? {
                return Ok(value);
            }
        }
        if tokens.iter().any(|token| matches!(token, Token::Begin(_))) {
            return Ok(self
                .matrix(tokens)
                .unwrap_or_else(|| text(tokens, GaveUp("a matrix that is not understood"))));
        }
        if let Some(value) = based(tokens) {
            return Ok(value);
        }
        if outside(tokens, |token| matches!(token, Token::Sign(':') | Token::Command(":"))) {
            if let Some(value) = self.ratio(tokens) {
                return Ok(value);
            }
        }
        self.quantity(tokens)
    }

    /// A scalar, or both where it has a ±.
    fn quantity(&mut self, tokens: &[Token]) -> Result<Value, GaveUp> {
        let both = tokens.iter().any(|token| matches!(token, Token::Command("pm" | "mp")));
        let plus = match scalar::read(tokens, true, self.budget) {
            Ok(plus) => Value::Scalar(plus),
            Err(why) => return self.phrase(tokens, why),
        };
        if !both {
            return Ok(plus);
        }
        let minus = Value::Scalar(scalar::read(tokens, false, self.budget)?);
        Ok(Value::list(vec![plus, minus]))
    }

    /// Words in front of a value: "concave up on (0, 1)".
    pub(super) fn phrase(&mut self, tokens: &[Token], why: GaveUp) -> Result<Value, GaveUp> {
        let word = |token: &Token| {
            let long = matches!(token, Token::Word { letters, .. } if letters.chars().count() > 1);
            long || matches!(token, Token::Command("min" | "max") | Token::Sign('.'))
        };
        let words = tokens.iter().take_while(|token| word(token)).count();
        let (words, rest) = tokens.split_at(words);
        let said = words.iter().any(|token| matches!(token, Token::Word { .. }));
        // Letters that read as a product are words among words: "served in the first game".
        if !said || rest.len() != 1 && rest.iter().all(|token| matches!(token, Token::Word { .. }))
        {
            return Ok(text(tokens, why));
        }
        Ok(match self.deeper(|reader| reader.equation(rest))? {
            Value::Text { .. } | Value::Contradiction(_) => text(tokens, why),
            value => Value::Phrase(key(words).to_lowercase(), Box::new(value)),
        })
    }

    fn words(&mut self, tokens: &[Token]) -> Value {
        match key(tokens).to_lowercase().as_str() {
            "allrealnumbers" | "allreals" | "allrealnumber" => Value::Region(Region::reals()),
            word if NUMBERS.contains(&word) => {
                let at = NUMBERS.iter().position(|other| *other == word).unwrap_or(0);
                Value::Scalar(scalar::Scalar::plain(Expr::integer(at as i64)))
            }
            // \mathrm{e}, \mathrm{i}
            "e" | "i" => match scalar::read(tokens, true, self.budget) {
                Ok(value) => Value::Scalar(value),
                Err(why) => text(tokens, why),
            },
            _ => text(tokens, GaveUp("it is words")),
        }
    }

    fn ratio(&mut self, tokens: &[Token]) -> Option<Value> {
        let parts = split(tokens, |token| matches!(token, Token::Sign(':') | Token::Command(":")));
        let terms = parts.iter().map(|part| parser::whole(part, true, self.budget));
        Some(Value::Ratio(terms.collect::<Option<_>>()?, key(tokens)))
    }
}
