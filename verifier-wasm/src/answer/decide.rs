//! Two whole answers: first as they are written, then by what they say.

use super::compare::{compare, Comparison};
use super::period::with_parameter_of;
use super::value::Value;
use crate::budget::Budget;

pub struct Answer {
    /// The normalized text.
    pub key: String,
    pub value: Value,
}

impl Answer {
    pub fn kind(&self) -> &'static str {
        self.value.kind()
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value.fmt(out)
    }
}

pub fn decide(gold: &Answer, answer: &Answer, budget: &mut Budget) -> Comparison {
    if gold.key == answer.key {
        return Comparison::Equal;
    }
    let decision = compare(&gold.value, &answer.value, budget);
    if decision != Comparison::Equal {
        if let Some(renamed) = with_parameter_of(&gold.value, &answer.value) {
            if compare(&gold.value, &renamed, budget) == Comparison::Equal {
                return Comparison::Equal;
            }
        }
    }
    decision
}
