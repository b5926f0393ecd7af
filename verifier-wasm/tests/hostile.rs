//! Inputs that make graders hang, and the time each may take.

use emend_verifier::{verify, Outcome};

const STEPS: u64 = 10_000_000;

#[test]
fn hostile() {
    let nines = "9".repeat(100_000);
    let long = [
        r"10^{10^{10}}".to_string(),
        r"9^{9^{9^9}}".into(),
        r"10^{10^9}".into(),
        "1e999999999".into(),
        "1e999999".into(),
        nines.clone(),
        format!("0.{nines}"),
        format!("{nines}/{nines}7"),
        "{".repeat(10_000) + "2" + &"}".repeat(10_000),
        "(".repeat(10_000) + "2" + &")".repeat(10_000),
        r"\{".repeat(9_000) + "2" + &r"\}".repeat(9_000),
        r"\sqrt{".repeat(9_000) + "2" + &"}".repeat(9_000),
        r"\text{".repeat(9_000) + "2" + &"}".repeat(9_000),
        "-".repeat(60_000) + "2",
        "2^".repeat(9_000) + "2",
        "1+".repeat(20_000) + "1",
        "1/".repeat(20_000) + "3",
        "1,".repeat(20_000) + "3",
        "=".repeat(60_000),
        (2..3000).map(|n| format!("1/{n}+")).collect::<String>() + "1",
        format!("({})^{{99999}}", r"\sqrt2+\sqrt3+\sqrt5+\sqrt7+\sqrt{11}+\sqrt{13}"),
        r"\sqrt{18446744073709551557}".into(),
        r"\sqrt[99999]{2}".into(),
        "a".repeat(1 << 20),
        r"\boxed{".repeat(100_000),
        r"\boxed".repeat(100_000),
        "answer ".repeat(100_000),
        "\0".into(),
        r"\text{".repeat(9_000),
        r"\frac".repeat(9_000),
        "[".repeat(60_000),
        "'".repeat(60_000),
    ];
    for text in &long {
        let start = std::time::Instant::now();
        let shown = &text[..text.len().min(30)];
        for (gold, answer) in [
            ("1", text.clone()),
            ("1", format!(r"\boxed{{{text}}}")),
            (text, "1".into()),
            (text, text.clone()),
        ] {
            let verdict = verify(gold, &answer, STEPS);
            assert!(
                gold == answer || verdict.outcome != Outcome::Equal || shown.starts_with("{{"),
                "{shown}"
            );
        }
        println!("{:?} {shown}", start.elapsed());
    }
}
