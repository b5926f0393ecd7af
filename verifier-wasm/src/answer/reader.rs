//! Tokens to a value: lists, equations, brackets, quantities, in this order of binding.

use super::decide::Answer;
use super::domain::trailing_domain;
use super::family::Parameter;
use super::scalar::Scalar;
use super::text::{conclusion, introduction, text};
use super::value::Value;
use crate::algebra::expr::Expr;
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

/// The text of an answer, cut into tokens.
pub struct Source {
    /// The normalized text.
    pub key: String,
    /// The answer's own, without what introduces it; or why there are none.
    tokens: Result<Vec<Token>, GaveUp>,
}

/// Cuts an answer. The error is a sentence for people.
pub fn cut(text: &str, budget: &mut Budget) -> Result<Source, String> {
    let text = trimmed(text);
    let as_text = |why| Ok(Source { key: text.to_string(), tokens: Err(why) });
    if text.len() > LONGEST {
        return as_text(GaveUp("the text is too long"));
    }
    let mut tokens = match tokenize(text, budget) {
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
    tokens.truncate(tokens.iter().rposition(|token| !loose(token)).map_or(0, |at| at + 1));
    let start = tokens.iter().position(|token| !loose(token)).unwrap_or(0);
    tokens.drain(..start + introduction(&tokens[start..]));
    tokens.truncate(conclusion(&tokens));
    Ok(Source { key: key(&tokens), tokens: Ok(tokens) })
}

/// Reads what an answer says.
pub fn read(source: &Source, budget: &mut Budget) -> Answer {
    let tokens = match &source.tokens {
        Ok(tokens) => tokens,
        Err(why) => {
            let (key, shown, why) = (source.key.clone(), source.key.clone(), why.clone());
            return Answer { value: Value::Text { key, shown, why }, parameters: Vec::new() };
        }
    };
    // Most answers are whole numbers, and nothing else can be meant.
    if let [Token::Number { digits, grouped: false }] = tokens.as_slice() {
        if let (true, Ok(value)) = (digits.bytes().all(|b| b.is_ascii_digit()), digits.parse()) {
            let value = Value::Scalar(Scalar::plain(Expr::integer(value)));
            return Answer { value, parameters: Vec::new() };
        }
    }
    let mut reader = Reader { budget, parameters: Vec::new(), depth: 0 };
    let (front, domain) = trailing_domain(tokens);
    reader.parameters.extend(domain);
    let value = match reader.list(front) {
        Ok(value) => value,
        Err(why) => text(tokens, why),
    };
    Answer { value, parameters: reader.parameters }
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
