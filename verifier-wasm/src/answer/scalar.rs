//! A number or an expression, with its unit and with how it was written: `[-] [currency]
//! expression [unit]`.

use super::unit::{self, Unit};
use crate::algebra::expr::{Constant, Expr};
use crate::algebra::{self, is_constant};
use crate::budget::{Budget, GaveUp};
use crate::language::numeral::{self, Precision};
use crate::language::parser;
use crate::language::token::Token;

#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    pub expr: Expr,
    pub unit: Unit,
    pub written: Written,
}

/// What the value alone does not tell.
#[derive(Clone, Debug, PartialEq)]
pub enum Written {
    Exactly,
    /// A single decimal, which may be rounded.
    Decimal(Precision),
    /// "100,200", which may be two numbers.
    Grouped(Vec<u32>),
}

/// Steps that showing a value to people may take.
const SHOWING: u64 = 50_000;

/// An expression's normal form, as text for people.
pub fn show(expr: &Expr) -> String {
    algebra::show(expr, &mut Budget::new(SHOWING))
}

impl Scalar {
    pub fn plain(expr: Expr) -> Self {
        Scalar { expr, unit: Unit::None, written: Written::Exactly }
    }

    pub fn is_infinite(&self) -> bool {
        self.expr == Expr::Constant(Constant::Infinity)
            || self.expr == Expr::Constant(Constant::Infinity).neg()
    }

    pub fn kind(&self) -> &'static str {
        match (&self.unit, &self.expr) {
            (Unit::Percent, _) => return "percent",
            (Unit::Degree, _) => return "degree",
            (Unit::Currency(_), _) => return "currency",
            (Unit::Named { .. }, _) => return "quantity",
            (Unit::None, Expr::Symbol(_)) => return "symbol",
            (Unit::None, _) => {}
        }
        if matches!(self.written, Written::Decimal(_)) {
            return "decimal";
        }
        match algebra::rational(&self.expr, &mut Budget::new(SHOWING)) {
            Some(value) if value.is_integer() => "integer",
            Some(_) => "rational",
            None if !is_constant(&self.expr) => "expression",
            None if holds(&self.expr, &Expr::Constant(Constant::I)) => "complex",
            None => "real",
        }
    }
}

/// Whether `part` stands somewhere in `expr`.
pub fn holds(expr: &Expr, part: &Expr) -> bool {
    expr == part
        || match expr {
            Expr::Number(_) | Expr::Constant(_) | Expr::Symbol(_) => false,
            Expr::Sum(items)
            | Expr::Product(items)
            | Expr::Call(_, items)
            | Expr::Unknown(_, items) => items.iter().any(|item| holds(item, part)),
            Expr::Power(base, exponent) => holds(base, part) || holds(exponent, part),
            Expr::Root(_, inner) => holds(inner, part),
        }
}

pub fn read(tokens: &[Token], plus: bool, budget: &mut Budget) -> Result<Scalar, GaveUp> {
    budget.spend(200)?;
    let not_arithmetic = GaveUp("it is not a number that can be evaluated");
    let (negative, rest) = match tokens {
        [Token::Sign('-'), rest @ ..] if rest.first().is_some_and(|t| currency(t).is_some()) => {
            (true, rest)
        }
        _ => (false, tokens),
    };
    let (symbol, rest) = match rest {
        [first, rest @ ..] => match currency(first) {
            Some(symbol) => (Some(symbol), rest),
            None => (None, tokens),
        },
        [] => (None, rest),
    };
    let parsed = parser::parse(rest, plus, budget).ok_or(not_arithmetic.clone())?;
    let tail = &rest[parsed.taken..];
    let unit = match symbol {
        _ if parsed.degrees => match tail {
            [] => Unit::Degree,
            // 24° F
            [Token::Word { .. }] => unit::read(tail).ok_or(not_arithmetic)?,
            _ => return Err(not_arithmetic),
        },
        Some(symbol) => match unit::read(tail).ok_or(not_arithmetic)? {
            Unit::None | Unit::Currency(_) | Unit::Named { .. } => Unit::Currency(symbol),
            _ => Unit::Currency(symbol),
        },
        None => unit::read(tail).ok_or(not_arithmetic)?,
    };
    let expr = if negative { parsed.expr.neg() } else { parsed.expr };
    Ok(Scalar { expr, unit, written: written(&rest[..parsed.taken]) })
}

fn currency(token: &Token) -> Option<char> {
    match token {
        Token::Command("$") => Some('$'),
        Token::Command("pounds") => Some('£'),
        Token::Command("euro") => Some('€'),
        Token::Sign(c @ ('¥' | '₹')) => Some(*c),
        _ => None,
    }
}

/// A decimal, with a power of ten or without; or digits with commas between them.
fn written(tokens: &[Token]) -> Written {
    let tokens = match tokens {
        [Token::Sign('+' | '-'), rest @ ..] => rest,
        all => all,
    };
    let decimal = |digits: &str, shift: i64| match numeral::precision(digits) {
        Some(found) => {
            Written::Decimal(Precision { places: found.places - shift, digits: found.digits })
        }
        None => Written::Exactly,
    };
    let exponent = |tokens: &[Token]| {
        let tokens = match tokens {
            [Token::Sign('{'), inner @ .., Token::Sign('}')] => inner,
            all => all,
        };
        match tokens {
            [Token::Number { digits, .. }] => digits.parse::<i64>().ok(),
            [Token::Sign('-'), Token::Number { digits, .. }] => {
                digits.parse::<i64>().ok().map(|value| -value)
            }
            _ => None,
        }
    };
    match tokens {
        [Token::Number { digits, grouped: true }] if !digits.contains(['.', 'e', 'E']) => {
            Written::Grouped(groups(digits))
        }
        [Token::Number { digits, .. }] => decimal(digits, 0),
        [Token::Number { digits, .. }, Token::Command("times" | "cdot"), Token::Number { digits: ten, .. }, Token::Sign('^'), power @ ..]
            if ten == "10" =>
        {
            match exponent(power).filter(|e| e.abs() < 1_000_000) {
                Some(shift) => decimal(digits, shift),
                None => Written::Exactly,
            }
        }
        _ => Written::Exactly,
    }
}

fn groups(digits: &str) -> Vec<u32> {
    let first = digits.len() % 3;
    let mut ends: Vec<usize> = (0..=digits.len() / 3).map(|n| first + 3 * n).collect();
    if first > 0 {
        ends.insert(0, 0);
    }
    ends.windows(2).filter_map(|pair| digits.get(pair[0]..pair[1])?.parse().ok()).collect()
}

impl std::fmt::Display for Scalar {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&show(&self.expr))?;
        self.unit.fmt(out)
    }
}
