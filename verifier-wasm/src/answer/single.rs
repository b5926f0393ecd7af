//! A value by itself: brackets, sets, matrices, bases, ratios, choices, quantities, words.

use super::digits::{based, time};
use super::reader::Reader;
use super::region::{infinity, Region};
use super::scalar::{self, Scalar};
use super::text::{choice, is_words, text};
use super::value::Value;
use crate::algebra::expr::Expr;
use crate::budget::GaveUp;
use crate::language::brackets::{enclosing, outside, split};
use crate::language::glyphs::circled;
use crate::language::parser;
use crate::language::token::{key, shown, Token};

/// Whole numbers as words.
const NUMBERS: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
];

/// Words for a set without members, without spaces.
const NOTHING: [&str; 10] = [
    "nosolution",
    "nosolutions",
    "norealsolution",
    "norealsolutions",
    "thereisnosolution",
    "therearenosolutions",
    "therearenorealsolutions",
    "emptyset",
    "theemptyset",
    "nullset",
];

/// Words for more than can be counted.
const ENDLESS: [&str; 7] = [
    "infinitelymany",
    "infinitelymanysolutions",
    "infinitesolutions",
    "infinitenumberofsolutions",
    "aninfinitenumberofsolutions",
    "thereareinfinitelymanysolutions",
    "infinitelymanyvalues",
];

impl Reader<'_> {
    pub(super) fn single(&mut self, tokens: &[Token]) -> Result<Value, GaveUp> {
        self.budget.spend(tokens.len() as u64 + 20)?;
        let circles = tokens.iter().map(|token| match token {
            Token::Sign(c) => circled(*c).map(|n| Value::Scalar(Scalar::plain(Expr::integer(n)))),
            _ => None,
        });
        // ①③ are statements by their numbers.
        if let Some(mut numbers) = circles.collect::<Option<Vec<Value>>>().filter(|n| !n.is_empty())
        {
            return Ok(match numbers.len() {
                1 => numbers.remove(0),
                _ => Value::list(numbers),
            });
        }
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
        // A(1, 0) is a point; N(0, 1) and C(5, 2) are not.
        if let [Token::Word { letters, upright: false }, rest @ ..] = tokens {
            let capital =
                letters.len() == 1 && letters.starts_with(|c: char| c.is_ascii_uppercase());
            if capital && !"NUC".contains(letters.as_str()) && enclosing(rest) == Some(('(', ')')) {
                let point =
                    self.deeper(|reader| reader.enclosed('(', ')', &rest[1..rest.len() - 1]))?;
                if let Some(value @ (Value::Tuple { .. } | Value::List { .. })) = point {
                    let left = Some(Expr::Symbol(letters.clone()));
                    return Ok(Value::Named {
                        name: letters.clone(),
                        left,
                        value: Box::new(value),
                    });
                }
            }
        }
        // (3.6 hours)
        if let [Token::Sign('('), inner @ .., Token::Sign(')')] = tokens {
            if matches!(inner.first(), Some(Token::Number { .. })) && enclosing(tokens).is_some() {
                if let Ok(scalar) = scalar::read(inner, true, self.budget) {
                    return Ok(Value::Scalar(scalar));
                }
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
            word if NOTHING.contains(&word) => Value::Set(Vec::new()),
            word if ENDLESS.contains(&word) => Value::Text {
                key: ENDLESS[0].into(),
                shown: shown(tokens).trim().into(),
                why: GaveUp("it is words"),
            },
            "infinity" | "positiveinfinity" => Value::Scalar(Scalar::plain(infinity())),
            "negativeinfinity" => Value::Scalar(Scalar::plain(infinity().neg())),
            word if NUMBERS.contains(&word) => {
                let at = NUMBERS.iter().position(|other| *other == word).unwrap_or(0);
                Value::Scalar(Scalar::plain(Expr::integer(at as i64)))
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
