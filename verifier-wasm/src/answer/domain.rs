//! What an answer says its symbols to be: "k ∈ ℤ".

use super::family::Parameter;
use crate::language::token::Token;

fn is_numbers(token: &Token) -> bool {
    matches!(token, Token::Command("integers" | "naturals" | "reals" | "rationals"))
        || matches!(token, Token::Word { letters, .. } if matches!(letters.as_str(), "Z" | "N" | "R"))
}

/// Whether tokens only say what numbers a symbol is one of.
pub(super) fn is_domain(tokens: &[Token]) -> bool {
    match tokens {
        [.., Token::Command("in"), set] => is_numbers(set) && tokens.len() <= 6,
        [.., Token::Command("in"), set, Token::Sign('^' | '_'), _] => is_numbers(set),
        _ => false,
    }
}

/// The symbol of a domain of whole numbers.
pub(super) fn parameter(tokens: &[Token]) -> Option<Parameter> {
    let [Token::Word { letters, .. }, Token::Command("in"), set, rest @ ..] = tokens else {
        return None;
    };
    let word = |name: &str| matches!(set, Token::Word { letters, .. } if letters == name);
    let integers = *set == Token::Command("integers") || word("Z");
    let naturals = *set == Token::Command("naturals") || word("N");
    (integers || naturals)
        .then(|| Parameter { name: letters.clone(), integers: integers && rest.is_empty() })
}

/// An answer without the domain in parentheses at its end: kπ (k ∈ ℤ).
pub(super) fn trailing_domain(tokens: &[Token]) -> (&[Token], Option<Parameter>) {
    let Some(at) = tokens.iter().rposition(|token| token.is('(')) else { return (tokens, None) };
    match &tokens[at + 1..] {
        [domain @ .., Token::Sign(')')] if at > 0 && is_domain(domain) => {
            (&tokens[..at], parameter(domain))
        }
        _ => (tokens, None),
    }
}
