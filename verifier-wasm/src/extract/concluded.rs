//! The conclusion of a text without any mark: the formula that its last sentence comes to. Only
//! what is alone there counts; of several candidates none is picked.

use super::prose::{clause, end_of, is_denied, last_sentence};

/// Bytes within which the last sentence starts.
const LONGEST: usize = 2000;
/// Words behind which a sentence says what it comes to.
const VERBS: [&str; 12] = [
    " is ",
    " are ",
    " = ",
    " equals ",
    " be ",
    ": ",
    " gives ",
    " yields ",
    " get ",
    " obtain ",
    " est ",
    " est donc de ",
];
/// Words that begin a conclusion.
const HENCE_UNSPACED: [&str; 7] = ["因此", "所以", "结论", "故", "答案", "したがって", "よって"];
const HENCE: [&str; 8] = ["therefore", "thus", "so", "hence", "this", "that", "it", "we"];

pub fn concluded(text: &str) -> Option<String> {
    let text = end_of(text, LONGEST).trim();
    let text = text.strip_suffix("I hope it is correct.").unwrap_or(text).trim_end();
    if let Some(formula) = displayed(text) {
        return Some(formula);
    }
    let sentence = last_sentence(text);
    // Chinese and Japanese put no space between words and may put no stop before a conclusion.
    let from = HENCE_UNSPACED.iter().filter_map(|word| sentence.rfind(word)).max();
    let sentence = &sentence[from.unwrap_or(0)..];
    if is_denied(sentence) {
        return None;
    }
    let counts = from.is_some() || ["here are ", "here is "].iter().any(|it| sentence.contains(it));
    if let (true, Some(number)) = (counts, number(sentence)) {
        return Some(number);
    }
    let tails =
        VERBS.iter().filter_map(|verb| Some(&sentence[sentence.rfind(verb)? + verb.len()..]));
    let tails = tails.map(|tail| clause(tail).trim()).filter(|tail| is_whole(tail));
    if let Some(tail) = tails.min_by_key(|tail| tail.len()) {
        if is_formula_start(tail.trim_start_matches('*')) {
            let unopened = if closes(tail) > 0 { tail.strip_suffix(')') } else { None };
            return Some(unopened.unwrap_or(tail).to_string());
        }
    }
    if has_or(sentence) {
        return None;
    }
    only(formulas(sentence)).or_else(|| only(bold(sentence))).or_else(|| number(sentence))
}

/// Whether a text can be a formula by how it starts.
pub fn is_formula_start(text: &str) -> bool {
    let mut characters = text.chars();
    match characters.next() {
        Some(c) if c.is_ascii_digit() || "$\\([{+-−.|√π∞".contains(c) => true,
        Some(c) if c.is_alphabetic() => {
            characters.next().is_none_or(|next| !next.is_alphabetic() && next != '\'')
        }
        _ => false,
    }
}

/// The last line of a displayed formula that ends the text: what follows its last sign of
/// equality where the line begins with one.
fn displayed(text: &str) -> Option<String> {
    let text = text.trim_end_matches(['.', ' ']);
    let (inside, open) = match (text.strip_suffix("$$"), text.strip_suffix("\\]")) {
        (Some(inside), _) => (inside, "$$"),
        (_, Some(inside)) => (inside, "\\["),
        _ => return None,
    };
    let formula = inside[inside.rfind(open)? + 2..].trim();
    let Some(rows) =
        ["align*", "align", "aligned", "gather*", "eqnarray*"].iter().find_map(|name| {
            let rows = formula.strip_prefix(&format!("\\begin{{{name}}}"))?;
            rows.trim_end_matches(['.', ',']).strip_suffix(&format!("\\end{{{name}}}"))
        })
    else {
        return Some(formula.to_string());
    };
    let last = rows.trim().trim_end_matches('\\').rsplit("\\\\").next()?.replace('&', "");
    let last = last.trim().trim_end_matches(['.', ',']);
    Some(last.strip_prefix('=').unwrap_or(last).trim().to_string())
}

fn only(mut found: impl Iterator<Item = String>) -> Option<String> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The contents of `$…$` and `\(…\)`, each with its signs.
fn formulas(sentence: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = sentence;
    std::iter::from_fn(move || {
        let at = [rest.find('$'), rest.find("\\(")].into_iter().flatten().min()?;
        let (open, close) = match &rest[at..] {
            found if found.starts_with("$$") => (2, "$$"),
            found if found.starts_with('$') => (1, "$"),
            _ => (2, "\\)"),
        };
        let end = at + open + rest[at + open..].find(close)? + close.len();
        let formula = rest[at..end].to_string();
        rest = &rest[end..];
        Some(formula)
    })
}

fn bold(sentence: &str) -> impl Iterator<Item = String> + '_ {
    let inside = sentence.split("**").skip(1).step_by(2);
    inside.filter(|text| is_formula_start(text)).map(String::from)
}

/// The only number of a sentence that begins as a conclusion: it may count things.
fn number(sentence: &str) -> Option<String> {
    let first = sentence.split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty())?;
    let begins = HENCE.contains(&first.to_ascii_lowercase().as_str())
        || HENCE_UNSPACED.iter().any(|word| first.starts_with(word));
    if !begins {
        return None;
    }
    only(numbers(sentence))
}

/// Runs of digits with the signs of numbers between them, not those that letters make a name of.
fn numbers(text: &str) -> impl Iterator<Item = String> + '_ {
    let in_number = |c: char| c.is_ascii_digit() || ".,/%-−".contains(c);
    text.split(move |c: char| !in_number(c) && !c.is_ascii_alphabetic())
        .map(|run| run.trim_matches(['.', ',', '-', '/']))
        .filter(|run| run.contains(|c: char| c.is_ascii_digit()))
        .filter(move |run| run.chars().all(in_number))
        .map(String::from)
}

/// Whether a part of a sentence cuts no formula in two. A single dollar before a number is money.
fn is_whole(part: &str) -> bool {
    let dollars = part.matches('$').count();
    let (opened, closed) = (part.matches('{').count(), part.matches('}').count());
    opened == closed
        && part.matches("\\(").count() == part.matches("\\)").count()
        && (dollars.is_multiple_of(2) || dollars == 1 && part.starts_with('$'))
}

/// How many more parentheses are closed than opened.
fn closes(text: &str) -> usize {
    text.matches(')').count().saturating_sub(text.matches('(').count())
}

fn has_or(sentence: &str) -> bool {
    sentence.split_whitespace().any(|word| matches!(word, "or" | "either" | "maybe" | "perhaps"))
}
