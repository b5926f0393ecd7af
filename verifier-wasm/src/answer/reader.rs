//! Tokens to a value: lists, equations, brackets, quantities, in this order of binding.

use super::decide::Answer;
use super::domain::trailing_domain;
use super::family::Parameter;
use super::text::{introduction, text};
use super::value::Value;
use crate::budget::{Budget, GaveUp};
use crate::language::characters::trimmed;
use crate::language::lexer::{tokenize, Malformed};
use crate::language::token::{key, Token};

/// Bytes of an answer beyond which only equal text is looked for.
const LONGEST: usize = 1 << 16;
/// Brackets within brackets.
const DEPTH: u32 = 20;

pub(super) struct Reader<'a> {
    pub(super) budget: &'a mut Budget,
    /// Symbols that the answer says to run over the whole numbers.
    pub(super) parameters: Vec<Parameter>,
    depth: u32,
}

/// Reads an answer. The error is a sentence for people.
pub fn read(source: &str, budget: &mut Budget) -> Result<Answer, String> {
    let source = trimmed(source);
    let as_text = |why| {
        let key = source.to_string();
        let value = Value::Text { key: key.clone(), shown: key.clone(), why };
        Ok(Answer { key, value, parameters: Vec::new() })
    };
    if source.len() > LONGEST {
        return as_text(GaveUp("the text is too long"));
    }
    let tokens = match tokenize(source, budget) {
        Ok(tokens) => tokens,
        Err(Malformed::Braces) => return Err("its braces do not match".into()),
        Err(Malformed::GaveUp(why)) => return as_text(why),
    };
    let blank = |token: &Token| matches!(token, Token::Sign('{' | '}' | ',' | '.' | ';' | ':'));
    if tokens.iter().all(blank) {
        return Err("it is empty".into());
    }
    // The full stop of a sentence, and separators that separate nothing.
    let loose = |token: &Token| matches!(token, Token::Sign(',' | '.' | ';' | ':'));
    let end = tokens.iter().rposition(|token| !loose(token)).map_or(0, |at| at + 1);
    let start = tokens.iter().position(|token| !loose(token)).unwrap_or(0);
    let tokens = &tokens[start..end];
    let tokens = &tokens[introduction(tokens)..];
    let mut reader = Reader { budget, parameters: Vec::new(), depth: 0 };
    let (front, domain) = trailing_domain(tokens);
    reader.parameters.extend(domain);
    let value = match reader.list(front) {
        Ok(value) => value,
        Err(why) => text(tokens, why),
    };
    Ok(Answer { key: key(tokens), value, parameters: reader.parameters })
}

impl Reader<'_> {
    pub(super) fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, GaveUp>,
    ) -> Result<T, GaveUp> {
        if self.depth == DEPTH {
            return Err(GaveUp("brackets are nested too deeply"));
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }
}
