//! Tokens to a value: lists, equations, brackets, quantities, in this order of binding.

use crate::brackets::{enclosing, nesting, split};
use crate::budget::{Budget, GaveUp};
use crate::compare::{compare, Comparison};
use crate::lexer::{tokenize, Malformed};
use crate::parser;
use crate::token::{key, Token};
use crate::unit::{self, Unit};
use crate::value::Value;

/// Characters of an answer beyond which only equal text is looked for.
const LONGEST: usize = 1 << 16;
/// Brackets within brackets.
const DEPTH: u32 = 20;

/// Reads an answer. The error is a sentence for people.
pub fn read(text: &str, budget: &mut Budget) -> Result<Value, String> {
    let text = text.trim();
    let as_text = |key: &str, why| Ok(Value::Text { key: key.to_string(), why });
    if text.len() > LONGEST {
        return as_text(text, GaveUp("the text is too long"));
    }
    let tokens = match tokenize(text, budget) {
        Ok(tokens) => tokens,
        Err(Malformed::Braces) => return Err("its braces do not match".into()),
        Err(Malformed::GaveUp(why)) => return as_text(text, why),
    };
    let tokens = match tokens.as_slice() {
        // The full stop of a sentence, not the last of three dots.
        [rest @ .., last, Token::Sign('.')] if *last != Token::Sign('.') => {
            [rest, std::slice::from_ref(last)].concat()
        }
        _ => tokens,
    };
    if tokens.iter().all(|token| matches!(token, Token::Sign('{' | '}' | ',' | '.' | ';'))) {
        return Err("it is empty".into());
    }
    let mut reader = Reader { budget };
    Ok(match reader.list(&tokens, 0) {
        Ok(value) => value,
        Err(why) => Value::Text { key: key(&tokens), why },
    })
}

struct Reader<'a> {
    budget: &'a mut Budget,
}

impl Reader<'_> {
    fn list(&mut self, tokens: &[Token], depth: u32) -> Result<Value, GaveUp> {
        self.budget.spend(tokens.len() as u64)?;
        let parts = split(tokens, |token| match token {
            Token::Sign(',' | ';') => true,
            Token::Word { letters, .. } => letters == "or" || letters == "and",
            _ => false,
        });
        // "1, 2, and 3" has nothing between its last comma and "and".
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [part] => self.equation(part, depth),
            _ => {
                let items = parts.into_iter().map(|part| self.equation(part, depth));
                Ok(Value::List(items.collect::<Result<_, _>>()?))
            }
        }
    }

    /// a = b = c: names in front are dropped into `Named`; the numbers must agree.
    fn equation(&mut self, tokens: &[Token], depth: u32) -> Result<Value, GaveUp> {
        let sides = split(tokens, |token| *token == Token::Sign('='));
        let Some((last, before)) = sides.split_last().filter(|(_, before)| !before.is_empty())
        else {
            return self.single(tokens, depth);
        };
        let text = |why| Ok(Value::Text { key: key(tokens), why });
        let value = self.single(last, depth)?;
        let mut named = None;
        for (at, side) in before.iter().enumerate() {
            if is_name(side) {
                named = named.or(Some(key(side)));
                continue;
            }
            let other = self.single(side, depth)?;
            match (&other, &value) {
                (Value::Text { .. }, _) if at == 0 => return text(GaveUp("it is an equation")),
                (Value::Text { .. }, _) => {}
                (_, Value::Text { .. }) => return text(GaveUp("it is an equation")),
                _ if compare(&value, &other, self.budget) == Comparison::Different => {
                    return Ok(Value::Contradiction(key(tokens)));
                }
                _ => {}
            }
        }
        Ok(match named {
            Some(name) => Value::Named { name, value: Box::new(value) },
            None => value,
        })
    }

    fn single(&mut self, tokens: &[Token], depth: u32) -> Result<Value, GaveUp> {
        self.budget.spend(tokens.len() as u64)?;
        if let Some((open, close)) = enclosing(tokens) {
            let inner = &tokens[1..tokens.len() - 1];
            let parts = split(inner, |token| matches!(token, Token::Sign(',' | ';')));
            if parts.len() > 1 || open != '(' || close != ')' {
                if depth == DEPTH {
                    return Err(GaveUp("brackets are nested too deeply"));
                }
                let items = parts.into_iter().map(|part| self.equation(part, depth + 1));
                return Ok(Value::Group { open, close, items: items.collect::<Result<_, _>>()? });
            }
        }
        match self.quantity(tokens) {
            Ok(value) => Ok(value),
            Err(why) => Ok(Value::Text { key: key(tokens), why }),
        }
    }

    /// [-] [currency] expression [unit]
    fn quantity(&mut self, tokens: &[Token]) -> Result<Value, GaveUp> {
        self.budget.spend(200)?;
        let not_arithmetic = GaveUp("it is not a number that can be evaluated");
        let (sign, rest) = match tokens {
            [Token::Sign('-'), rest @ ..] if rest.first().is_some_and(is_currency) => (true, rest),
            _ => (false, tokens),
        };
        let (currency, rest) = match rest {
            [first, rest @ ..] if is_currency(first) => (true, rest),
            _ => (false, rest),
        };
        let (expr, taken) = parser::parse(rest).ok_or(not_arithmetic.clone())?;
        let unit = match (unit::read(&rest[taken..]).ok_or(not_arithmetic.clone())?, currency) {
            (unit, false) => unit,
            (Unit::None | Unit::Currency, true) => Unit::Currency,
            _ => return Err(not_arithmetic),
        };
        let number = expr.evaluate(self.budget)?;
        Ok(Value::Quantity { number: if sign { number.neg() } else { number }, unit })
    }
}

fn is_currency(token: &Token) -> bool {
    matches!(token, Token::Command("$") | Token::Sign('€' | '£' | '¥'))
}

/// Whether a left-hand side only names: x, x_1, \theta, f(2), (x, y), AB, "the area".
fn is_name(tokens: &[Token]) -> bool {
    let mut depth = 0;
    !tokens.is_empty()
        && !matches!(tokens.first(), Some(Token::Number(_)))
        && tokens.iter().enumerate().all(|(at, token)| {
            depth += nesting(token);
            match token {
                Token::Word { letters, .. } => letters != "pi" && letters != "sqrt",
                Token::Sign('(' | ')' | '{' | '}' | ',' | '_' | '\'') => true,
                Token::Number(_) => depth > 0 || tokens[at - 1] == Token::Sign('_'),
                Token::Unknown(_) => true,
                _ => false,
            }
        })
        && tokens.iter().any(|t| matches!(t, Token::Word { .. } | Token::Unknown(_)))
}
