//! The face to JavaScript: the caller writes UTF-8 into the rooms, calls, and reads the record that
//! the call returns the address of. No call keeps a reference, and the module has one thread.

use crate::Outcome;
use std::cell::RefCell;

/// What a call found: a code, and up to four texts one behind the other.
#[repr(C)]
pub struct Record {
    code: u32,
    /// UTF-16 units of each text; `NONE` where there is none.
    lengths: [u32; 4],
    text: *const u8,
    bytes: usize,
}

const NONE: u32 = u32::MAX;

struct State {
    /// The gold answer and the answer, or any one text.
    rooms: [Vec<u8>; 2],
    /// The texts of the record.
    output: String,
    record: Record,
}

thread_local! {
    static STATE: RefCell<State> = const {
        RefCell::new(State {
            rooms: [Vec::new(), Vec::new()],
            output: String::new(),
            record: Record { code: 0, lengths: [NONE; 4], text: std::ptr::null(), bytes: 0 },
        })
    };
}

/// Room for `length` bytes; the address holds until this room is asked for more.
#[no_mangle]
pub extern "C" fn room(which: usize, length: usize) -> *mut u8 {
    STATE.with_borrow_mut(|state| {
        let room = &mut state.rooms[which];
        if room.len() < length {
            *room = vec![0; length];
        }
        room.as_mut_ptr()
    })
}

/// The outcome as code; what was extracted, the gold answer and the answer as read, the reason.
#[no_mangle]
pub extern "C" fn verify(gold: usize, answer: usize, steps: u32) -> *const Record {
    respond(gold, answer, |gold, answer| verdict(crate::verify(gold, answer, steps.into())))
}

/// As `verify`, for texts that name a choice.
#[no_mangle]
pub extern "C" fn verify_choice(gold: usize, answer: usize) -> *const Record {
    respond(gold, answer, |gold, answer| verdict(crate::verify_choice(gold, answer)))
}

/// The extracted answer.
#[no_mangle]
pub extern "C" fn extract(length: usize) -> *const Record {
    respond(length, 0, |text, _| (0, [crate::extract(text), None, None, None]))
}

/// 0, kind and value; or 1 and why there is none.
#[no_mangle]
pub extern "C" fn parse(length: usize, steps: u32) -> *const Record {
    respond(length, 0, |text, _| match crate::parse(text, steps.into()) {
        Ok((kind, value)) => (0, [Some(kind.into()), Some(value), None, None]),
        Err(error) => (1, [Some(error), None, None, None]),
    })
}

type Found = (u32, [Option<String>; 4]);

fn verdict(verdict: crate::Verdict) -> Found {
    let code = match verdict.outcome {
        Outcome::Equal => 0,
        Outcome::Different => 1,
        Outcome::Unparsable => 2,
        Outcome::GaveUp => 3,
    };
    let crate::Verdict { extracted, gold_parsed, answer_parsed, reason, .. } = verdict;
    (code, [extracted, gold_parsed, answer_parsed, Some(reason)])
}

fn respond(first: usize, second: usize, find: impl FnOnce(&str, &str) -> Found) -> *const Record {
    STATE.with_borrow_mut(|State { rooms, output, record }| {
        let [first, second] = [&rooms[0][..first], &rooms[1][..second]];
        // SAFETY: what the caller writes comes from a TextEncoder, which writes nothing but UTF-8.
        let texts = unsafe {
            (std::str::from_utf8_unchecked(first), std::str::from_utf8_unchecked(second))
        };
        let (code, found) = find(texts.0, texts.1);
        output.clear();
        record.code = code;
        for (length, text) in record.lengths.iter_mut().zip(&found) {
            *length = text.as_ref().map_or(NONE, |text| {
                output.push_str(text);
                if text.is_ascii() {
                    text.len() as u32
                } else {
                    text.encode_utf16().count() as u32
                }
            });
        }
        (record.text, record.bytes) = (output.as_ptr(), output.len());
        record as *const Record
    })
}
