//! Two whole answers, by what they say.

use super::compare::{compare, Comparison};
use super::conventions::other_convention;
use super::family::{families, Parameter};
use super::floors::same_for_whole;
use super::renamed::renamed;
use super::value::Value;
use crate::budget::Budget;

#[derive(Clone)]
pub struct Answer {
    pub value: Value,
    /// Symbols that it says to run over the whole numbers.
    pub parameters: Vec<Parameter>,
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
    let decision = compare(&gold.value, &answer.value, budget);
    if decision == Comparison::Equal {
        return decision;
    }
    if let Some(found) = families(gold, answer, budget) {
        return found;
    }
    if same_for_whole(&gold.value, &answer.value, budget) {
        return Comparison::Equal;
    }
    if decision == Comparison::Different {
        let doubt = renamed(&gold.value, &answer.value, budget)
            .or_else(|| other_convention(&gold.value, &answer.value, budget));
        return doubt.unwrap_or(decision);
    }
    decision
}
