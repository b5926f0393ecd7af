//! Telling sentences from formulas, and cutting texts into sentences.

/// Whether a text is a sentence rather than a formula: three words or more outside of formulas,
/// two of them longer than a letter.
pub fn is_prose(text: &str) -> bool {
    let mut long = 0;
    let words = words(text).inspect(|word| long += usize::from(is_long(word)));
    words.take(3).count() == 3 && long >= 2 || is_unspaced(text)
}

/// Whether a text has words around or instead of a formula.
pub fn has_words(text: &str) -> bool {
    words(text).filter(|word| is_long(word)).take(2).count() == 2 || is_unspaced(text)
}

/// Whether there are four characters of Chinese or Japanese in a row, which has no spaces.
fn is_unspaced(text: &str) -> bool {
    let mut row = 0;
    text.chars().any(|c| {
        row = if ('\u{3040}'..='\u{9fff}').contains(&c) { row + 1 } else { 0 };
        row == 4
    })
}

fn is_long(word: &str) -> bool {
    word.chars().filter(|c| c.is_alphabetic()).nth(1).is_some()
}

/// Words, outside of `$…$`, `\(…\)`, `\[…\]` and braces.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut formula) = (0i32, false);
    text.split_whitespace().filter(move |piece| {
        let mut outside = depth <= 0 && !formula;
        let mut escaped = false;
        for byte in piece.bytes() {
            match byte {
                b'(' | b'[' if escaped => formula = true,
                b')' | b']' if escaped => formula = false,
                _ if escaped => {}
                b'{' => depth += 1,
                b'}' => depth -= 1,
                b'$' => formula = !formula,
                _ => {}
            }
            escaped = byte == b'\\' && !escaped;
        }
        // No language has longer words.
        outside &= piece.len() < 100;
        let word = piece.trim_end_matches(['.', ',', '!', '?', ':', ';']);
        let word = word.trim_matches(['*', '"', '\'']);
        let letters = |c: char| c.is_alphabetic() || "'’-".contains(c);
        outside && !word.is_empty() && word.chars().all(letters)
    })
}

/// Whether a text is a list of values with a label before each, or before several: "Minimum: 1,
/// Maximum: 3". Then no label alone marks the answer.
pub fn is_labelled(text: &str) -> bool {
    let label = |part: &str| {
        let Some((name, value)) = part.split_once(':') else { return false };
        let mut words = name.split_whitespace();
        let first = words.next().is_some_and(is_long);
        let rest = words.all(|word| is_long(word) || word.bytes().all(|b| b.is_ascii_digit()));
        let letters = name.chars().all(|c| c.is_alphanumeric() || c == ' ');
        first && rest && letters && !value.trim().is_empty()
    };
    let mut parts = text.split([',', ';']).flat_map(|part| part.split(" and ")).map(str::trim);
    !text.contains('\n')
        && !text.to_ascii_lowercase().contains("answer")
        && parts.next().is_some_and(label)
        && parts.any(label)
}

/// Without the signs that make text bold, spaces, and quotes around it.
pub fn unmarked(text: &str) -> &str {
    let text = text.trim();
    let text = text.trim_start_matches("**").trim_end_matches("**").trim();
    let quoted = |text: &'_ str, mark: char| {
        text.len() > 1 && text.starts_with(mark) && text.ends_with(mark)
    };
    match quoted(text, '"') || quoted(text, '`') {
        true => text[1..text.len() - 1].trim(),
        false => text,
    }
}

/// What answers the question that a short text asks itself: "How many? 5".
pub fn answered(text: &str, most: usize) -> &str {
    if text.len() > most {
        return text;
    }
    match text.rsplit_once('?') {
        Some((_, answer)) if answer.contains(char::is_alphanumeric) => answer.trim(),
        _ => text,
    }
}

/// At most the last `most` bytes.
pub fn end_of(text: &str, most: usize) -> &str {
    let from = text.len().saturating_sub(most);
    let from = (from..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    &text[from..]
}

/// At most the first `most` bytes.
pub fn start_of(text: &str, most: usize) -> &str {
    let to = most.min(text.len());
    let to = (0..=to).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..to]
}

/// Where the first sentence ends, before its full stop, and where the next one starts: at a stop
/// with a space behind it, perhaps after what closes a formula or a quotation, or at a line's end.
pub fn sentence_end(text: &str) -> (usize, usize) {
    for (at, mark) in text.char_indices() {
        let next = at + mark.len_utf8();
        match mark {
            '\n' | '。' => return (at, next),
            '.' | '!' | '?' => {
                let closers = |c: char| "$)]\"\\*".contains(c);
                let behind = text[next..].trim_start_matches(closers);
                let closed = text.len() - behind.len();
                let is_end = behind.chars().next().is_none_or(char::is_whitespace);
                if is_end && mark == '.' && next == closed {
                    return (at, closed);
                }
                if is_end {
                    return (closed, closed);
                }
            }
            _ => {}
        }
    }
    (text.len(), text.len())
}

/// The last sentence that is not empty.
pub fn last_sentence(text: &str) -> &str {
    let (mut rest, mut last) = (text, "");
    while !rest.is_empty() {
        let (end, next) = sentence_end(rest);
        if !rest[..end].trim().is_empty() {
            last = rest[..end].trim();
        }
        rest = &rest[next..];
    }
    last
}

/// Whether a sentence takes back or leaves open what it names.
pub fn is_denied(sentence: &str) -> bool {
    sentence.contains('?')
        || sentence.split(|c: char| !c.is_alphabetic() && c != '\'' && c != '’').any(|word| {
            let word = word.to_ascii_lowercase();
            word.ends_with("n't")
                || word.ends_with("n’t")
                || matches!(
                    &*word,
                    "not" | "never" | "cannot" | "wrong" | "incorrect" | "nor" | "none" | "neither"
                )
        })
}

/// A text up to a reason or an aside that follows the answer.
pub fn clause(text: &str) -> &str {
    let asides = [", since", " since ", ", because", " because ", ", which ", ", as ", ", so "];
    let end = asides.iter().filter_map(|aside| text.find(aside)).min();
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose() {
        for text in ["It is not here.", "I am done.", "cut along the midline", "So we take $x$ out"]
        {
            assert!(is_prose(text), "{text}");
        }
        for text in [
            "x + y",
            r"5 \text{ for all the } x",
            "$a b$ and c",
            "plain 42",
            "A B C D",
            "- 5 - x - y",
        ] {
            assert!(!is_prose(text), "{text}");
        }
    }

    #[test]
    fn sentences() {
        let cases = [
            ("One. Two", "Two"),
            ("It is $3.5$. It was 2.5.", "It was 2.5"),
            ("It is $3.$ Next, $4.$", "Next, $4.$"),
            ("One\nTwo\n", "Two"),
            ("答案是1。答案是2。", "答案是2"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(last_sentence(text), expected, "{text}");
        }
    }
}
