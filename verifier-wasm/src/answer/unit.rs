//! What follows a number: percent, degrees, a currency, a unit. A unit on one side alone is
//! dropped; percent is the one that changes the value.

use super::measure::{measure, Measure};
use crate::language::token::{key, shown, Token};

#[derive(Clone, Debug, PartialEq)]
pub enum Unit {
    None,
    Percent,
    Degree,
    /// By its sign; '¢' are hundredths of '$'.
    Currency(char),
    /// In one grammatical number; with what it measures, where that is known.
    Named {
        name: String,
        shown: String,
        measure: Option<Measure>,
    },
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
    "answer",
    "answers",
    "solution",
    "solutions",
    "option",
    "base",
    "mod",
    "at",
    "when",
    "where",
    "am",
    "pm",
];

/// Words of a unit's name; more make a sentence.
const WORDS: usize = 5;

/// Reads all of `tokens` as a unit, None where they are something else.
pub fn read(tokens: &[Token]) -> Option<Unit> {
    let tokens = match tokens {
        [Token::Sign('/'), rest @ ..] if !rest.is_empty() => return named(tokens, rest),
        // 14 (pizzas)
        [Token::Sign('('), inner @ .., Token::Sign(')')] if !inner.iter().any(is_operator) => {
            return in_parentheses(inner);
        }
        [Token::Sign('-'), rest @ ..] if rest.iter().all(is_word) => rest,
        all => all,
    };
    // 12^{th}
    let ordinal =
        |token: &Token| matches!(token.word().as_deref(), Some("th" | "st" | "nd" | "rd"));
    let tokens = match tokens {
        [Token::Sign('^'), Token::Sign('{'), th, Token::Sign('}'), rest @ ..] if ordinal(th) => {
            rest
        }
        [Token::Sign('^'), th, rest @ ..] if ordinal(th) => rest,
        [th, rest @ ..] if ordinal(th) => rest,
        // 24 degrees F
        [first, rest @ ..] if !rest.is_empty() && rest.iter().all(is_word) => {
            match first.word().as_deref() {
                Some("degree" | "degrees") => rest,
                _ => tokens,
            }
        }
        all => all,
    };
    match tokens {
        [] => return Some(Unit::None),
        [Token::Sign('%')] => return Some(Unit::Percent),
        [Token::Command("$")] => return Some(Unit::Currency('$')),
        [Token::Command("euro")] => return Some(Unit::Currency('€')),
        [Token::Command("pounds")] => return Some(Unit::Currency('£')),
        [Token::Command("circ")] | [Token::Sign('^'), Token::Command("circ")] => {
            return Some(Unit::Degree)
        }
        // 2.50 € per kg
        [Token::Command(_), rest @ ..]
            if tokens.len() > 1 && read(&tokens[..1]).is_some() && in_words(rest) =>
        {
            return read(&tokens[..1]);
        }
        [word] => match word.word()?.as_str() {
            "percent" | "pct" | "percentage" | "percents" => return Some(Unit::Percent),
            "degree" | "degrees" | "deg" => return Some(Unit::Degree),
            "dollar" | "dollars" | "usd" => return Some(Unit::Currency('$')),
            "cent" | "cents" => return Some(Unit::Currency('¢')),
            "euro" | "euros" => return Some(Unit::Currency('€')),
            "yuan" | "rmb" | "元" => return Some(Unit::Currency('¥')),
            _ => {}
        },
        _ => {}
    }
    named(tokens, tokens)
}

fn is_operator(token: &Token) -> bool {
    !matches!(
        token,
        Token::Word { .. } | Token::Number { .. } | Token::Sign('-' | '.' | '\'' | '%')
    )
}

fn in_parentheses(inner: &[Token]) -> Option<Unit> {
    if let Some(unit @ (Unit::Percent | Unit::Degree | Unit::Currency(_))) = read(inner) {
        return Some(unit);
    }
    let excluded = |token: &Token| token.word().is_some_and(|w| NOT_UNITS.contains(&w.as_str()));
    let words = inner.iter().filter(|token| is_word(token)).count();
    let long = inner.iter().any(|t| matches!(t, Token::Word { letters, .. } if letters.len() > 1));
    let fits = matches!(inner.first(), Some(Token::Word { .. }))
        && long
        && words <= 2 * WORDS
        && !inner.iter().any(excluded);
    fits.then(|| Unit::Named {
        name: singular(inner),
        shown: shown(inner),
        measure: measure(inner),
    })
}

/// Whether tokens are a few words of a unit's name.
fn in_words(tokens: &[Token]) -> bool {
    let fits = |token: &Token| match token {
        Token::Word { letters, .. } => !NOT_UNITS.contains(&letters.to_lowercase().as_str()),
        _ => matches!(token, Token::Sign('/' | '.')),
    };
    tokens.len() <= WORDS && tokens.iter().all(fits)
}

fn is_word(token: &Token) -> bool {
    matches!(token, Token::Word { .. })
}

fn named(all: &[Token], tokens: &[Token]) -> Option<Unit> {
    let mut words = 0;
    for (at, token) in tokens.iter().enumerate() {
        let fits = match token {
            Token::Word { letters, upright } => {
                words += 1;
                let excluded = NOT_UNITS.contains(&letters.to_lowercase().as_str());
                !excluded && (*upright || letters.chars().count() > 1 || words > 1)
            }
            Token::Sign('/' | '^' | '-' | '.' | '{' | '}' | '(' | ')') => at > 0,
            Token::Command("cdot" | "times") => at > 0,
            Token::Number { digits, .. } => digits.len() == 1,
            Token::Command("mu" | "Omega" | "circ") => true,
            _ => false,
        };
        if !fits {
            return None;
        }
    }
    let name = singular(all);
    (words > 0 && words <= WORDS).then(|| Unit::Named {
        name,
        shown: shown(all),
        measure: measure(all),
    })
}

fn singular(tokens: &[Token]) -> String {
    let name = key(tokens).to_lowercase();
    let name = name.trim_end_matches('.');
    let stem = name.strip_suffix('s').filter(|stem| stem.len() > 2);
    stem.unwrap_or(name).to_string()
}

impl Unit {
    /// Whether it begins with a word for a large number: "million people".
    pub fn counts(&self) -> bool {
        let first = match self {
            Unit::Named { shown, .. } => shown.split_whitespace().next().unwrap_or(""),
            _ => return false,
        };
        let word = Token::Word { letters: first.into(), upright: true };
        measure(&[word]).is_some_and(|measure| measure.is_count())
    }
}

impl std::fmt::Display for Unit {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unit::None => Ok(()),
            Unit::Percent => write!(out, "%"),
            Unit::Degree => write!(out, "°"),
            Unit::Currency(sign) => write!(out, " {sign}"),
            Unit::Named { shown, .. } => write!(out, " {}", shown.trim()),
        }
    }
}
