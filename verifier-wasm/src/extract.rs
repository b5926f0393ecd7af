//! Which part of a response is the answer. One pass, linear in the length.

/// What follows the last `</think>`, cut before a thought that never ends.
fn said(response: &str) -> &str {
    let said = response.rfind("</think>").map_or(response, |at| &response[at + 8..]);
    said.find("<think>").map_or(said, |at| &said[..at])
}

/// The content of the last \boxed{…} or \fbox{…} outside of thoughts. Boxes that only glue
/// separates ("\boxed{41} or \boxed{42}") are one answer, joined by commas where they differ, so
/// that a row of guesses is not judged by its last.
pub fn boxed(response: &str) -> Option<String> {
    let text = said(response);
    let bytes = text.as_bytes();
    // Where each open brace is, and where its box command began if it has one.
    let mut open: Vec<(usize, Option<usize>)> = Vec::new();
    // Outermost closed boxes: command, content, end.
    let mut boxes: Vec<(usize, usize, usize)> = Vec::new();
    let (mut at, mut command) = (0, None);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => {
                let name = text[at + 1..].bytes().take_while(u8::is_ascii_alphabetic).count();
                let word = &text[at + 1..at + 1 + name];
                command = matches!(word, "boxed" | "fbox" | "framebox").then_some(at);
                at += 1 + name.max(1);
                continue;
            }
            b'{' => open.push((at, command)),
            b'}' => {
                if let Some((start, Some(begin))) = open.pop() {
                    while boxes.last().is_some_and(|inner| inner.0 > begin) {
                        boxes.pop();
                    }
                    boxes.push((begin, start + 1, at));
                }
            }
            _ => {}
        }
        if !bytes[at].is_ascii_whitespace() {
            command = None;
        }
        at += 1;
    }
    let mut first = boxes.len().checked_sub(1)?;
    while first > 0 && is_glue(&text[boxes[first - 1].2 + 1..boxes[first].0]) {
        first -= 1;
    }
    let mut contents: Vec<&str> =
        boxes[first..].iter().map(|(_, start, end)| text[*start..*end].trim()).collect();
    if contents.iter().all(|content| *content == contents[0]) {
        contents.truncate(1);
    }
    Some(contents.join(", "))
}

fn is_glue(text: &str) -> bool {
    text.len() < 64
        && text
            .split(|c: char| c.is_whitespace() || "$,;\\()[]{}.&*/|".contains(c))
            .all(|word| matches!(word, "" | "or" | "and" | "text" | "quad" | "qquad"))
}

/// Whether a text is a sentence rather than a formula: three words or more, spaces between.
pub fn is_prose(text: &str) -> bool {
    let is_word =
        |word: &&str| word.trim_end_matches(['.', ',', '!', '?']).chars().all(char::is_alphabetic);
    text.split_whitespace().filter(is_word).take(3).count() == 3
}

/// The answer: a box; else what follows "the answer is"; else the whole text when it is no longer
/// than `bare` bytes.
pub fn answer(response: &str, bare: usize) -> Option<String> {
    if let Some(content) = boxed(response) {
        return Some(content);
    }
    let text = said(response).trim();
    let found = stated(text).or((text.len() <= bare).then_some(text))?;
    Some(found.trim().trim_matches('*').trim().to_string())
}

/// What stands behind the last "answer is" or "answer:", up to the end of the sentence.
fn stated(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let mut end = lower.len();
    while let Some(at) = lower[..end].rfind("answer") {
        let mut rest = text[at + 6..].trim_start_matches(['*', ' ']);
        for verb in ["is", ":", "="] {
            if let Some(after) = rest.strip_prefix(verb) {
                rest = after.trim_start_matches(|c: char| c.is_whitespace() || ":*".contains(c));
                let stop = rest
                    .match_indices(['.', '\n'])
                    .find(|(at, mark)| {
                        let next = rest[at + 1..].chars().next();
                        *mark == "\n" || next.is_none_or(char::is_whitespace)
                    })
                    .map_or(rest.len(), |(at, _)| at);
                return Some(&rest[..stop]);
            }
        }
        end = at;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes() {
        let cases = [
            (r"so \boxed{42}.", Some("42")),
            (r"\boxed{41}. Wait, no: \boxed{42}", Some("42")),
            (r"\boxed{\frac{1}{2}} and {more}", Some(r"\frac{1}{2}")),
            (r"\boxed{\boxed{7}}", Some(r"\boxed{7}")),
            (r"\fbox {7}", Some("7")),
            (r"\boxed{\{1, 2\}}", Some(r"\{1, 2\}")),
            (r"{ \boxed{5}", Some("5")),
            (r"\boxed{5", None),
            (r"\boxed{\boxed{5}", Some("5")),
            (r"\boxed 5 {6}", None),
            (r"\boxed{}", Some("")),
            (r"\boxed{41} or \boxed{42}", Some("41, 42")),
            (r"$\boxed{1}$ and $\boxed{1}$", Some("1")),
            (r"<think>\boxed{1}</think> hm", None),
            (r"<think>\boxed{1}</think> \boxed{2} <think>\boxed{3}", Some("2")),
            (r"\boxed{1}</think>\boxed{2}", Some("2")),
            ("", None),
        ];
        for (response, expected) in cases {
            assert_eq!(boxed(response).as_deref(), expected, "{response}");
        }
    }

    #[test]
    fn statements_and_bare_answers() {
        let cases = [
            ("42 is not the answer. The answer is 41.", Some("41")),
            ("The final answer is: $3.5$. Goodbye.", Some("$3.5$")),
            ("**Answer:** 12\nas shown", Some("12")),
            ("**73**", Some("73")),
            ("<think>42</think>", Some("")),
            (" 7 ", Some("7")),
        ];
        for (response, expected) in cases {
            assert_eq!(answer(response, 20).as_deref(), expected, "{response}");
        }
        assert_eq!(answer("a long story about numbers", 20), None);
    }
}
