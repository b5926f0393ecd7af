//! Pairs of gold and boxed answers, with the verdict that all of them get.

use emend_verifier::{verify, Outcome};

pub const STEPS: u64 = 10_000_000;

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
