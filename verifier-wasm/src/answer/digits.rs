//! Digits that are no plain number: times of day, and numbers to a base.

use super::value::Value;
use crate::language::token::{key, Token};

/// "1:03 PM", "5 a.m."
pub(super) fn time(tokens: &[Token]) -> Option<u32> {
    let half = tokens.iter().position(|token| matches!(token, Token::Word { .. }))?;
    let (clock, half) = tokens.split_at(half);
    let half = key(half).to_lowercase().replace('.', "");
    let mut parts = Vec::new();
    for (at, token) in clock.iter().enumerate() {
        match token {
            Token::Number { digits, .. } if at % 2 == 0 => parts.push(digits.parse::<u32>().ok()?),
            Token::Sign(':') | Token::Command(":") if at % 2 == 1 => {}
            _ => return None,
        }
    }
    let after_noon = match half.as_str() {
        "am" => 0,
        "pm" => 12,
        _ => return None,
    };
    let [hour, rest @ ..] = parts.as_slice() else { return None };
    let valid = (1..=12).contains(hour) && rest.len() <= 2 && rest.iter().all(|part| *part < 60);
    valid.then(|| {
        let minutes = rest.first().unwrap_or(&0) * 60 + rest.get(1).unwrap_or(&0);
        (hour % 12 + after_noon) * 3600 + minutes
    })
}

/// 12_5, 152A_{11}, 0.11_{2}, "1011 (base 2)", with a sign or without.
pub(super) fn based(tokens: &[Token]) -> Option<Value> {
    let (sign, rest) = match tokens {
        [Token::Sign('-'), rest @ ..] => ("-", rest),
        all => ("", all),
    };
    let mark =
        rest.iter().position(|token| token.is('_') || token.word().as_deref() == Some("base"))?;
    let (front, back) = rest.split_at(mark);
    let front = match front {
        [inner @ .., Token::Sign('(')] => inner,
        [Token::Sign('('), inner @ .., Token::Sign(')')] => inner,
        all => all,
    };
    let mut digits = String::from(sign);
    let mut largest = 0;
    for token in front {
        let letters = match token {
            Token::Number { digits, .. } => digits,
            Token::Word { letters, .. } if letters.chars().all(|c| c.is_ascii_uppercase()) => {
                letters
            }
            _ => return None,
        };
        for c in letters.chars().filter(|c| *c != '.') {
            largest = largest.max(c.to_digit(36)?);
        }
        digits.push_str(letters);
    }
    let inside = |token: &&Token| {
        !matches!(token, Token::Sign('{' | '}' | '(' | ')' | '_'))
            && token.word().as_deref() != Some("base")
    };
    let mut base = back.iter().filter(inside);
    let Some(Token::Number { digits: base_digits, .. }) = base.next() else { return None };
    let base_value: u32 = base_digits.trim_end_matches('.').parse().ok()?;
    let starts = matches!(front.first(), Some(Token::Number { .. }))
        || front.len() > 1 && matches!(front.last(), Some(Token::Number { .. }));
    (starts && base.next().is_none() && (2..=36).contains(&base_value)).then_some(())?;
    (largest < base_value).then_some(Value::Based(digits, base_value))
}

/// Seconds of half a day.
pub(super) const NOON: u32 = 12 * 3600;

/// The seconds that "15:30" says as a time of day.
pub(super) fn clock_time(clock: &str) -> Option<u32> {
    let mut parts = clock.split(':').map(str::parse::<u32>);
    let (hour, minute) = (parts.next()?.ok()?, parts.next()?.ok()?);
    (parts.next().is_none() && hour < 24 && minute < 60).then_some(hour * 3600 + minute * 60)
}
