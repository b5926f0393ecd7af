//! What an answer says: a quantity, a tuple or set, a list, an assignment; else its text.

use crate::budget::GaveUp;
use crate::number::Number;
use crate::unit::Unit;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Quantity {
        number: Number,
        unit: Unit,
    },
    /// Bracketed items: (…) and [ … ) in order, {…} without.
    Group {
        open: char,
        close: char,
        items: Vec<Value>,
    },
    /// Items between commas, "and" or "or", in any order.
    List(Vec<Value>),
    /// "x = 5"
    Named {
        name: String,
        value: Box<Value>,
    },
    /// "41 = 42"
    Contradiction(String),
    /// What no rule here evaluates, as normalized text, with the reason.
    Text {
        key: String,
        why: GaveUp,
    },
}

impl Value {
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Quantity { number, .. } => match number.as_rational() {
                Some(value) if value.is_integer() => "integer",
                Some(_) => "rational",
                None => "real",
            },
            Value::Group { open: '{', .. } => "set",
            Value::Group { .. } => "tuple",
            Value::List(_) => "list",
            Value::Named { .. } => "assignment",
            Value::Contradiction(_) => "contradiction",
            Value::Text { .. } => "text",
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let joined =
            |items: &[Value]| items.iter().map(Value::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Value::Quantity { number, unit } => write!(out, "{number}{unit}"),
            Value::Group { open, close, items } => write!(out, "{open}{}{close}", joined(items)),
            Value::List(items) => write!(out, "{}", joined(items)),
            Value::Named { name, value } => write!(out, "{name} = {value}"),
            Value::Contradiction(key) | Value::Text { key, .. } => {
                let shown: String = key.chars().take(200).collect();
                write!(out, "{shown}{}", if shown.len() < key.len() { "…" } else { "" })
            }
        }
    }
}
