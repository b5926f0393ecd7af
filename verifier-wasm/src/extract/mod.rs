//! Which part of a response is the answer. What a model marks as its answer counts, the stronger
//! mark first: an answer tag, a box, `####`, "the answer is", the conclusion of the last sentence;
//! a text that is no prose is its own answer. Numbers that only occur in a text are never picked
//! out of it. Every step is linear in the length of the response.

mod boxes;
mod concluded;
mod letters;
mod prose;
mod scan;
mod stated;
mod turn;

use crate::language::characters::trimmed;
pub use letters::choice;
use std::borrow::Cow;

/// Bytes up to which a response without any mark is taken for a bare answer.
const BARE: usize = 400;

/// Bytes at the end of a gold solution in which its box is looked for.
const LONGEST_GOLD: usize = 1 << 16;

/// Bytes at the end of a response in which marks of words are looked for.
const NEAR: usize = 1 << 15;

/// The content of the last box outside of thoughts.
pub fn boxed(text: &str) -> Option<String> {
    boxes::boxed(&turn::said(text))
}

/// The gold answer of a solution that ends in a box. A percent sign may follow the box.
pub fn gold(solution: &str) -> Option<String> {
    let solution = prose::end_of(solution, LONGEST_GOLD);
    let content = boxed(solution)?;
    let behind = solution.rsplit('}').next().unwrap_or("").trim_start_matches(['$', ' ']);
    let percent = ["%", "\\%", "percent"].iter().any(|sign| behind.starts_with(sign));
    Some(if percent && !content.ends_with('%') { content + "\\%" } else { content })
}

/// The answer of a response. The gold answer says how long a bare answer may be, and whether
/// words or the letter of a choice are looked for.
pub fn answer(response: &str, gold: &str) -> Option<String> {
    let said = turn::said(response);
    if let Some(content) = boxes::boxed(&said) {
        return Some(content);
    }
    let text = trimmed(&said);
    let text = if gold.contains('?') { text } else { prose::answered(text, BARE) };
    let end = prose::end_of(gold, LONGEST_GOLD);
    let gold = boxes::boxed(end).map_or(Cow::Borrowed(trimmed(gold)), Cow::Owned);
    // A formula may be longer than what has words.
    let most = if text.len() > NEAR || prose::has_words(text) { BARE } else { NEAR };
    let bare = text.len() <= most.max(2 * gold.len());
    if bare && (prose::is_prose(&gold) || text == gold) {
        return Some(text.to_string());
    }
    let near = prose::end_of(text, NEAR);
    if let (Some(_), true) = (letters::named(&gold), prose::has_words(near)) {
        return letters::choice(near).map(|letter| letter.to_string());
    }
    if bare && prose::is_labelled(text) {
        return Some(text.to_string());
    }
    let found = match prose::has_words(&gold) {
        // A conclusion would leave out words that may matter.
        true => stated::stated(near),
        false => in_words(near),
    };
    let formula = || !prose::is_prose(text) || !text.starts_with(char::is_alphabetic);
    let is_answer = bare && (formula() || prose::has_words(&gold));
    let found = found.or_else(|| is_answer.then(|| text.to_string()))?;
    Some(prose::unmarked(&found).to_string())
}

/// The answer that a response marks as such.
pub fn marked(response: &str) -> Option<String> {
    let said = turn::said(response);
    let found = boxes::boxed(&said).or_else(|| in_words(prose::end_of(&said, NEAR)))?;
    Some(prose::unmarked(&found).to_string())
}

fn in_words(text: &str) -> Option<String> {
    let concluded = || prose::has_words(text).then(|| concluded::concluded(text)).flatten();
    stated::stated(text).or_else(concluded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let long = "word ".repeat(100);
        let cases = [
            // Statements.
            ("42 is not the answer. The answer is 41.", Some("41")),
            ("The final answer is: $3.5$. Goodbye.", Some("$3.5$")),
            ("**Answer:** 12\nas shown", Some("12")),
            ("The answer is:\n$$\n42\n$$\nDone.", Some("$$\n42\n$$")),
            ("Final Answer: The volume of $AB$ is 120. I hope it is correct.", Some("120")),
            ("Answer $$ 9 $$", Some("$$ 9 $$")),
            ("### Final Answer\n\n12", Some("12")),
            ("So $x + 2 = 9$, which gives $x = 7$.", Some("$x = 7$")),
            ("We add.\n#### 1,234", Some("1,234")),
            ("The final answer is $42$ or $41$.", Some("$42$ or $41$")),
            // The last word of a response.
            ("So, the pair $(x, y)$ that we want is $(7, 6)$. <|im_start|>user", Some("$(7, 6)$")),
            ("Thus $x <= 2$ is our answer.", Some("$x <= 2$")),
            ("Hence, there are 12 distinct sequences.", Some("12")),
            ("so the number is 10 which is 1,000.99m²", Some("1,000.99m²")),
            ("All in all it is\n$$\\begin{align*} x &= 1 \\\\ &= 2 \\end{align*}$$", Some("2")),
            ("That makes it **73**", Some("73")),
            ("réponse est (35 + 70 = 105).", Some("105")),
            ("We have it: $x = 5$.", Some("$x = 5$")),
            ("她有11个，每个9颗。因此，水池中水将在300分钟内被放完。", Some("300")),
            // Bare answers.
            ("**73**", Some("73")),
            (" 7 ", Some("7")),
            ("$41$, $42$", Some("$41$, $42$")),
            ("plain 42", Some("plain 42")),
            ("Minimum: 1, Maximum: 3", Some("Minimum: 1, Maximum: 3")),
            ("Row 1: -2, 0 and Row 2: 10, 11", Some("Row 1: -2, 0 and Row 2: 10, 11")),
            // Tags and thoughts.
            ("<think>42</think>", Some("")),
            ("<think>10 - 5 = 5\n<answer>5</answer>", Some("5")),
            ("<answer>41</answer> or <answer>42</answer>", Some("41, 42")),
            ("<answer>41</answer> no: <answer>\\boxed{42}</answer>", Some("42")),
            ("<think> \\boxed{42} <answer>42</answer> </think> I am done.", None),
            ("<think>so the answer is 42", Some("")),
            // Nothing is picked out of these.
            (long.as_str(), None),
            (&(long.clone() + "Is it 42?"), None),
            (&(long.clone() + "$41$, $42$ and $43$ all seem fine."), None),
            (&(long.clone() + "Thus it is not $42$."), None),
            (&(long.clone() + "So $42$ or perhaps $41$."), None),
        ];
        for (response, expected) in cases {
            assert_eq!(answer(response, "42").as_deref(), expected, "{response}");
        }
    }

    #[test]
    fn golds_in_words_and_letters() {
        let none = r"No solution: $\oslash$";
        assert_eq!(answer(none, none).as_deref(), Some(none));
        let words = "The triangle can be cut along the midline.";
        assert_eq!(
            answer("Cut it along the midline", words).as_deref(),
            Some("Cut it along the midline")
        );
        assert_eq!(
            answer("The answer is for sure D, it can't be A or B", "D").as_deref(),
            Some("D")
        );
        assert_eq!(answer("A or B, I would say", "B"), None);
    }

    #[test]
    fn megabytes_take_no_time() {
        let pieces =
            ["answer ", "\\boxed{", "<answer>", "<think>", "$ ", "\\(", "is ", "** ", "A. ", "A,"];
        let more =
            ["\\\\", "#### ", "} ", "\\boxed ", "\n", "answer is ", "<answer></answer>", "é"];
        for piece in pieces.iter().chain(&more) {
            let text = piece.repeat((1 << 20) / piece.len());
            let start = std::time::Instant::now();
            answer(&text, "1");
            answer(&text, "B");
            assert!(start.elapsed().as_millis() < 500, "{piece}: {:?}", start.elapsed());
        }
    }
}
