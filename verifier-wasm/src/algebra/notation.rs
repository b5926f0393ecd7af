//! How products, powers and functions are written for people.

use super::expr::Function;
use super::poly::Exponent;
use super::rational::Q;
use num_traits::{One, Signed};

pub fn bracketed(text: String) -> String {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        text
    } else {
        format!("({text})")
    }
}

pub fn with_coefficient(product: &str, c: &Q) -> String {
    if product.is_empty() {
        return rational(c);
    }
    let (num, den) = (c.numer(), c.denom());
    let above = match (num.is_one(), product.strip_prefix("1/")) {
        (true, _) => product.to_string(),
        (false, Some(below)) => format!("{num}/{below}"),
        (false, None) => format!("{num}*{product}"),
    };
    if den.is_one() {
        above
    } else {
        format!("{above}/{den}")
    }
}

pub fn rational(value: &Q) -> String {
    if value.bits() > 4000 {
        return format!("a number of {} bits", value.bits());
    }
    match value {
        Q::Small(num, 1) => num.to_string(),
        Q::Small(num, den) => format!("{num}/{den}"),
        Q::Big(value) => value.to_string(),
    }
}

pub fn power(base: &str, e: Exponent) -> String {
    if e.is_one() {
        base.into()
    } else if e == Exponent::new(1, 2) {
        format!("sqrt({base})")
    } else if e.is_integer() && !e.is_negative() {
        format!("{base}^{e}")
    } else {
        format!("{base}^({e})")
    }
}

pub fn name(function: Function) -> &'static str {
    use Function::*;
    match function {
        Sin => "sin",
        Cos => "cos",
        Tan => "tan",
        Cot => "cot",
        Sec => "sec",
        Csc => "csc",
        Arcsin => "arcsin",
        Arccos => "arccos",
        Arctan => "arctan",
        Sinh => "sinh",
        Cosh => "cosh",
        Tanh => "tanh",
        Ln => "ln",
        Log => "log",
        Abs => "abs",
        Floor => "floor",
        Ceiling => "ceil",
        Factorial => "factorial",
        Binomial => "binomial",
        Gcd => "gcd",
        Lcm => "lcm",
        Min => "min",
        Max => "max",
        Mod => "mod",
    }
}
