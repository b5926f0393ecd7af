//! What stands around a statement: its label, its conditions, the name that it explains.

use super::relation::Order;
use crate::algebra::expr::{Expr, Function};
use crate::language::brackets::{enclosing, outside};
use crate::language::token::Token;

/// A full stop at the end, as in "(1, 2.)", says nothing.
pub(super) fn without_stop(tokens: &[Token]) -> &[Token] {
    match tokens {
        [rest @ .., Token::Sign('.')] if !rest.is_empty() => rest,
        all => all,
    }
}

/// The front of "f(x) = 1 for all x", where what follows sets no bounds.
pub(super) fn without_clause(tokens: &[Token]) -> &[Token] {
    let starts = |at: usize| {
        let word = |by: usize| tokens.get(at + by).and_then(Token::word);
        match (word(0).as_deref(), word(1).as_deref()) {
            (Some("where"), _) => true,
            (Some("for"), Some("all" | "any" | "every" | "each" | "some")) => true,
            // 3/2 at x = 1
            (Some("at" | "when"), Some(name)) if name.chars().count() == 1 => {
                let said = |token: &Token| match token {
                    Token::Word { letters, .. } => letters.len() > 1,
                    Token::Command(name) => matches!(*name, "max" | "min"),
                    token => token.is('='),
                };
                let more = |token: &Token| {
                    token.is(',') || matches!(token.word().as_deref(), Some("or" | "and"))
                };
                !tokens[..at].iter().any(said)
                    && !tokens[at - 1].is('(')
                    && tokens.get(at + 2).is_some_and(|token| token.is('='))
                    && !tokens[at..].iter().any(more)
            }
            _ => tokens[at] == Token::Command("forall"),
        }
    };
    let Some(at) = (1..tokens.len()).find(|at| starts(*at)) else { return tokens };
    let bounds = outside(
        &tokens[at..],
        |token| matches!(token, Token::Command(name) if Order::named(name).is_some() || *name == "equiv"),
    );
    if bounds {
        tokens
    } else {
        &tokens[..at]
    }
}

/// The relation of "all positive integers n ≥ 3": what holds of all numbers that it allows.
pub(super) fn without_quantifier(tokens: &[Token]) -> &[Token] {
    let is = |token: &Token, words: &[&str]| {
        token.word().is_some_and(|word| words.contains(&word.as_str()))
    };
    let skip = |tokens: &[Token], words: &[&str]| {
        tokens.iter().take_while(|token| is(token, words)).count()
    };
    let start = skip(tokens, &["for", "all", "any", "every"]);
    if start == 0 || !is(&tokens[start - 1], &["all", "any", "every"]) {
        return tokens;
    }
    let kind = ["positive", "natural", "real", "integer", "integers", "number", "numbers"];
    let rest = &tokens[start + skip(&tokens[start..], &kind)..];
    match rest {
        [Token::Word { letters, .. }, Token::Command(order), ..]
            if letters.chars().count() == 1 && Order::named(order).is_some() =>
        {
            rest
        }
        _ => tokens,
    }
}

/// Whether an expression is a trigonometric function of an angle's name, whose value is asked for.
pub(super) fn is_angle(expr: &Expr) -> bool {
    use Function::{Cos, Cot, Csc, Sec, Sin, Tan};
    match expr {
        Expr::Call(Sin | Cos | Tan | Cot | Sec | Csc, items) => {
            matches!(items.as_slice(), [Expr::Symbol(_)])
        }
        _ => false,
    }
}

/// "Maximum: 3", "Case 1: x = 2"
pub(super) fn labelled(tokens: &[Token]) -> Option<(&[Token], &[Token])> {
    let at = tokens.iter().position(|token| token.is(':'))?;
    let (label, rest) = (&tokens[..at], &tokens[at + 1..]);
    let words = match label {
        [words @ .., Token::Number { .. }] => words,
        words => words,
    };
    let is_word =
        |t: &Token| matches!(t, Token::Word { letters, .. } if letters.chars().count() > 1);
    (!words.is_empty() && words.iter().all(is_word) && !rest.is_empty()).then_some((label, rest))
}

/// Whether a left-hand side only names what the right-hand side says: x, f(2), (x, y), AB, "the
/// area", A:B.
pub(super) fn is_name(tokens: &[Token], expr: Option<&Expr>) -> bool {
    match expr {
        Some(Expr::Symbol(_) | Expr::Unknown(..)) => return true,
        // AB, the length of a segment, and |AB|
        Some(Expr::Product(items)) => {
            return items.iter().all(
                |item| matches!(item, Expr::Symbol(name) if name.starts_with(char::is_uppercase)),
            );
        }
        Some(Expr::Call(Function::Abs, items)) => {
            let [Expr::Product(_) | Expr::Symbol(_)] = items.as_slice() else { return false };
            let inner = &tokens[1..tokens.len() - 1];
            return is_name(inner, items.first());
        }
        Some(_) => return false,
        None => {}
    }
    // P(X = 2 | Y = 1), E(W | Z)
    if let [Token::Word { .. }, Token::Sign('('), .., Token::Sign(')')] = tokens {
        if enclosing(&tokens[1..]).is_some() {
            return true;
        }
    }
    // A point or a ratio of names, P(\{2\}), "the area".
    // The "max" of "max at x" is no name.
    let said = tokens.iter().any(|t| matches!(t, Token::Word { letters, .. } if letters.len() > 1));
    let quiet = tokens.iter().all(|token| match token {
        Token::Word { .. } | Token::Unknown(_) => true,
        Token::Command(name) => {
            crate::language::commands::letter(name).is_some()
                || matches!(*name, "{" | "}" | "angle" | "triangle" | "langle" | "rangle" | "mid")
                || !said && matches!(*name, "max" | "min" | "cup" | "cap" | "setminus")
        }
        Token::Number { .. } => true,
        Token::Sign(c) => "(){}[],:_'|^-".contains(*c),
        _ => false,
    });
    quiet
        && !matches!(tokens.first(), Some(Token::Number { .. }))
        && tokens
            .iter()
            .any(|t| matches!(t, Token::Word { .. } | Token::Unknown(_) | Token::Command(_)))
}
