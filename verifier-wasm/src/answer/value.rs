//! What an answer says.

use super::region::Region;
use super::relation::Relation;
use super::scalar::Scalar;
use crate::algebra::expr::Expr;
use crate::budget::GaveUp;
use num_rational::BigRational;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Scalar(Scalar),
    /// Items in order, with their brackets: a point, a vector, or an interval.
    Tuple {
        open: char,
        close: char,
        items: Vec<Value>,
    },
    Set(Vec<Value>),
    /// Items between commas, "and" or "or", in any order. `decimal` is what "1,22" means where
    /// the comma is a point.
    List {
        items: Vec<Value>,
        decimal: Option<BigRational>,
    },
    /// Intervals and points together.
    Region(Region),
    Matrix(Vec<Vec<Value>>),
    /// "x = 5", "x ∈ (0, 1)"; `left` is what is named, where that is an expression.
    Named {
        name: String,
        left: Option<Expr>,
        value: Box<Value>,
    },
    Equation(Expr, Expr),
    Relation(Relation),
    /// left ≡ right (mod modulus)
    Congruence(Expr, Expr, Expr),
    /// "3 : 4"; the text tells times of day apart.
    Ratio(Vec<Expr>, String),
    /// "12_5": digits and base.
    Based(String, u32),
    /// "1/3 ≈ 0.333"
    Approximate(Box<Value>, Box<Value>),
    /// A choice, with what stands behind it: "(A) 5".
    Choice(char, Option<Box<Value>>),
    /// "41 = 42"
    Contradiction(String),
    /// A time of day, in seconds.
    Time(u32),
    /// A value with words in front that may matter: "concave up on (0, 1)".
    Phrase(String, Box<Value>),
    /// What no rule here evaluates, as normalized text and for people, with the reason.
    Text {
        key: String,
        shown: String,
        why: GaveUp,
    },
}

impl Value {
    pub fn list(items: Vec<Value>) -> Self {
        Value::List { items, decimal: None }
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Value::Scalar(scalar) => scalar.kind(),
            Value::Tuple { open: '(', close: ')', items } if !unbounded(items) => "tuple",
            Value::Tuple { open: '<', .. } => "tuple",
            Value::Tuple { items, .. } if items.len() == 2 => "interval",
            Value::Tuple { .. } => "tuple",
            Value::Set(_) => "set",
            Value::List { .. } => "list",
            Value::Region(_) => "union",
            Value::Matrix(_) => "matrix",
            Value::Named { .. } => "assignment",
            Value::Equation(..) => "equation",
            Value::Relation(_) => "inequality",
            Value::Congruence(..) => "congruence",
            Value::Ratio(..) => "ratio",
            Value::Based(..) => "base",
            Value::Approximate(exact, _) => exact.kind(),
            Value::Choice(..) => "choice",
            Value::Contradiction(_) => "contradiction",
            Value::Time(_) => "time",
            Value::Phrase(..) => "phrase",
            Value::Text { .. } => "text",
        }
    }
}

fn unbounded(items: &[Value]) -> bool {
    items.iter().any(|item| matches!(item, Value::Scalar(scalar) if scalar.is_infinite()))
}

/// Items that are written for people; more are only hinted at.
const SHOWN: usize = 40;

impl std::fmt::Display for Value {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let joined = |items: &[Value]| {
            let shown: Vec<String> = items.iter().take(SHOWN).map(Value::to_string).collect();
            shown.join(", ") + if items.len() > SHOWN { ", …" } else { "" }
        };
        match self {
            Value::Scalar(scalar) => scalar.fmt(out),
            Value::Tuple { open, close, items } => write!(out, "{open}{}{close}", joined(items)),
            Value::Set(items) => write!(out, "{{{}}}", joined(items)),
            Value::List { items, .. } => write!(out, "{}", joined(items)),
            Value::Region(region) => write!(out, "{region}"),
            Value::Matrix(rows) => {
                let rows: Vec<String> = rows.iter().take(SHOWN).map(|row| joined(row)).collect();
                write!(out, "[{}]", rows.join("; "))
            }
            Value::Named { name, value, .. } => write!(out, "{name} = {value}"),
            Value::Equation(left, right) => {
                write!(out, "{} = {}", super::scalar::show(left), super::scalar::show(right))
            }
            Value::Relation(relation) => write!(out, "{relation}"),
            Value::Congruence(left, right, modulus) => {
                let [left, right, modulus] = [left, right, modulus].map(super::scalar::show);
                write!(out, "{left} ≡ {right} (mod {modulus})")
            }
            Value::Ratio(_, shown) => write!(out, "{shown}"),
            Value::Based(digits, base) => write!(out, "{digits}_{base}"),
            Value::Approximate(exact, rounded) => write!(out, "{exact} ≈ {rounded}"),
            Value::Time(seconds) => {
                let (hour, minute) = (seconds / 3600, seconds / 60 % 60);
                write!(out, "{hour:02}:{minute:02}:{:02}", seconds % 60)
            }
            Value::Phrase(words, value) => write!(out, "{words} {value}"),
            Value::Choice(letter, None) => write!(out, "{letter}"),
            Value::Choice(letter, Some(rest)) => write!(out, "({letter}) {rest}"),
            Value::Contradiction(text) | Value::Text { shown: text, .. } => {
                let shown: String = text.chars().take(200).collect();
                write!(out, "{shown}{}", if shown.len() < text.len() { "…" } else { "" })
            }
        }
    }
}
