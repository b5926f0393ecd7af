//! Ratios, zeros, orders, roundings, and how expressions are shown.

use super::*;
use std::cmp::Ordering;

#[test]
fn ratios() {
    let mut wrong = Vec::new();
    for (a, b, want) in [
        ("2*x+4", "x+2", Ratio::Positive),
        ("-x", "3*x", Ratio::Negative),
        ("x-y", "y-x", Ratio::Negative),
        ("x/2+1", "sqrt(2)*(x+2)", Ratio::Positive),
        ("(1-sqrt(2))*x", "x", Ratio::Negative),
        ("i*x", "x", Ratio::Complex),
        ("x", "x^2", Ratio::None),
        ("x+1", "x+2", Ratio::None),
        ("x", "y", Ratio::None),
        ("0", "x", Ratio::None),
        ("5", "-3", Ratio::Negative),
        ("pi*x-pi", "x-1", Ratio::Positive),
        ("ln(2)*e^x", "e^(x+1)", Ratio::Positive),
        ("x/(x+1)", "-3*x/(1+x)", Ratio::Negative),
        ("sin(x)*cos(x)", "sin(2*x)", Ratio::Positive),
        ("sqrt(x)-1", "2-2*sqrt(x)", Ratio::Negative),
        ("(x-1)*(x-3)", "-x^2+4*x-3", Ratio::Negative),
    ] {
        let found = ratio(&read(a), &read(b), &mut Budget::new(STEPS));
        if found != want {
            wrong.push(format!("{a} : {b} is {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn zeros() {
    let mut wrong = Vec::new();
    for (a, b, want) in [
        ("y-(2*x+1)", "2*x-y+1", Decision::Equal),
        ("y-2*x-1", "4*x-2*y+2", Decision::Equal),
        ("x^2/4+y^2-1", "x^2+4*y^2-4", Decision::Equal),
        ("x^2/4+y^2/9-1", "9*x^2+4*y^2-36", Decision::Equal),
        ("y-(x-1)/2", "2*y-x+1", Decision::Equal),
        ("y-1/x", "x*y-1", Decision::Equal),
        ("y-x/(x+1)", "y*(x+1)-x", Decision::Equal),
        ("(x^2-1)/(x-1)", "x+1", Decision::Equal),
        ("y-sqrt(3)*x", "sqrt(3)*y-3*x", Decision::Equal),
        ("y-sqrt(3)*x", "y/sqrt(3)-x", Decision::Equal),
        ("(x-1)^2+(y+2)^2-5", "x^2+y^2-2*x+4*y", Decision::Equal),
        ("y-sin(2*x)", "2*sin(x)*cos(x)-y", Decision::Equal),
        ("y-3*e^x", "y/3-e^x", Decision::Equal),
        ("y-x", "y+x", Decision::Different),
        ("y-x", "y-x-1", Decision::Different),
        ("y-x^2", "y-x", Decision::Different),
        ("x", "x^2", Decision::Different),
        ("y-sqrt(2)*x", "y-sqrt(3)*x", Decision::Different),
        ("y-pi*x", "y-3*x", Decision::Different),
        ("x^2+y^2-1", "x^2+y^2-2", Decision::Different),
        ("x-y", "x-z", Decision::Different),
        ("y-e^(-x^3)", "x-4", Decision::Different),
        ("y-x*(c+d*ln(x))", "z+10*e^(-30*t)", Decision::Different),
        ("ln(y)^2/2+x^3/3-c", "ln(y)^2/2+x^3/3+c", Decision::Different),
        ("y-sqrt(x)", "y-2*sqrt(x)", Decision::Different),
        ("y-ln(x^2-1)", "y-ln(x-1)-ln(x+1)", Decision::Equal),
        ("x-x", "y-y", Decision::GaveUp(GaveUp("equations that are always true"))),
    ] {
        for (a, b) in [(a, b), (b, a)] {
            let found = same_zeros(&read(a), &read(b), &mut Budget::new(STEPS));
            if found != want {
                wrong.push(format!("{a} : {b} is {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn orders() {
    for (a, b, want) in [
        ("1", "2", Ordering::Less),
        ("-oo", "3", Ordering::Less),
        ("oo", "3", Ordering::Greater),
        ("oo", "oo", Ordering::Equal),
        ("sqrt(2)", "3/2", Ordering::Less),
        ("pi", "22/7", Ordering::Less),
        ("pi", "355/113", Ordering::Less),
        ("sqrt(8)", "2*sqrt(2)", Ordering::Equal),
        ("e^pi", "pi^e", Ordering::Greater),
        ("sqrt(2+sqrt(3))", "(sqrt(6)+sqrt(2))/2", Ordering::Equal),
        ("ln(2)", "1", Ordering::Less),
    ] {
        let mut budget = Budget::new(STEPS);
        assert_eq!(order(&read(a), &read(b), &mut budget), Ok(want), "{a} ? {b}");
        assert_eq!(order(&read(b), &read(a), &mut budget), Ok(want.reverse()), "{b} ? {a}");
    }
    assert!(order(&read("x"), &read("1"), &mut Budget::new(STEPS)).is_err());
    assert!(order(&read("i"), &read("1"), &mut Budget::new(STEPS)).is_err());
}

#[test]
fn rationals_and_rounded_numbers() {
    let number = |text: &str| rational(&read(text), &mut Budget::new(STEPS)).unwrap();
    for (text, want) in [
        ("sqrt(4)", "2"),
        ("cos(pi/3)", "1/2"),
        ("cos(pi/7)-cos(2*pi/7)+cos(3*pi/7)", "1/2"),
        ("log(2, 8)", "3"),
        ("(1+sqrt(2))*(1-sqrt(2))", "-1"),
        ("cbrt(2+sqrt(5)) + cbrt(2-sqrt(5))", "1"),
        ("fact(5)", "120"),
        ("pi/pi", "1"),
    ] {
        assert_eq!(number(text), number(want), "{text}");
    }
    for text in ["pi", "sqrt(2)", "x", "x-x+pi", "1/0", "e^pi"] {
        assert_eq!(rational(&read(text), &mut Budget::new(STEPS)), None, "{text}");
    }
    for (text, near, tolerance, want) in [
        ("pi", "3.14", "0.005", true),
        ("pi", "3.15", "0.005", false),
        ("1/3", "0.333", "0.0005", true),
        ("sqrt(2)", "1.41421356237309504880", "1/10^20", true),
        ("sqrt(2)", "1.41421356237309504890", "1/10^20", false),
        ("1/2", "0", "1/2", true),
    ] {
        let found = within(&read(text), &number(near), &number(tolerance), &mut Budget::new(STEPS));
        assert_eq!(found, Ok(want), "{text} and {near}");
    }
}

#[test]
fn shows() {
    let mut wrong = Vec::new();
    for (text, want) in [
        ("6/4", "3/2"),
        ("sqrt(12)+pi/2", "pi/2 + 2*sqrt(3)"),
        ("(x+1)^2", "x^2 + 2*x + 1"),
        ("1/sqrt(2)", "sqrt(2)/2"),
        ("(x^2-1)/(x-1)", "x + 1"),
        ("1/(x+1)", "1/(x + 1)"),
        ("-x", "-x"),
        ("sqrt(6)", "sqrt(6)"),
        ("e^x", "e^x"),
        ("e^(2*x)", "e^(2*x)"),
        ("sin(x)", "sin(x)"),
        ("2*sin(x)*cos(x)", "sin(2*x)"),
        ("1-i", "1 - i"),
        ("3*x/y", "3*x/y"),
        ("sqrt(x^2+1)", "sqrt(x^2 + 1)"),
        ("oo", "infinity"),
        ("-oo", "-infinity"),
        ("f(x)", "f(x)"),
        ("ln(x)", "ln(x)"),
        ("ln(12)", "2*ln(2) + ln(3)"),
        ("y*x+x*y", "2*x*y"),
        ("2^x", "2^x"),
        ("fact(n)", "factorial(n)"),
        ("arctan(x)", "arctan(x)"),
        ("x^(1/3)", "x^(1/3)"),
    ] {
        let found = show(&read(text), &mut Budget::new(STEPS));
        if found != want {
            wrong.push(format!("{text}: {found}, not {want}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
