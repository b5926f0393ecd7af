//! Answers that a text states in so many words: "the answer is 5", "Answer: 5", "#### 5".

use super::concluded::{concluded, is_formula_start};
use super::prose::{clause, end_of, is_prose, sentence_end, start_of};

/// Bytes within which a statement ends.
const LONGEST: usize = 4000;

/// What the last statement says.
pub fn stated(text: &str) -> Option<String> {
    if let Some(answer) = hashed(text) {
        return Some(answer.to_string());
    }
    let lower = text.to_ascii_lowercase();
    let mut end = lower.len();
    while let Some(at) = lower[..end].rfind("answer") {
        if let Some(rest) = after_verb(&text[at + 6..], starts_line(&text[..at])) {
            // "The answer is 41, or the answer is 42" is no answer.
            let before = lower[..at].trim_end_matches(|c: char| c.is_whitespace() || c == '*');
            let before = ["final", "the", "my"].iter().fold(before, |before, word| {
                before.strip_suffix(word).unwrap_or(before).trim_end()
            });
            if before.ends_with(" or") {
                return None;
            }
            return said(rest);
        }
        end = at;
    }
    None
}

/// "#### 42" in the last line, as the solutions of GSM8K end (Cobbe et al. 2021).
fn hashed(text: &str) -> Option<&str> {
    let last = text[text.rfind('\n').map_or(0, |at| at + 1)..].trim();
    let rest = last.strip_prefix("####")?.trim_start();
    (is_formula_start(rest) && !is_prose(rest)).then_some(rest)
}

fn starts_line(before: &str) -> bool {
    let line = end_of(before, 64).rsplit('\n').next().unwrap_or("");
    let line = line.trim_matches(|c: char| c.is_whitespace() || "*#>-".contains(c));
    line.is_empty() || line.eq_ignore_ascii_case("final")
}

/// What follows "is" or a colon; at the start of a line, a formula may follow at once.
fn after_verb(rest: &str, starts_line: bool) -> Option<&str> {
    let skip = |text: &'static str| move |c: char| c.is_whitespace() || text.contains(c);
    let line = rest.trim_start_matches(['*', ' ']);
    let rest = rest.trim_start_matches(skip("*"));
    let verbs = ["is", "are", "was", "should be", "would be", "must be", ":", "=", "："];
    let verb = verbs.iter().find_map(|verb| rest.strip_prefix(verb));
    match verb {
        Some(after) => {
            let whole = after.chars().next().is_none_or(|c| !c.is_alphanumeric());
            whole.then(|| after.trim_start_matches(skip(":：*")))
        }
        // A heading stands above its answer.
        None => {
            let heads = line.starts_with('\n') && is_formula_start(rest);
            (starts_line && (heads || rest.starts_with(['$', '\\']))).then_some(rest)
        }
    }
}

/// The sentence that a statement begins, down to its answer.
fn said(rest: &str) -> Option<String> {
    let rest = start_of(rest, LONGEST);
    // A formula may have several lines.
    let pairs = [("$$", "$$"), ("\\[", "\\]"), ("$", "$"), ("\\(", "\\)")];
    let formula = pairs.iter().find_map(|(open, close)| {
        let inside = rest.strip_prefix(open)?;
        Some(open.len() + inside.find(close)? + close.len())
    });
    let from = formula.unwrap_or(0);
    let sentence = &rest[..from + sentence_end(&rest[from..]).0];
    let answer = clause(sentence).trim();
    match is_prose(answer) {
        true => concluded(answer).or_else(|| Some(answer.to_string())),
        false => Some(answer.to_string()),
    }
}
