//! Boxes, and which of them make one answer.

use super::scan::{any_of, three};
use std::ops::Range;

/// A marked part of a text: where the mark begins, what it holds, where it ends.
type Marked = (usize, Range<usize>, usize);

/// The content of the last `\boxed{…}`, `\fbox{…}` or `\boxed 5`, or of the row of boxes that
/// it ends.
pub fn boxed(text: &str) -> Option<String> {
    let boxes = outermost(text);
    let begin = boxes.last()?.0;
    let mut content = row(text, &boxes)?;
    // Text that went through an encoder once too often has each backslash twice.
    if text[begin..].starts_with(r"\\") && !text[begin..].starts_with(r"\\\") {
        content = content.replace(r"\\", r"\");
    }
    Some(content)
}

/// All boxes that no other box holds and that are closed.
fn outermost(text: &str) -> Vec<Marked> {
    let bytes = text.as_bytes();
    let mut open: Vec<(usize, Option<usize>)> = Vec::new();
    let mut boxes: Vec<Marked> = Vec::new();
    let Some(mut at) = first(bytes) else { return boxes };
    while let Some(found) = any_of(&bytes[at..], [b'\\', b'{', b'}']) {
        let begin = at + found;
        at = begin + 1;
        match bytes[begin] {
            b'\\' => {
                at = after_command(bytes, begin);
                if !is_box(&bytes[begin..at]) {
                    continue;
                }
                let space = bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
                if let Some(content) = unbraced(text, at) {
                    at = content.end;
                    boxes.push((begin, content, at));
                } else if bytes.get(at + space) == Some(&b'{') {
                    at += space + 1;
                    open.push((at, Some(begin)));
                }
            }
            b'{' => open.push((at, None)),
            _ => {
                if let Some((start, Some(command))) = open.pop() {
                    while boxes.last().is_some_and(|inner| inner.0 > command) {
                        boxes.pop();
                    }
                    boxes.push((command, start..begin, at));
                }
            }
        }
    }
    boxes
}

/// Where the first box command is: braces before it close no box.
fn first(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + three(&bytes[from..], *b"box")?;
        from = at + 3;
        let before = bytes[..at].iter().rev();
        // "framebox" has five letters before it.
        let letters = before.clone().take(6).take_while(|b| b.is_ascii_alphabetic()).count();
        let name = at - letters;
        let slashes = bytes[..name].iter().rev().take_while(|b| **b == b'\\').count();
        // Backslashes make commands in pairs, and what is left makes one with the letters.
        let begin = match slashes {
            0 => continue,
            _ if slashes % 2 == 0 => name - 2,
            _ => name - 1,
        };
        if is_box(&bytes[begin..after_command(bytes, begin)]) {
            return Some(begin);
        }
    }
}

fn is_box(command: &[u8]) -> bool {
    let name = command.iter().position(|b| *b != b'\\').map_or(&[][..], |at| &command[at..]);
    matches!(name, b"boxed" | b"fbox" | b"framebox")
}

/// Behind a backslash and what it makes a command of: letters, another backslash (and a box), or
/// any one character.
fn after_command(bytes: &[u8], at: usize) -> usize {
    let letters = |from: usize| {
        bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_alphabetic()).count()
    };
    match bytes.get(at + 1) {
        Some(b'\\') => {
            let word = at + 2..at + 2 + letters(at + 2);
            match &bytes[word.clone()] {
                b"boxed" | b"fbox" => word.end,
                _ => at + 2,
            }
        }
        Some(b) if b.is_ascii_alphabetic() => at + 1 + letters(at + 1),
        Some(b) if b.is_ascii() => at + 2,
        _ => at + 1,
    }
}

/// What `\boxed 5` holds: a run of digits and signs, or one letter.
fn unbraced(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text.as_bytes()[at..];
    let space = rest.iter().take_while(|b| **b == b' ').count();
    let run = |accepts: fn(&u8) -> bool| rest[space..].iter().take_while(|b| accepts(b)).count();
    let (letters, signs) =
        (run(u8::is_ascii_alphabetic), run(|b| b.is_ascii_digit() || b".,/+-".contains(b)));
    let start = at + space;
    let content = text[start..start + signs].trim_end_matches(['.', ',']);
    match (letters, content.bytes().any(|b| b.is_ascii_digit())) {
        (1, _) if space > 0 => Some(start..start + 1),
        (0, true) => Some(start..start + content.len()),
        _ => None,
    }
}

/// The last mark's content; where marks are parts of one sentence ("\boxed{41} or \boxed{42}"),
/// all of them, joined by commas where they differ: so a row of guesses is not judged by its last.
pub fn row(text: &str, marks: &[Marked]) -> Option<String> {
    let mut first = marks.len().checked_sub(1)?;
    while first > 0 && joins(&text[marks[first - 1].2..marks[first].0]) {
        first -= 1;
    }
    let mut contents: Vec<&str> =
        marks[first..].iter().map(|(_, content, _)| text[content.clone()].trim()).collect();
    if contents.iter().all(|content| *content == contents[0]) {
        contents.truncate(1);
    }
    Some(contents.join(", "))
}

/// Whether what stands between two marks makes them one answer: nothing but glue, or "and" or
/// "or" with a few words that do not go on to something new.
fn joins(between: &str) -> bool {
    if between.len() >= 64 {
        return false;
    }
    let glue = |word: &&str| matches!(*word, "" | "or" | "and" | "text" | "quad" | "qquad");
    let words: Vec<&str> = between
        .split(|c: char| c.is_whitespace() || "$,;:\\()[]{}.&*/|+".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    if words.iter().all(glue) {
        return true;
    }
    let goes_on = |word: &&str| {
        let word = word.to_ascii_lowercase();
        ["wait", "no", "not", "but", "so", "then", "final", "finally", "hence", "thus"]
            .contains(&word.as_str())
            || ["therefore", "actually", "answer", "gives", "get", "rather", "instead", "correct"]
                .contains(&word.as_str())
    };
    let ends = ['.', '!', '?', '\n'];
    words.iter().any(|word| matches!(*word, "and" | "or"))
        && words.len() <= 6
        && !between.contains(ends)
        && !words.iter().any(goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_boxes() {
        let cases = [
            (r"so \boxed{42}.", Some("42")),
            (r"\boxed{41}. Wait, no: \boxed{42}", Some("42")),
            (r"first attempt \boxed{wrong}, final \boxed{42}", Some("42")),
            (r"\boxed{\frac{1}{2}} and {more}", Some(r"\frac{1}{2}")),
            (r"\boxed{\boxed{7}}", Some(r"\boxed{7}")),
            (r"\fbox {7}", Some("7")),
            (r"\boxed{\{1, 2\}}", Some(r"\{1, 2\}")),
            (r"{ \boxed{5}", Some("5")),
            (r"\boxed{5", None),
            (r"\boxed{\boxed{5}", Some("5")),
            (r"\boxed 5 {6}", Some("5")),
            (r"\boxed 1.5.", Some("1.5")),
            (r"$\boxed x$", Some("x")),
            (r"\boxed \boxed \boxed", None),
            (r"\boxedx", None),
            (r"\boxed{}", Some("")),
            (r"\boxed{41} or \boxed{42}", Some("41, 42")),
            (r"$\boxed{1}$ and $\boxed{1}$", Some("1")),
            (r"\boxed{1} papers and \boxed{2} bins", Some("1, 2")),
            (r"\(y_1 = \boxed{a}\) and \(y_2 = \boxed{b}\)", Some("a, b")),
            (r"we get \boxed{1} and then \boxed{2}", Some("2")),
            (r"\\boxed{\\frac{1}{2}}", Some(r"\frac{1}{2}")),
            (r"x \\ \boxed{a \\ b}", Some(r"a \\ b")),
            ("\\boxed\u{e9}{1}", None),
            ("", None),
        ];
        for (response, expected) in cases {
            assert_eq!(boxed(response).as_deref(), expected, "{response}");
        }
    }
}
