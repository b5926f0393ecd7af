//! Questions with lettered choices, where both sides may be sentences: "The answer is (C)".

use crate::extract::choice;
use crate::{Outcome, Verdict};

/// Compares the letters, A to J, that two texts settle on.
pub fn verify_choice(gold: &str, answer: &str) -> Verdict {
    let [gold, answer] = [gold, answer].map(|text| choice(text).map(String::from));
    let (outcome, reason) = match (&gold, &answer) {
        (None, _) => (Outcome::Unparsable, "the gold answer names no choice"),
        (_, None) => (Outcome::Unparsable, "the response settles on no choice"),
        (gold, answer) if gold == answer => (Outcome::Equal, "both name the same choice"),
        _ => (Outcome::Different, "they name different choices"),
    };
    Verdict {
        outcome,
        extracted: answer.clone(),
        gold_parsed: gold,
        answer_parsed: answer,
        reason: reason.into(),
    }
}
