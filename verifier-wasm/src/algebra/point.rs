//! Where expressions are evaluated to tell them apart: fixed rational points that look random.

use super::expr::{Constant, Expr, Function};
use super::is_constant;
use super::rational::Q;
use crate::budget::Budget;

/// What is known about the values that a symbol takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Real,
    /// In the exponent of something that may be negative: now an integer, now not.
    Exponent,
    /// Under a factorial, or in the exponent of a negative number.
    Integer,
}

/// The symbols of the expressions that are compared, in a fixed order.
pub struct Symbols(Vec<(String, Kind)>);

/// A value for each symbol.
pub struct Point(Vec<(String, Q)>);

impl Point {
    pub fn get(&self, name: &str) -> Option<&Q> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }
}

/// The most symbols that get values.
const SYMBOLS: usize = 100;

/// How many points there are.
pub const POINTS: u64 = 16;

impl Symbols {
    pub fn of(expressions: &[&Expr], budget: &mut Budget) -> Symbols {
        let mut symbols = Symbols(Vec::new());
        for expression in expressions {
            symbols.walk(expression, Kind::Real, budget);
        }
        symbols.0.sort();
        symbols
    }

    /// The symbols that stand for integers.
    pub fn integers(&self) -> Vec<String> {
        let whole = self.0.iter().filter(|(_, kind)| *kind == Kind::Integer);
        whole.map(|(name, _)| name.clone()).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn walk(&mut self, expression: &Expr, kind: Kind, budget: &mut Budget) {
        if budget.spend(10 + 5 * self.0.len() as u64).is_err() {
            return;
        }
        match expression {
            Expr::Number(_) | Expr::Constant(_) => {}
            Expr::Symbol(name) => {
                // One without a value stops the evaluation; nobody has so many.
                let full = self.0.len() >= SYMBOLS;
                match self.0.iter_mut().find(|(other, _)| other == name) {
                    Some(known) => known.1 = known.1.max(kind),
                    None if full => {}
                    None => self.0.push((name.clone(), kind)),
                }
            }
            Expr::Sum(items) | Expr::Product(items) | Expr::Unknown(_, items) => {
                items.iter().for_each(|item| self.walk(item, kind, budget));
            }
            Expr::Root(_, inner) => self.walk(inner, kind, budget),
            Expr::Call(function, items) => {
                use Function::*;
                let whole = matches!(function, Factorial | Binomial | Gcd | Lcm | Mod);
                let kind = if whole { Kind::Integer } else { kind };
                items.iter().for_each(|item| self.walk(item, kind, budget));
            }
            Expr::Power(base, exponent) => {
                self.walk(base, kind, budget);
                let least = match base.as_ref() {
                    Expr::Number(value) if *value.numer() > 0.into() => Kind::Real,
                    Expr::Constant(Constant::E | Constant::Pi) => Kind::Real,
                    base if is_constant(base) => Kind::Integer,
                    _ => Kind::Exponent,
                };
                self.walk(exponent, kind.max(least), budget);
            }
        }
    }

    /// The point of a number below `POINTS`: all signs positive in the first, negative in one,
    /// mixed in the others; some inside of (-1, 1), some far out.
    pub fn point(&self, number: u64) -> Point {
        let value = |(index, (name, kind)): (usize, &(String, Kind))| {
            let bits = mix(number * 1000 + index as u64);
            let whole = *kind == Kind::Integer || *kind == Kind::Exponent && number % 2 == 1;
            let negative = match number {
                0 | 1 | 2 | 7 => false,
                3 => true,
                _ => bits >> 63 == 1,
            };
            let size = if whole {
                Q::int((1 + bits % 7) as i64)
            } else {
                // An odd number of 1024ths: a double holds it, and no formula knows it.
                let span = [4, 1, 2, 3, 8, 1, 4, 9000, 4, 1, 2, 600, 4, 1, 16, 4];
                let span: u64 = span[(number % POINTS) as usize];
                Q::ratio(((bits >> 20) % (512 * span) * 2 + 1) as i64, 1024)
            };
            let negative = negative && *kind != Kind::Integer;
            (name.clone(), if negative { size.neg() } else { size })
        };
        Point(self.0.iter().enumerate().map(value).collect())
    }
}

/// Scatters the bits of a number (Steele, Lea and Flood 2014, SplitMix).
fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
