//! Braces and brackets: which closes which, what they enclose, and which say nothing.

use crate::token::Token;

/// The position of the brace that closes the one at `open`.
pub fn closing(text: &str, open: usize) -> Option<usize> {
    let (mut depth, mut escaped) = (0u32, false);
    for (at, byte) in text.bytes().enumerate().skip(open) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Drops {{x}} to {x} and {x} to x where x is one character or command; None where braces do
/// not match.
pub fn without_redundant(tokens: Vec<Token>) -> Option<Vec<Token>> {
    let mut open = Vec::new();
    let mut partner = vec![0; tokens.len()];
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Sign('{') => open.push(at),
            Token::Sign('}') => {
                let start = open.pop()?;
                (partner[start], partner[at]) = (at, start);
            }
            _ => {}
        }
    }
    if !open.is_empty() {
        return None;
    }
    let redundant = |start: usize, end: usize| match &tokens[start + 1] {
        Token::Sign('{') => partner[start + 1] + 1 == end,
        Token::Number(text) | Token::Word { letters: text, .. } => {
            text.chars().count() == 1 && start + 2 == end
        }
        Token::Command(name) => !matches!(*name, "frac" | "sqrt") && start + 2 == end,
        _ => false,
    };
    let keep: Vec<bool> = tokens
        .iter()
        .enumerate()
        .map(|(at, token)| match token {
            Token::Sign('{') => !redundant(at, partner[at]),
            Token::Sign('}') => !redundant(partner[at], at),
            _ => true,
        })
        .collect();
    let mut keep = keep.into_iter();
    Some(tokens.into_iter().filter(|_| keep.next() == Some(true)).collect())
}

/// +1 for what opens a bracket, -1 for what closes one.
pub fn nesting(token: &Token) -> i32 {
    match token {
        Token::Sign('(' | '[' | '{') | Token::Command("{") => 1,
        Token::Sign(')' | ']' | '}') | Token::Command("}") => -1,
        _ => 0,
    }
}

/// Parts between separators that stand outside of brackets.
pub fn split(tokens: &[Token], separates: impl Fn(&Token) -> bool) -> Vec<&[Token]> {
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
pub fn enclosing(tokens: &[Token]) -> Option<(char, char)> {
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
