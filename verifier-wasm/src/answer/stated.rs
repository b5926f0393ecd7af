//! Values in a sentence: "the price of A is 20 yuan", "20 yuan (A)".

use super::reader::Reader;
use super::value::Value;
use crate::budget::GaveUp;
use crate::language::token::{shown, Token};

/// Words of a subject; more make another sentence.
const WORDS: usize = 16;
const VERBS: [&str; 7] = ["is", "are", "was", "were", "costs", "equals", "weighs"];
/// Words that turn a sentence around.
const DENIALS: [&str; 8] = ["no", "not", "never", "none", "neither", "nothing", "nobody", "cannot"];

impl Reader<'_> {
    /// A subject of words and its value, which begins with a number or a currency.
    pub(super) fn stated(&mut self, tokens: &[Token]) -> Result<Option<Value>, GaveUp> {
        if let Some((value, name)) = in_parentheses(tokens) {
            let value = Box::new(self.single(value)?);
            return Ok(Some(Value::Named { name: name.into(), left: None, value }));
        }
        let word = |token: &&Token| matches!(token, Token::Word { .. } | Token::Sign('\''));
        let words = tokens.iter().take_while(word).count();
        let verb = |token: &Token| token.word().is_some_and(|word| VERBS.contains(&word.as_str()));
        let Some((last, subject)) = tokens[..words].split_last() else { return Ok(None) };
        let denied =
            |token: &Token| token.word().is_some_and(|word| DENIALS.contains(&word.as_str()));
        let starts = matches!(
            tokens.get(words),
            Some(Token::Number { .. } | Token::Command("$" | "frac" | "sqrt") | Token::Sign('-'))
        );
        let long =
            |token: &Token| matches!(token, Token::Word { letters, .. } if letters.len() > 1);
        let sentence = verb(last)
            && starts
            && words <= WORDS
            && subject.iter().any(long)
            && !subject.iter().any(denied);
        if !sentence {
            return Ok(None);
        }
        Ok(match self.single(&tokens[words..])? {
            value @ Value::Scalar(_) => {
                Some(Value::Named { name: about(subject), left: None, value: Box::new(value) })
            }
            _ => None,
        })
    }
}

/// The one capital letter that a subject is about, or all of it.
fn about(subject: &[Token]) -> String {
    // A capital at the start may be an article.
    let mut letters = subject.iter().skip(1).filter_map(|token| match token {
        Token::Word { letters, .. } if is_letter(letters) => Some(letters.clone()),
        _ => None,
    });
    match (letters.next(), letters.next()) {
        (Some(letter), None) => letter,
        _ => shown(subject).trim().to_string(),
    }
}

/// A quantity with a letter in parentheses behind its unit.
fn in_parentheses(tokens: &[Token]) -> Option<(&[Token], &str)> {
    let [value @ .., Token::Sign('('), Token::Word { letters, .. }, Token::Sign(')')] = tokens
    else {
        return None;
    };
    let unit = matches!(value.last(), Some(Token::Word { letters, .. }) if letters.len() > 1);
    let number = matches!(value.first(), Some(Token::Number { .. } | Token::Command("$")));
    (unit && number && is_letter(letters)).then_some((value, letters.as_str()))
}

fn is_letter(letters: &str) -> bool {
    letters.len() == 1 && letters.starts_with(|c: char| c.is_ascii_uppercase())
}
