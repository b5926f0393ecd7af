//! The letter of a choice: which of A to J a sentence settles on.

/// The letter where a text is nothing but one: B, (B), B., \text{(B)}.
pub fn named(text: &str) -> Option<char> {
    let text = ["\\boxed", "\\text", "\\textbf", "\\mathrm", "\\mathbf"].iter().fold(
        text.trim_matches('$').trim(),
        |text, command| {
            text.strip_prefix(&format!("{command}{{"))
                .and_then(|inner| inner.strip_suffix('}'))
                .unwrap_or(text)
        },
    );
    let mut rest = text.trim_matches(|c: char| c.is_whitespace() || "()*.".contains(c)).chars();
    let letter = rest.next().filter(is_choice)?;
    rest.next().is_none().then_some(letter)
}

fn is_choice(c: &char) -> bool {
    ('A'..='J').contains(c)
}

/// The letter that a text settles on: the one that it starts with, else the first that follows
/// its last "answer", else the only one that it does not deny.
pub fn choice(text: &str) -> Option<char> {
    if let Some(letter) = super::boxed(text).as_deref().and_then(named).or_else(|| named(text)) {
        return Some(letter);
    }
    let said = super::turn::said(text);
    let text = said.trim();
    let letters = letters(text);
    if let Some(first) = letters.first().filter(|first| leads(text, first.0)) {
        return (!first.2).then_some(first.1);
    }
    let from = text.to_ascii_lowercase().rfind("answer");
    let after: Vec<_> =
        letters.iter().filter(|(at, ..)| from.is_none_or(|from| *at > from)).collect();
    let mut chosen = after.iter().filter(|(.., denied)| !denied);
    let (_, letter, _) = chosen.next()?;
    chosen.all(|(_, other, _)| other == letter).then_some(*letter)
}

/// Whether the text begins with the letter at `at` and does not make a word of it.
fn leads(text: &str, at: usize) -> bool {
    let marks = |c: char| c.is_whitespace() || "(*[".contains(c);
    text[..at].chars().all(marks)
        && text[at + 1..].chars().next().is_none_or(|c| !c.is_whitespace() && c != ',')
}

/// Letters that stand alone: where, which, and whether the words before deny it.
fn letters(text: &str) -> Vec<(usize, char, bool)> {
    let mut found = Vec::new();
    let mut denied = false;
    for (at, word) in runs(text) {
        let mut characters = word.chars();
        match (characters.next(), characters.next()) {
            (Some(c), None) if is_choice(&c) && !is_article(c, &text[at + 1..]) => {
                found.push((at, c, denied));
            }
            (Some(c), _) if ".,;:!?。，；：\n".contains(c) => denied = false,
            // Longer words deny nothing.
            _ if word.len() < 32 => denied |= denies(&word.to_lowercase()),
            _ => {}
        }
    }
    found
}

/// Words, by script, and the other characters one by one, each with its place.
fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let class = |c: char| match c {
        '\'' | '’' | 'a'..='z' | 'A'..='Z' | '0'..='9' | '\u{c0}'..='\u{24f}' => 1,
        _ if c.is_alphanumeric() => 2,
        _ => 0,
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let first = class(rest.chars().next()?);
        let mut ends = rest.char_indices().skip(1);
        let end = ends.find(|(_, c)| first == 0 || class(*c) != first);
        let run = &rest[..end.map_or(rest.len(), |(end, _)| end)];
        at += run.len();
        Some((at - run.len(), run))
    })
}

/// "A" and "I" are words too, where a word follows that does not reason or list.
fn is_article(letter: char, behind: &str) -> bool {
    let next = behind.strip_prefix(' ').unwrap_or("").split(' ').next().unwrap_or("");
    let connects = ["or", "and", "because", "since", "is", "as", "non", "not"];
    matches!(letter, 'A' | 'I')
        && !next.is_empty()
        && next.chars().all(char::is_lowercase)
        && !connects.contains(&next)
}

fn denies(word: &str) -> bool {
    let words = ["not", "no", "nor", "cannot", "neither", "non", "pas", "nicht", "kein", "не"];
    words.contains(&word) || word.ends_with("n't") || word.ends_with("n’t") || word.contains('不')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices() {
        let cases = [
            ("B", Some('B')),
            (r"$\text{(C)}$", Some('C')),
            ("(D) Alina", Some('D')),
            ("Alina and the answer is\n(C) Cecile", Some('C')),
            ("Alina and the answer is\nC Cecile", Some('C')),
            ("It's not A because it fails, therefore I think it's B", Some('B')),
            ("The answer is for sure D, it can't be A or B", Some('D')),
            ("The answer: D, it doesn't make sense for it to be A or B", Some('D')),
            ("D. it can't be A or B", Some('D')),
            ("A. Because B is not valid", Some('A')),
            ("réponse est C non A", Some('C')),
            ("B。 不是 A", Some('B')),
            ("B不是 A", Some('B')),
            ("A train leaves, so the answer is **C**.", Some('C')),
            ("Final answer is B", Some('B')),
            (r"B is tempting, but \boxed{C}", Some('C')),
            ("No valid answer here", None),
            ("The answer is A or B", None),
            ("A, B, C", None),
            ("not A", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(choice(text), expected, "{text}");
        }
    }
}
