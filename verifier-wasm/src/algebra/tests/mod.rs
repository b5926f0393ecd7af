//! Tables of pairs in plain mathematics, and what is decided about them.

mod equal;
mod facts;
mod hostile;
mod properties;
mod reader;
mod speed;
mod unequal;

use super::expr::Expr;
use super::*;
pub use reader::read;
use std::time::{Duration, Instant};

const STEPS: u64 = 10_000_000;

fn decide(a: &str, b: &str) -> Decision {
    let (x, y) = (read(a), read(b));
    let decide = || {
        let start = Instant::now();
        let decision = equal(&x, &y, &mut Budget::new(STEPS));
        (start.elapsed(), decision)
    };
    let (mut took, decision) = decide();
    // Another program may have had the processor.
    for _ in 0..10 {
        if took >= Duration::from_millis(100) {
            took = took.min(decide().0);
        }
    }
    assert!(took < Duration::from_millis(100), "{a} ? {b} took {took:?}");
    assert_eq!(
        std::mem::discriminant(&decision),
        std::mem::discriminant(&equal(&y, &x, &mut Budget::new(STEPS))),
        "{a} ? {b} depends on the order"
    );
    decision
}

fn table(lines: &str, want: fn(&Decision) -> bool) {
    let mut wrong = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (a, b) = line.split_once(" ~ ").unwrap();
        let found = decide(a, b);
        if !want(&found) {
            wrong.push(format!("{line}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn all_equal(lines: &str) {
    table(lines, |found| *found == Decision::Equal);
}

fn all_different(lines: &str) {
    table(lines, |found| *found == Decision::Different);
}

fn all_given_up(lines: &str) {
    table(lines, |found| matches!(found, Decision::GaveUp(_)));
}
