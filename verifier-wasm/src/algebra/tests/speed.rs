//! What decisions cost: run with --nocapture to see.

use super::*;

#[test]
fn typical_decisions_are_fast() {
    for (a, b, most) in [
        ("42", "42", 5.0),
        ("7", "8", 5.0),
        ("3/4", "6/8", 10.0),
        ("2*sqrt(3)", "sqrt(12)", 100.0),
        ("(1+sqrt(5))/2", "(1+sqrt(5))/3", 100.0),
        ("1/(1+sqrt(2))", "sqrt(2)-1", 100.0),
        ("9*pi/4", "2.25*pi", 100.0),
        ("sqrt(2+sqrt(3))", "(sqrt(6)+sqrt(2))/2", 500.0),
        ("x^2+2*x+1", "(x+1)^2", 200.0),
        ("(x^2-1)/(x-1)", "x+1", 500.0),
        ("sin(2*x)", "2*sin(x)*cos(x)", 500.0),
        ("(1+sqrt(1+8*n))/2", "1/2+sqrt(8*n+1)/2", 500.0),
        ("x^2+1", "x^2+2", 100.0),
        ("ln(12)", "2*ln(2)+ln(3)", 200.0),
        ("cos(pi/7)-cos(2*pi/7)+cos(3*pi/7)", "1/2", 1000.0),
        ("tan(x+y)", "(tan(x)+tan(y))/(1-tan(x)*tan(y))", 3000.0),
    ] {
        let (x, y) = (read(a), read(b));
        let rounds = 200;
        let start = Instant::now();
        for _ in 0..rounds {
            equal(&x, &y, &mut Budget::new(STEPS));
        }
        let each = start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds);
        println!("{each:9.2} µs  {a} ~ {b}");
        // Far above what a quiet machine takes.
        assert!(each < most * 20.0, "{a} ~ {b} took {each} µs");
    }
}
