//! What a response says to its reader: the turn without its thoughts, or what it puts into an
//! answer tag.

use super::boxes::row;
use super::scan::any_of;
use std::borrow::Cow;

/// What models end a turn with, when it was not cut off.
const TURN_ENDS: [&str; 5] = ["<|im_end|>", "<|im_start|>", "<|endoftext|>", "<|eot_id|>", "</s>"];
const THOUGHT_OPENS: [&str; 2] = ["<think>", "<thinking>"];
const THOUGHT_CLOSES: [&str; 2] = ["</think>", "</thinking>"];

/// What follows the last thought. A thought that never ends is cut off, unless an answer tag ends
/// it.
pub fn said(response: &str) -> Cow<'_, str> {
    // Nearly all responses are without tags, so one look for their first sign saves ten.
    let (mut start, mut end, mut thought, mut has_answer) = (0, response.len(), None, false);
    let mut from = 0;
    while let Some(found) = any_of(&response.as_bytes()[from..], [b'<']) {
        let at = from + found;
        from = at + 1;
        let tag = |tags: &[&str]| {
            let found = tags.iter().find(|tag| response[at..].starts_with(**tag));
            found.map(|tag| at + tag.len())
        };
        if tag(&TURN_ENDS).is_some() {
            end = at;
            break;
        }
        if let Some(behind) = tag(&THOUGHT_CLOSES) {
            (start, thought, has_answer) = (behind, None, false);
        } else if tag(&THOUGHT_OPENS).is_some() {
            thought = thought.or(Some(at));
        }
        has_answer |= tag(&[OPEN]).is_some();
    }
    let content = has_answer.then(|| tagged(&response[start..end])).flatten();
    content.map_or(Cow::Borrowed(&response[start..thought.unwrap_or(end)]), Cow::Owned)
}

const OPEN: &str = "<answer>";
const CLOSE: &str = "</answer>";

/// The content of the last answer tag; where only glue separates the last ones, of all of them.
fn tagged(text: &str) -> Option<String> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(OPEN) {
        let (begin, start) = (at + found, at + found + OPEN.len());
        let Some(length) = text[start..].find(CLOSE) else {
            // Cut off in the middle of its answer: what there is counts if nothing came before.
            return match tags.is_empty() {
                true => Some(text[start..].to_string()),
                false => row(text, &tags),
            };
        };
        at = start + length + CLOSE.len();
        tags.push((begin, start..start + length, at));
    }
    row(text, &tags)
}
