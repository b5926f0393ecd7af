//! Decides whether a model's answer to a mathematical question equals the gold answer.
//!
//! The way of the data: `extract` finds the answer in a response, `lexer` cuts it into tokens,
//! `reader` reads its form (list, assignment, tuple, quantity) into a `value`, `parser` its
//! arithmetic into an `expr`, which comes to a `number`; `compare` decides. A form that no rule
//! covers stays text: equal text is equal, and anything else about it is given up rather than
//! guessed. To broaden the verifier, add a variant to `Value` or `Expr` and its arm in `compare`.

mod algebra;
mod brackets;
mod budget;
mod choice;
mod commands;
mod compare;
mod decimal;
mod expr;
mod extract;
mod lexer;
mod number;
mod parser;
mod reader;
mod root;
mod token;
mod unit;
mod value;

#[cfg(target_arch = "wasm32")]
mod exports;
#[cfg(target_arch = "wasm32")]
mod json;

use budget::Budget;
pub use choice::verify_choice;
use compare::{compare, Comparison};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Equal,
    Different,
    Unparsable,
    GaveUp,
}

#[derive(Clone, Debug)]
pub struct Verdict {
    pub outcome: Outcome,
    pub extracted: Option<String>,
    pub gold_parsed: Option<String>,
    pub answer_parsed: Option<String>,
    pub reason: String,
}

/// Compares an answer, or a whole response, with the gold answer, in at most `steps` steps.
pub fn verify(gold: &str, answer: &str, steps: u64) -> Verdict {
    let mut verdict = Verdict {
        outcome: Outcome::Unparsable,
        extracted: None,
        gold_parsed: None,
        answer_parsed: None,
        reason: String::new(),
    };
    let mut budget = Budget::new(steps);
    let gold_value = match read_gold(gold, &mut budget) {
        Ok(value) => value,
        Err(why) => {
            verdict.reason = format!("cannot parse the gold answer: {why}");
            return verdict;
        }
    };
    verdict.gold_parsed = Some(gold_value.to_string());
    let Some(extracted) = extract::answer(answer, gold) else {
        verdict.reason = "the response marks no answer".into();
        return verdict;
    };
    let answer_value = reader::read(&extracted, &mut budget);
    verdict.extracted = Some(extracted);
    let answer_value = match answer_value {
        Ok(value) => value,
        Err(why) => {
            verdict.reason = format!("cannot parse the answer: {why}");
            return verdict;
        }
    };
    let words_wanted = matches!(gold_value, value::Value::Text { .. });
    if matches!(answer_value, value::Value::Text { .. }) && !words_wanted {
        let said = verdict.extracted.as_deref().unwrap_or("");
        if extract::boxed(answer).is_none() && extract::is_prose(said) {
            verdict.reason = "the response holds no answer".into();
            return verdict;
        }
    }
    verdict.answer_parsed = Some(answer_value.to_string());
    (verdict.outcome, verdict.reason) = match compare(&gold_value, &answer_value, &mut budget) {
        Comparison::Equal => (Outcome::Equal, "both say the same".into()),
        Comparison::Different => (Outcome::Different, "they differ".into()),
        Comparison::GaveUp(why) => (Outcome::GaveUp, why),
    };
    verdict
}

/// The answer that a response marks as such, not judging a bare text.
pub fn extract(response: &str) -> Option<String> {
    extract::marked(response)
}

/// Reads a gold answer: what kind it is and its value as text, or why it cannot be one.
pub fn parse(text: &str, steps: u64) -> Result<(&'static str, String), String> {
    read_gold(text, &mut Budget::new(steps)).map(|value| (value.kind(), value.to_string()))
}

/// A gold answer is the answer itself, or a solution that ends in a box.
fn read_gold(gold: &str, budget: &mut Budget) -> Result<value::Value, String> {
    match extract::boxed(gold) {
        Some(content) => reader::read(&content, budget),
        None => reader::read(gold, budget),
    }
}
