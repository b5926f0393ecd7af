//! Answers in words.

use super::value::Value;
use crate::budget::GaveUp;
use crate::language::token::{key, shown, Token};

/// Tokens as text: without spaces and without regard to case where it has words.
pub fn text(tokens: &[Token], why: GaveUp) -> Value {
    let words =
        tokens.iter().any(|t| matches!(t, Token::Word { letters, .. } if letters.len() > 1));
    let trimmed = tokens.iter().rposition(|token| !matches!(token, Token::Sign('.' | ',' | ';')));
    let tokens = &tokens[..trimmed.map_or(0, |at| at + 1)];
    let inner = match tokens {
        [Token::Sign('('), inner @ .., Token::Sign(')')] if words => inner,
        all => all,
    };
    let key = key(&inner[article(inner)..]);
    let key = if words { key.to_lowercase() } else { key };
    Value::Text { key, shown: shown(tokens).trim().to_string(), why }
}

/// Where words behind "it is", "a" or "the" begin.
fn article(tokens: &[Token]) -> usize {
    let is = |at: usize, words: &[&str]| {
        tokens.get(at).and_then(Token::word).is_some_and(|word| words.contains(&word.as_str()))
    };
    let long = |at: usize| matches!(tokens.get(at), Some(Token::Word { letters, .. }) if letters.chars().count() > 1);
    let mut at = 0;
    if is(0, &["it", "this", "that", "they"]) && is(1, &["is", "are"]) {
        at = 2;
    }
    if is(at, &["a", "an", "the"]) && long(at + 1) {
        at += 1;
    }
    if long(at) {
        at
    } else {
        0
    }
}

/// The "yes" or "no" of "Yes, it is possible", where nothing behind it is a condition.
pub fn affirmed(tokens: &[Token]) -> Option<&[Token]> {
    const CONDITIONS: [&str; 14] = [
        "if", "only", "when", "unless", "except", "but", "or", "and", "for", "yes", "no", "maybe",
        "perhaps", "some",
    ];
    let [first, Token::Sign(',' | '.'), rest @ ..] = tokens else { return None };
    let answers = matches!(first.word().as_deref(), Some("yes" | "no"));
    let condition =
        |token: &Token| token.word().is_some_and(|word| CONDITIONS.contains(&word.as_str()));
    (answers && rest.len() <= 6 && is_words(rest) && !rest.iter().any(condition))
        .then_some(&tokens[..1])
}

/// Whether all tokens are words, and signs between them.
pub fn is_words(tokens: &[Token]) -> bool {
    let word = |token: &Token| matches!(token, Token::Word { letters, upright } if *upright || letters.chars().count() > 1);
    let sign = |token: &Token| matches!(token, Token::Sign('.' | '\'' | '-' | '(' | ')' | '"'));
    tokens.iter().any(word) && tokens.iter().all(|token| word(token) || sign(token))
}

/// Words that begin a sentence and name nothing.
const NO_NAMES: [&str; 16] = [
    "A", "All", "An", "Any", "Both", "Each", "Every", "For", "If", "It", "The", "There", "They",
    "This", "When", "Where",
];

/// Whether a word is the name that a gold sentence is about: "Petya", of "Petya will win". One with
/// another name, or that denies, may mean someone else.
pub fn is_subject(word: &str, sentence: &str) -> bool {
    let mut rest = sentence.split_whitespace();
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    let word_only = word.chars().count() > 2 && word.chars().all(char::is_alphabetic);
    word_only
        && rest.next() == Some(word)
        && capital(word)
        && !NO_NAMES.contains(&word)
        && rest.clone().count() > 1
        && rest.all(|word| {
            let other = matches!(word, "and" | "or" | "not" | "no" | "never" | "cannot" | "nor");
            !other && !capital(word) && !word.contains(['\'', '’'])
        })
}

/// Whether two phrases say the same kind of number: "odd", "any odd number of players".
pub fn same_kind_of_number(a: &str, b: &str) -> bool {
    kind_of_number(a).is_some_and(|kind| kind_of_number(b) == Some(kind))
}

/// The adjectives of a phrase that says a kind of number and no more.
fn kind_of_number(phrase: &str) -> Option<Vec<String>> {
    const KINDS: [&str; 9] = [
        "odd",
        "even",
        "prime",
        "composite",
        "positive",
        "negative",
        "rational",
        "irrational",
        "nonnegative",
    ];
    let mut words = phrase.split_whitespace().map(str::to_lowercase).peekable();
    let quantifier = |word: &String| {
        matches!(word.as_str(), "any" | "all" | "every" | "each" | "an" | "a" | "the" | "only")
    };
    while words.next_if(quantifier).is_some() {}
    let mut kinds = Vec::new();
    while let Some(kind) = words.next_if(|word| KINDS.contains(&word.as_str())) {
        kinds.push(kind);
    }
    let noun =
        |word: &String| matches!(word.as_str(), "number" | "numbers" | "integer" | "integers");
    let counted = words.next_if(noun).is_some() && words.next_if(|word| word == "of").is_some();
    let rest = words.by_ref().count();
    (!kinds.is_empty() && (rest == 0 || counted && rest <= 2)).then_some(kinds)
}

/// Words that leave a value as it is.
const HEDGES: [&str; 12] = [
    "about",
    "approximately",
    "roughly",
    "around",
    "nearly",
    "just",
    "exactly",
    "only",
    "both",
    "either",
    "point",
    "points",
];

/// A sentence's beginning that says no more than that the answer follows: "the answer is",
/// "domain:". Where it ends.
pub fn introduction(tokens: &[Token]) -> usize {
    // Thus, x = 5
    if let [first, Token::Sign(','), _, ..] = tokens {
        if matches!(first.word().as_deref(), Some("thus" | "so" | "hence" | "therefore")) {
            return 2;
        }
    }
    let words = tokens.iter().take_while(|t| matches!(t, Token::Word { .. })).count();
    let hedge = |token: &Token| token.word().is_some_and(|word| HEDGES.contains(&word.as_str()));
    if words > 0 && words < tokens.len() && tokens[..words].iter().all(hedge) {
        return words;
    }
    let last = words.checked_sub(1).and_then(|at| tokens[at].word());
    let says = matches!(last.as_deref(), Some("is" | "are" | "equals"));
    let named = tokens[..words].iter().any(|token| {
        matches!(token.word().as_deref(), Some("answer" | "answers" | "solution" | "solutions"))
    });
    match tokens.get(words) {
        Some(Token::Sign(':')) if named && words < tokens.len() - 1 => words + 1,
        Some(_) if says && named => words,
        _ => 0,
    }
}

/// Where a sentence's end begins that says no more than that this was the answer: "… is the only
/// solution".
pub fn conclusion(tokens: &[Token]) -> usize {
    let is = |token: &Token, words: &[&str]| {
        token.word().is_some_and(|word| words.contains(&word.as_str()))
    };
    let nouns = ["solution", "solutions", "answer", "answers"];
    let rest = ["the", "only", "unique", "our", "final", "is", "are", "possible"];
    if !tokens.last().is_some_and(|last| is(last, &nouns)) {
        return tokens.len();
    }
    let words = tokens[..tokens.len() - 1].iter().rev().take_while(|word| is(word, &rest)).count();
    let start = tokens.len() - 1 - words;
    match start > 0 && is(&tokens[start], &["is", "are"]) {
        true => start,
        false => tokens.len(),
    }
}

/// The letter of a choice, "A", "(A)", "A.", and what stands behind it.
pub fn choice(tokens: &[Token]) -> Option<(char, &[Token])> {
    let letter = |token: &Token| match token {
        Token::Word { letters, upright } => {
            let mut chars = letters.chars();
            let c = chars.next().filter(|_| chars.next().is_none())?;
            (c.is_ascii_uppercase() || *upright && c.is_ascii_lowercase())
                .then_some((c.to_ascii_uppercase(), *upright))
        }
        _ => None,
    };
    let behind = |rest: &[Token]| match rest.first() {
        None | Some(Token::Number { .. } | Token::Command("$")) => true,
        Some(Token::Word { letters, .. }) => letters.chars().count() > 1,
        Some(Token::Command("frac" | "sqrt" | "pi")) => true,
        _ => false,
    };
    match tokens {
        [one] | [one, Token::Sign('.' | ')')] => letter(one).map(|(c, _)| (c, &tokens[..0])),
        [Token::Sign('('), one, Token::Sign(')'), rest @ ..] => {
            let rest = rest.strip_prefix(&[Token::Sign('.')]).unwrap_or(rest);
            let (c, upright) = letter(one)?;
            (behind(rest) || upright && c <= 'J').then_some((c, rest))
        }
        [one, Token::Sign('.' | ':' | ')'), rest @ ..] => {
            letter(one).filter(|(c, _)| *c <= 'J' && behind(rest)).map(|(c, _)| (c, rest))
        }
        _ => None,
    }
}
