//! Pairs with their verdicts.

use emend_verifier::{parse, verify, Outcome};

const STEPS: u64 = 10_000_000;

fn check(outcome: Outcome, pairs: &[(&str, &str)]) {
    for (gold, answer) in pairs {
        let verdict = verify(gold, answer, STEPS);
        assert_eq!(verdict.outcome, outcome, "{gold} ~ {answer}: {verdict:?}");
    }
}

#[test]
fn same_number() {
    check(
        Outcome::Equal,
        &[
            ("42", "42"),
            ("42", "+42"),
            ("-7", "- 7"),
            ("-1", "\u{2212}1"),
            ("007", "7"),
            ("7425000", "7,425,000"),
            ("1147", "1{,}147"),
            ("1147", r"1\,147"),
            ("1147", r"1,\!147"),
            ("1147", "1 147"),
            ("11111100", r"11,\! 111,\! 100"),
            ("1147", "1147."),
            ("1147", "1147.0"),
            ("1234.5", "1,234.5"),
            ("0.5", ".5"),
            ("0.57", "0.570"),
            ("1/2", "0.5"),
            (r"\frac12", "1/2"),
            (r"\dfrac{1}{2}", r"\tfrac{2}{4}"),
            (r"-\frac{155}{2}", r"\frac{155}{-2}"),
            (r"\frac{155}{2}", r"77\frac{1}{2}"),
            (r"-15\frac35", "-15.6"),
            ("3/2", "1 1/2"),
            (r"1.2 \times 10^3", "1200"),
            ("0.0012", r"1.2\cdot 10^{-3}"),
            ("120", "1.2e2"),
            (r"\text{1147}", "1147"),
            (r"\mathbf{406}", "406"),
            ("1", "\u{ff11}"),
            ("687", "686+1"),
            ("1/3", "(1)/(3)"),
            ("{{{5}}}", "5"),
            ("$5$", r"\(5\)"),
            ("73", "**73**"),
            ("5", "x = 5"),
            ("x=5", "5"),
            ("5", r"x_1 = 2+3 = 5"),
            // A chain with a name counts by its last side, or the last exact one.
            ("11", "x = 5+5+1 = 7 = 11"),
            ("1/3", r"x = 5+5+1 = 1/3 \approx 11"),
            ("1 = x = y = 0", "0"),
            // Decimals of the gold's value with fewer digits.
            (r"2.653\ \mathrm{m}", "2.65"),
            ("1000.99", "1,000.99m²"),
            ("2.74", "Price : 2,74 $"),
            ("2.74", "2,74 €"),
            (r"\theta=5", "5"),
            ("2", r"\sqrt[3]{8}"),
            ("-2", r"\sqrt[3]{-8}"),
            ("3", "9^{1/2}"),
            ("1e-7", "0.0000001"),
        ],
    );
}

#[test]
fn different_number() {
    check(
        Outcome::Different,
        &[
            ("42", "43"),
            ("42", "-42"),
            ("687", "687.001"),
            (r"\frac{24}{7}", "3.429"),
            ("1{,}234", "1.234"),
            ("0", r"1.6\times 10^{-19}"),
            ("42", "42.0000004"),
            ("1", r"2\frac12"),
            ("42", "41=42"),
            ("11", "x = 5+5+1 = 11 = 7"),
            ("1/3", "0.333"),
            ("2.653", "2.66"),
            ("2.653", "2.7"),
            ("42", "1=2=3=42"),
            ("42", "41 or 42"),
            ("42", r"41 \text{ or } 42"),
            ("42", r"\boxed{41} or \boxed{42}"),
            ("42", "The answer is $42$ or $41$ or $40$."),
            ("42", "$42$ and $41$"),
            ("42", "41, 42"),
            ("x=5", "y=5"),
            ("42", "(41, 42)"),
            ("42", "What is 6*7? 42 is not the answer. The answer is 41."),
        ],
    );
}

#[test]
fn units() {
    check(
        Outcome::Equal,
        &[
            (r"28\%", "0.28"),
            (r"28\%", "28"),
            ("0.28", "28%"),
            ("0.5", r"\frac12 = 0.5 = 50\%"),
            (r"62.5\%", r"\frac58"),
            ("30", r"30^\circ"),
            (r"30^{\circ}", "30°"),
            (r"30^\circ", r"30 \text{ degrees}"),
            (r"\$10", "10"),
            (r"\$10", "10 dollars"),
            ("-10", r"-\$10"),
            ("10", r"10\text{ cm}"),
            (r"10\text{ square units.}", "10"),
            ("10 cm", r"10\mathrm{~cm}"),
            ("14 (pizzas)", "14"),
            (r"33 \mathrm{~m} / \mathrm{s}", "33"),
            (r"\pi\text{ cm}^2", r"\pi"),
        ],
    );
    check(Outcome::Different, &[("28", "28%"), ("0.5", "50"), ("10", r"11\text{ cm}")]);
    check(
        Outcome::GaveUp,
        &[
            (r"10\text{ boys}", r"10\text{ girls}"),
            ("42", r"42 \text{ is wrong}"),
            ("42", r"42 \text{ not}"),
        ],
    );
}

#[test]
fn collections() {
    check(
        Outcome::Equal,
        &[
            ("(3.7, 5.4)", r"\left( 3.7,5.4 \right)"),
            ("(3.7, 5.4)", r"(\frac{37}{10}, \frac{54}{10})"),
            ("(1,234)", "(1, 234)"),
            ("(1,2)", "(x,y)=(1,2)"),
            (r"\left(\frac34,5\right)", "(0.75,5)"),
            (r"\{1,2\}", r"\{2, 1, 1\}"),
            ("1, 2", "2 and 1"),
            ("1, 2", r"\{1,2\}"),
            ("(0,1]", "(0, 1]"),
            ("1, 2, and 3", "3,2,1"),
            ("1,2", r"\boxed{1}, \boxed{2}"),
            ("((1,2),3)", "((1, 2), 3)"),
            ("0.5", r"\boxed{\frac12} \boxed{0.5}"),
            ("x=1, y=2", "y=2, x=1"),
        ],
    );
    check(
        Outcome::Different,
        &[
            ("(3.7, 5.4)", "(5.4, 3.7)"),
            ("(3.7, 5.4)", "(3.7, 5.5)"),
            ("(3.7, 5.4)", "(3.7)"),
            ("(3.7, 5.4)", "(3.7, 5.4, 1)"),
            ("(3.7, 5.4)", "3.7"),
            ("[0,1]", "(0,1]"),
            ("1,2", "1"),
            ("1,2", "1,2,3"),
            ("(3,1)", r"\boxed{(1,3)}"),
            ("(1,1234)", "1"),
            ("(3,1)", r"\{1,3\}"),
        ],
    );
    check(Outcome::GaveUp, &[("(3,1)", "1,3")]);
}

#[test]
fn roots_and_pi() {
    check(
        Outcome::Equal,
        &[
            (r"50\sqrt{10}", r"\sqrt{25000}"),
            (r"2 - \sqrt{3}", r"-\sqrt{3}+2"),
            ("2√5", r"\sqrt5\cdot 2"),
            (r"\frac{\sqrt{7}}{12}", r"\frac{7}{12\sqrt{7}}"),
            (r"\frac{1}{\sqrt{2}}", r"\frac{\sqrt2}{2}"),
            (r"\frac{1}{1+\sqrt2}", r"\sqrt2-1"),
            (r"2\pi", "π*2"),
            (r"\frac{\pi}{4}", r"0.25\pi"),
            (r"\sqrt{3}", "3^{1/2}"),
            (r"\sqrt{\frac{4}{9}}", r"\frac23"),
            (r"\sqrt{8}\sqrt{2}", "4"),
        ],
    );
    check(
        Outcome::Different,
        &[
            (r"2\pi", "6.28"),
            (r"\sqrt{39}", r"\sqrt{38}"),
            (r"2-\sqrt3", "2-3"),
            (r"\pi", r"\pi^2"),
        ],
    );
}

#[test]
fn text_that_is_not_evaluated() {
    check(
        Outcome::Equal,
        &[
            (r"\frac{x^{2}}{2}", r"\dfrac { x^2 } 2"),
            (r"\left( x+1 \right)", "(x+1)"),
            (r"\text{Evelyn}", r"\mathrm{Evelyn}"),
            ("Evelyn receives the last token.", "Evelyn"),
            ("y = -2x + 1", "-2x+1"),
            ("12_5", "12_{5}"),
        ],
    );
    check(
        Outcome::GaveUp,
        &[
            ("5", "cat"),
            (r"\text{Evelyn}", r"\text{Navin}"),
            ("Evelyn does not win", "Evelyn"),
            ("Evelyn and Navin win", "Evelyn"),
            ("The last token wins", "The"),
        ],
    );
}

#[test]
fn unparsable() {
    check(
        Outcome::Unparsable,
        &[
            ("1", ""),
            ("1", r"\boxed{}"),
            ("1", r"\boxed{\,}"),
            ("1", r"<think>\boxed{1}</think>"),
            ("1", "<think>1"),
            ("1", "}{"),
            ("", "1"),
            ("", ""),
            (r"\frac{1}{2", "1"),
            (r"\boxed{}", "1"),
        ],
    );
    assert!(parse("", STEPS).is_err());
    assert!(parse(" $ $ ", STEPS).is_err());
    assert!(parse("{", STEPS).is_err());
    assert_eq!(parse("(3.7, 5)", STEPS), Ok(("tuple", "(37/10, 5)".into())));
    assert_eq!(parse("7,425,000", STEPS), Ok(("integer", "7425000".into())));
}
