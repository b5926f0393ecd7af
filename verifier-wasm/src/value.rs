//! What an answer says: a quantity, a tuple or set, a list, an assignment; else its text.

use crate::budget::{Budget, GaveUp};
use crate::expr;
use crate::number::Number;
use crate::token::{key, tokenize, Malformed, Token};
use crate::unit::{self, Unit};

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Quantity {
        number: Number,
        unit: Unit,
    },
    /// Bracketed items: (…) and [ … ) in order, {…} without.
    Group {
        open: char,
        close: char,
        items: Vec<Value>,
    },
    /// Items between commas, "and" or "or", in any order.
    List(Vec<Value>),
    /// "x = 5"
    Named {
        name: String,
        value: Box<Value>,
    },
    /// "41 = 42"
    Contradiction(String),
    /// What no rule here evaluates, as normalized text, with the reason.
    Text {
        key: String,
        why: GaveUp,
    },
}

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
                _ if other != value => return Ok(Value::Contradiction(key(tokens))),
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
        let (expr, taken) = expr::parse(rest).ok_or(not_arithmetic.clone())?;
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

/// +1 for what opens a bracket, -1 for what closes one.
fn nesting(token: &Token) -> i32 {
    match token {
        Token::Sign('(' | '[' | '{') | Token::Command("{") => 1,
        Token::Sign(')' | ']' | '}') | Token::Command("}") => -1,
        _ => 0,
    }
}

/// Parts between separators that stand outside of brackets.
fn split(tokens: &[Token], separates: impl Fn(&Token) -> bool) -> Vec<&[Token]> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, token) in tokens.iter().enumerate() {
        depth += nesting(token);
        if depth == 0 && separates(token) {
            parts.push(&tokens[start..at]);
            start = at + 1;
        }
    }
    parts.push(&tokens[start..]);
    parts
}

/// The brackets, when one pair encloses all tokens.
fn enclosing(tokens: &[Token]) -> Option<(char, char)> {
    let bracket = |token: &Token| match token {
        Token::Sign(c @ ('(' | '[' | ')' | ']')) => Some(*c),
        Token::Command("{") => Some('{'),
        Token::Command("}") => Some('}'),
        _ => None,
    };
    let (open, close) = (bracket(tokens.first()?)?, bracket(tokens.last()?)?);
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        depth += nesting(token);
        if depth == 0 && at + 1 < tokens.len() {
            return None;
        }
    }
    (depth == 0 && "([{".contains(open) && ")]}".contains(close)).then_some((open, close))
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

impl Value {
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Quantity { number, .. } => match number.as_rational() {
                Some(value) if value.is_integer() => "integer",
                Some(_) => "rational",
                None => "real",
            },
            Value::Group { open: '{', .. } => "set",
            Value::Group { .. } => "tuple",
            Value::List(_) => "list",
            Value::Named { .. } => "assignment",
            Value::Contradiction(_) => "contradiction",
            Value::Text { .. } => "text",
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let joined =
            |items: &[Value]| items.iter().map(Value::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Value::Quantity { number, unit } => write!(out, "{number}{unit}"),
            Value::Group { open, close, items } => write!(out, "{open}{}{close}", joined(items)),
            Value::List(items) => write!(out, "{}", joined(items)),
            Value::Named { name, value } => write!(out, "{name} = {value}"),
            Value::Contradiction(key) | Value::Text { key, .. } => {
                let shown: String = key.chars().take(200).collect();
                write!(out, "{shown}{}", if shown.len() < key.len() { "…" } else { "" })
            }
        }
    }
}
