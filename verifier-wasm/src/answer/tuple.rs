//! What brackets around everything say: points, vectors, intervals.

use super::reader::Reader;
use super::text::{is_words, text};
use super::value::Value;
use crate::budget::GaveUp;
use crate::language::brackets::{enclosing, outside, split};
use crate::language::token::Token;

/// Points that a tuple with ± in several places may stand for.
const CHOICES: usize = 32;

impl Reader<'_> {
    /// What brackets around everything say; None where they only group.
    pub(super) fn enclosed(
        &mut self,
        open: char,
        close: char,
        inner: &[Token],
    ) -> Result<Option<Value>, GaveUp> {
        if open == '{' {
            return self.braced(inner).map(Some);
        }
        let apart = |token: &Token| token.is(',') || token.is(';');
        let parts: Vec<&[Token]> = split(inner, apart);
        if parts.len() == 1 {
            if open == '(' && close == ')' {
                let relation = outside(inner, |token| {
                    token.is('=')
                        || matches!(token, Token::Command("in" | "<" | ">" | "leq" | "geq"))
                });
                let begins = matches!(inner.first(), Some(Token::Begin(_)));
                let sets = enclosing(inner).is_some();
                if relation || begins || sets || is_words(inner) {
                    return self.equation(inner).map(Some);
                }
                return Ok(None);
            }
            if inner.iter().any(|token| matches!(token, Token::Begin(_))) {
                return self.single(inner).map(Some);
            }
        }
        let mut choices = vec![Vec::new()];
        for part in parts {
            let item = if part.is_empty() {
                text(part, GaveUp("it is empty"))
            } else {
                self.equation(part)?
            };
            // (±1, 0) are two points.
            match item {
                Value::List { items, .. } if choices.len() * items.len() <= CHOICES => {
                    choices = choices
                        .into_iter()
                        .flat_map(|before: Vec<Value>| {
                            items
                                .iter()
                                .map(move |item| [&before[..], std::slice::from_ref(item)].concat())
                        })
                        .collect();
                }
                item => choices.iter_mut().for_each(|before| before.push(item.clone())),
            }
        }
        let linked = inner.contains(&Token::Command("mp"));
        if linked && choices.len() > 1 {
            // ± and ∓ go together: the first and the last choice.
            let last = choices.pop().unwrap_or_default();
            choices.truncate(1);
            choices.push(last);
        }
        let mut tuples: Vec<Value> =
            choices.into_iter().map(|items| Value::Tuple { open, close, items }).collect();
        Ok(Some(if tuples.len() == 1 { tuples.remove(0) } else { Value::list(tuples) }))
    }
}
