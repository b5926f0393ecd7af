//! Verdicts as JSON, which is how they cross to JavaScript.

use crate::{Outcome, Verdict};
use std::fmt::Write;

pub fn string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

pub fn optional(text: Option<&str>, out: &mut String) {
    match text {
        Some(text) => string(text, out),
        None => out.push_str("null"),
    }
}

pub fn verdict(verdict: &Verdict, out: &mut String) {
    out.push_str("{\"outcome\":");
    out.push_str(match verdict.outcome {
        Outcome::Equal => "\"equal\"",
        Outcome::Different => "\"different\"",
        Outcome::Unparsable => "\"unparsable\"",
        Outcome::GaveUp => "\"gave_up\"",
    });
    for (name, text) in [
        (",\"extracted\":", &verdict.extracted),
        (",\"goldParsed\":", &verdict.gold_parsed),
        (",\"answerParsed\":", &verdict.answer_parsed),
    ] {
        out.push_str(name);
        optional(text.as_deref(), out);
    }
    out.push_str(",\"reason\":");
    string(&verdict.reason, out);
    out.push('}');
}
