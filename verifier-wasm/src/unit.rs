//! What follows a number: percent, degrees, a currency, a unit. A unit on one side alone is
//! dropped; percent is the one that changes the value.

use crate::token::{key, Token};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    None,
    Percent,
    Degree,
    Currency,
    Named(String),
}

/// Words that turn a unit into a sentence or a list of guesses.
const NOT_UNITS: &[&str] = &[
    "or",
    "and",
    "not",
    "no",
    "is",
    "isn",
    "are",
    "was",
    "if",
    "then",
    "than",
    "but",
    "to",
    "either",
    "maybe",
    "perhaps",
    "otherwise",
    "wrong",
    "correct",
    "incorrect",
    "false",
    "undefined",
    "none",
];

/// Units that count without \text{…} around them; other letters may be variables.
const PLAIN: &[&str] = &[
    "mm", "cm", "km", "mg", "kg", "ml", "mL", "ft", "inch", "inches", "foot", "feet", "yard",
    "yards", "mile", "miles", "meter", "meters", "metre", "metres", "mph", "second", "seconds",
    "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month", "months",
    "year", "years", "cent", "cents", "people", "students", "unit", "units", "square", "cubic",
    "ways",
];

/// Reads all of `tokens` as a unit, None where they are something else.
pub fn read(tokens: &[Token]) -> Option<Unit> {
    match tokens {
        [] => return Some(Unit::None),
        [Token::Sign('%')] => return Some(Unit::Percent),
        [Token::Command("circ")] | [Token::Sign('^'), Token::Command("circ")] => {
            return Some(Unit::Degree)
        }
        [Token::Word { letters, .. }] => match letters.as_str() {
            "percent" => return Some(Unit::Percent),
            "degree" | "degrees" => return Some(Unit::Degree),
            "dollar" | "dollars" | "euro" | "euros" => return Some(Unit::Currency),
            _ => {}
        },
        // "14 (pizzas)"
        [Token::Sign('('), word @ Token::Word { letters, .. }, Token::Sign(')')]
            if letters.len() > 2 && !NOT_UNITS.contains(&letters.as_str()) =>
        {
            return Some(Unit::Named(singular(std::slice::from_ref(word))));
        }
        _ => {}
    }
    let mut words = 0;
    for (at, token) in tokens.iter().enumerate() {
        let fits = match token {
            Token::Word { letters, upright } => {
                words += 1;
                let plain = PLAIN.contains(&letters.as_str());
                !NOT_UNITS.contains(&letters.to_lowercase().as_str()) && (*upright || plain)
            }
            Token::Sign('/' | '^' | '-' | '.') | Token::Command("cdot") => at > 0,
            Token::Number(_) => tokens[at.saturating_sub(1)] == Token::Sign('^'),
            _ => false,
        };
        if !fits {
            return None;
        }
    }
    (words <= 4).then(|| Unit::Named(singular(tokens)))
}

fn singular(tokens: &[Token]) -> String {
    let name = key(tokens);
    let name = name.trim_end_matches('.');
    let stem = name.strip_suffix('s').filter(|stem| stem.len() > 2);
    stem.unwrap_or(name).to_string()
}

impl std::fmt::Display for Unit {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unit::None => Ok(()),
            Unit::Percent => write!(out, "%"),
            Unit::Degree => write!(out, "°"),
            Unit::Currency => write!(out, " (currency)"),
            Unit::Named(name) => write!(out, " {name}"),
        }
    }
}
