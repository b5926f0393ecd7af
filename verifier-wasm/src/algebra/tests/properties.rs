//! Random expressions: rewritten by identities they stay equal, changed they differ, and no two of
//! them are called equal whose values differ.

use super::super::disc::Disc;
use super::super::eval::Eval;
use super::super::point::Symbols;
use super::*;

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % n
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len() as u64) as usize]
    }

    /// Plain text; `wild` adds roots and functions.
    fn expression(&mut self, depth: u64, symbols: bool, wild: bool) -> String {
        if depth == 0 || self.below(6) == 0 {
            return match self.below(if symbols { 6 } else { 3 }) {
                0 => self.below(7).to_string(),
                1 => format!("(-{})", self.below(5)),
                2 if wild => self.pick(&["pi", "e", "i", "sqrt(2)", "sqrt(3)"]).into(),
                2 => "(2/3)".into(),
                _ => self.pick(&["x", "y"]).into(),
            };
        }
        let kinds = if wild { 9 } else { 4 };
        let kind = self.below(kinds);
        let a = self.expression(depth - 1, symbols, wild);
        match kind {
            0 | 1 => format!("({a}+{})", self.expression(depth - 1, symbols, wild)),
            2 => format!("({a}*{})", self.expression(depth - 1, symbols, wild)),
            3 => format!("({a}-{})", self.expression(depth - 1, symbols, wild)),
            4 => format!("({a}/{})", self.expression(depth - 1, symbols, wild)),
            5 => format!("sqrt({a})"),
            6 => format!("({a})^{}", self.pick(&["2", "3", "(-1)", "(1/2)", "(2/3)"])),
            7 => {
                let name = self.pick(&["sin", "cos", "tan", "ln", "abs", "arctan", "cbrt", "cosh"]);
                format!("{name}({a})")
            }
            _ => format!("2^({a})"),
        }
    }
}

/// The same by an identity of whole expressions.
fn rewritten(a: &str, kind: u64) -> String {
    match kind {
        0 => format!("(1+{a})-1"),
        1 => format!("2*({a})/2"),
        2 => format!("({a})*(sin(z)^2+cos(z)^2)"),
        3 => format!("(({a})^2+({a}))/(({a})+1)"),
        4 => format!("sqrt(2)*({a})/sqrt(2)"),
        5 => format!("({a}+z)^2-({a})^2-2*z*({a})-z^2+({a})"),
        6 => format!("e^(ln(2))*({a})-({a})"),
        _ => format!("({a})/2+({a})/2"),
    }
}

#[test]
fn rewriting_keeps_and_changing_breaks_equality() {
    let mut random = Random(7);
    let (mut kept, mut broken) = (0, 0);
    for round in 0..3000 {
        let wild = round % 2 == 1;
        let a = random.expression(3, round % 3 > 0, wild);
        let kind = random.below(8);
        let b = rewritten(&a, kind);
        let found = decide(&a, &b);
        assert_ne!(found, Decision::Different, "{a} ~ {b}");
        kept += i32::from(found == Decision::Equal);
        let changed = format!("{b}+{}", random.pick(&["1", "x", "1/1000", "sqrt(5)", "1/10^20"]));
        let found = decide(&a, &changed);
        assert_ne!(found, Decision::Equal, "{a} ~ {changed}");
        broken += i32::from(found == Decision::Different);
    }
    println!("{kept} kept, {broken} broken of 3000");
    assert!(kept > 2500 && broken > 2500, "{kept} kept, {broken} broken");
}

#[test]
fn nothing_equal_has_different_values() {
    let mut random = Random(11);
    let (mut equal, mut open) = (0, Vec::new());
    for round in 0..20_000 {
        let symbols = round % 3 > 0;
        let (a, b) = (random.expression(2, symbols, true), random.expression(2, symbols, true));
        match decide(&a, &b) {
            Decision::Different => continue,
            Decision::GaveUp(why) => {
                open.push(format!("{a} ~ {b}: {}", why.0));
                continue;
            }
            Decision::Equal => equal += 1,
        }
        let (x, y) = (read(&a), read(&b));
        let points = Symbols::of(&[&x, &y], &mut Budget::new(STEPS));
        for number in 100..140 {
            let point = points.point(number);
            let mut budget = Budget::new(STEPS);
            let mut eval = Eval::<f64>::new(&point, 53, &mut budget);
            let pair: Option<(Disc<f64>, Disc<f64>)> = eval.value(&x).zip(eval.value(&y));
            let off = pair.and_then(|(x, y)| x.sub(&y, 53));
            assert!(!off.is_some_and(|off| off.excludes_zero()), "{a} ~ {b}");
        }
    }
    println!("{equal} equal, {} open, such as", open.len());
    for line in open.iter().step_by(open.len() / 40 + 1) {
        println!("  {line}");
    }
    assert!(equal > 100);
}
