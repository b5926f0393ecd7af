//! Decides whether a model's answer to a mathematical question equals the gold answer.
//!
//! The way of the data: `extract` finds the answer in a response; `language` cuts it into tokens
//! and reads arithmetic into expressions; `answer` reads its form (list, equation, interval,
//! matrix, quantity) into a value and compares two of them; `algebra` decides about expressions.
//! A form that no rule covers stays text: equal text is equal, and anything else about it is given
//! up rather than guessed. To broaden the verifier, teach `language` a notation, or give
//! `answer::value::Value` a variant, its reading in `answer` and its arm in `answer::compare`.

mod algebra;
mod answer;
mod budget;
mod choice;
mod extract;
mod language;

#[cfg(target_arch = "wasm32")]
mod exports;
#[cfg(target_arch = "wasm32")]
mod heap;

use answer::compare::Comparison;
use answer::{cut, decide, read, Source};
use budget::Budget;
pub use choice::verify_choice;

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

/// The reason of every `Equal`.
const SAME: &str = "both say the same";

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
    let gold_source = match cut_gold(gold, &mut budget) {
        Ok(source) => source,
        Err(why) => {
            verdict.reason = format!("cannot parse the gold answer: {why}");
            return verdict;
        }
    };
    let gold_value = read(&gold_source, &mut budget);
    verdict.gold_parsed = Some(gold_value.to_string());
    let Some(extracted) = extract::answer(answer, gold) else {
        verdict.reason = "the response marks no answer".into();
        return verdict;
    };
    let source = cut(&extracted, &mut budget);
    verdict.extracted = Some(extracted);
    let source = match source {
        Ok(source) => source,
        Err(why) => {
            verdict.reason = format!("cannot parse the answer: {why}");
            return verdict;
        }
    };
    // What is written the same says the same, also where no rule understands it.
    if source.key == gold_source.key {
        verdict.answer_parsed = verdict.gold_parsed.clone();
        (verdict.outcome, verdict.reason) = (Outcome::Equal, SAME.into());
        return verdict;
    }
    let answer_value = read(&source, &mut budget);
    verdict.answer_parsed = Some(answer_value.to_string());
    (verdict.outcome, verdict.reason) = match decide(&gold_value, &answer_value, &mut budget) {
        Comparison::Equal => (Outcome::Equal, SAME.into()),
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
    let mut budget = Budget::new(steps);
    let source = cut_gold(text, &mut budget)?;
    let value = read(&source, &mut budget);
    Ok((value.kind(), value.to_string()))
}

/// A gold answer is the answer itself, or a solution that ends in a box.
fn cut_gold(gold: &str, budget: &mut Budget) -> Result<Source, String> {
    match extract::gold(gold) {
        Some(content) => cut(&content, budget),
        None => cut(gold, budget),
    }
}
