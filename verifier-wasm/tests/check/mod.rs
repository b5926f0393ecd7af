//! Pairs of gold and boxed answers, with the verdict that all of them get.

use emend_verifier::{verify, Outcome};

pub const STEPS: u64 = 10_000_000;

/// Pairs that do not say the same: different, or given up.
#[allow(dead_code)] // not every file of tests has such pairs
pub fn never_equal(pairs: &[(&str, &str)]) {
    let accepted: Vec<_> = pairs
        .iter()
        .filter(|(gold, answer)| {
            let verdict = verify(gold, &format!(r"\boxed{{{answer}}}"), STEPS);
            verdict.outcome == Outcome::Equal
        })
        .collect();
    assert!(accepted.is_empty(), "accepted: {accepted:?}");
}

pub fn check(expected: Outcome, pairs: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (gold, answer) in pairs {
        let verdict = verify(gold, &format!(r"\boxed{{{answer}}}"), STEPS);
        if verdict.outcome != expected {
            wrong.push(format!("{gold}  |  {answer}: {:?} {}", verdict.outcome, verdict.reason));
        }
    }
    assert!(wrong.is_empty(), "not {expected:?}:\n{}", wrong.join("\n"));
}
