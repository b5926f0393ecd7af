//! Braces and brackets: which closes which, what they enclose, and which say nothing.

use super::token::Token;

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

/// Drops {{x}} to {x}, ((x)) to (x), and {x} to x where x is one character or command; None
/// where braces do not match.
pub fn without_redundant(tokens: Vec<Token>) -> Option<Vec<Token>> {
    let partner = partners(&tokens)?;
    let redundant = |start: usize, end: usize| match &tokens[start + 1] {
        Token::Sign(c @ ('{' | '(')) => tokens[start].is(*c) && partner[start + 1] + 1 == end,
        _ if tokens[start].is('(') => false,
        Token::Number { digits: text, .. } | Token::Word { letters: text, .. } => {
            start + 2 == end && text.chars().count() == 1
        }
        Token::Command(name) => !matches!(*name, "frac" | "sqrt") && start + 2 == end,
        _ => false,
    };
    let keep: Vec<bool> = tokens
        .iter()
        .enumerate()
        .map(|(at, token)| match token {
            Token::Sign('{' | '(') if partner[at] > at => !redundant(at, partner[at]),
            Token::Sign('}' | ')') if partner[at] < at => !redundant(partner[at], at),
            _ => true,
        })
        .collect();
    let mut keep = keep.into_iter();
    Some(tokens.into_iter().filter(|_| keep.next() == Some(true)).collect())
}

/// Quotients that are written with \over; more are left.
const OVERS: usize = 20;

/// `{a \over b}` as `\frac{a}{b}`.
pub fn without_over(mut tokens: Vec<Token>) -> Vec<Token> {
    for _ in 0..OVERS {
        let Some(at) = tokens.iter().position(|token| *token == Token::Command("over")) else {
            break;
        };
        let Some((start, end)) = around(&tokens, at) else { break };
        let below = tokens.split_off(at + 1);
        tokens.pop();
        let above = tokens.split_off(start);
        let (below, rest) = below.split_at(end - at - 1);
        tokens.push(Token::Command("frac"));
        for part in [&above, below] {
            tokens.push(Token::Sign('{'));
            tokens.extend_from_slice(part);
            tokens.push(Token::Sign('}'));
        }
        tokens.extend_from_slice(rest);
    }
    tokens
}

/// Where the group of braces around a position starts and ends, or all tokens outside of braces.
fn around(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let step = |token: &Token| i32::from(token.is('{')) - i32::from(token.is('}'));
    let (mut start, mut depth) = (at, 0);
    while start > 0 && depth + step(&tokens[start - 1]) <= 0 {
        start -= 1;
        depth += step(&tokens[start]);
    }
    let (mut end, mut inside) = (at + 1, 0);
    while end < tokens.len() && inside + step(&tokens[end]) >= 0 {
        inside += step(&tokens[end]);
        end += 1;
    }
    (depth == 0 && inside == 0).then_some((start, end))
}

/// For each brace or parenthesis the position of its partner; its own where it has none, which
/// is an error for braces only: intervals mix the brackets.
fn partners(tokens: &[Token]) -> Option<Vec<usize>> {
    let mut open: Vec<usize> = Vec::new();
    let mut partner: Vec<usize> = (0..tokens.len()).collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Sign('{' | '(' | '[') => open.push(at),
            Token::Sign('}') => {
                // Brackets that are still open inside of the braces have no partner.
                let start = loop {
                    let start = open.pop()?;
                    if tokens[start].is('{') {
                        break start;
                    }
                };
                (partner[start], partner[at]) = (at, start);
            }
            Token::Sign(c @ (')' | ']')) => {
                if let Some(start) = open.pop_if(|start| !tokens[*start].is('{')) {
                    if *c == ')' && tokens[start].is('(') {
                        (partner[start], partner[at]) = (at, start);
                    }
                }
            }
            _ => {}
        }
    }
    open.iter().all(|start| !tokens[*start].is('{')).then_some(partner)
}

/// +1 for what opens a bracket, -1 for what closes one.
pub fn nesting(token: &Token) -> i32 {
    match token {
        Token::Sign('(' | '[' | '{') | Token::Begin(_) => 1,
        Token::Command("{" | "langle" | "lvert" | "lfloor" | "lceil") => 1,
        Token::Sign(')' | ']' | '}') | Token::End => -1,
        Token::Command("}" | "rangle" | "rvert" | "rfloor" | "rceil") => -1,
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

/// Whether a token stands outside of all brackets.
pub fn outside(tokens: &[Token], is: impl Fn(&Token) -> bool) -> bool {
    let mut depth = 0;
    tokens.iter().any(|token| {
        depth += nesting(token);
        depth == 0 && is(token)
    })
}

/// The brackets, when one pair encloses all tokens.
pub fn enclosing(tokens: &[Token]) -> Option<(char, char)> {
    let bracket = |token: &Token| match token {
        Token::Sign(c @ ('(' | '[' | ')' | ']')) => Some(*c),
        Token::Sign('{') | Token::Command("{") => Some('{'),
        Token::Sign('}') | Token::Command("}") => Some('}'),
        Token::Command("langle") => Some('<'),
        Token::Command("rangle") => Some('>'),
        _ => None,
    };
    let (open, close) = (bracket(tokens.first()?)?, bracket(tokens.last()?)?);
    if tokens.len() < 2 {
        return None;
    }
    // French intervals: ]a, b[
    if open == ']' || close == '[' {
        let inner = &tokens[1..tokens.len() - 1];
        let plain = inner.iter().all(|token| !matches!(token, Token::Sign('[' | ']')));
        let ends = (if open == ']' { '(' } else { open }, if close == '[' { ')' } else { close });
        return (plain && "([".contains(ends.0) && ")]".contains(ends.1)).then_some(ends);
    }
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        depth += nesting(token);
        if depth == 0 && at + 1 < tokens.len() {
            return None;
        }
    }
    let fits = matches!((open, close), ('(' | '[', ')' | ']') | ('{', '}') | ('<', '>'));
    (depth == 0 && fits).then_some((open, close))
}
