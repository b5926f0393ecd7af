//! The face to JavaScript: the caller writes UTF-8 into the input buffer, calls, and reads JSON
//! from the output buffer. Single-threaded, and no call keeps a reference, so two statics do.

use crate::json;
use std::cell::RefCell;

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Room for `length` bytes of input; the address holds until the next call of this function.
#[no_mangle]
pub extern "C" fn input(length: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        if input.len() < length {
            *input = vec![0; length];
        }
        input.as_mut_ptr()
    })
}

/// Where the last result is.
#[no_mangle]
pub extern "C" fn output() -> *const u8 {
    OUTPUT.with_borrow(|output| output.as_ptr())
}

/// Input: gold, then answer. Returns the length of the verdict.
#[no_mangle]
pub extern "C" fn verify(gold: usize, answer: usize, steps: u32) -> usize {
    respond(gold + answer, |text, out| {
        let (gold, answer) = text.split_at(gold);
        json::verdict(&crate::verify(gold, answer, steps.into()), out);
    })
}

/// As `verify`, for texts that name a choice.
#[no_mangle]
pub extern "C" fn verify_choice(gold: usize, answer: usize) -> usize {
    respond(gold + answer, |text, out| {
        let (gold, answer) = text.split_at(gold);
        json::verdict(&crate::verify_choice(gold, answer), out);
    })
}

/// Returns the length of the extracted answer as JSON, or null.
#[no_mangle]
pub extern "C" fn extract(length: usize) -> usize {
    respond(length, |text, out| json::optional(crate::extract(text).as_deref(), out))
}

/// Returns the length of {"kind","value"} or {"error"}.
#[no_mangle]
pub extern "C" fn parse(length: usize, steps: u32) -> usize {
    respond(length, |text, out| {
        let (fields, tail) = match crate::parse(text, steps.into()) {
            Ok((kind, value)) => {
                ([("{\"kind\":", kind.into()), (",\"value\":", value)].to_vec(), "}")
            }
            Err(error) => ([("{\"error\":", error)].to_vec(), "}"),
        };
        for (name, text) in fields {
            out.push_str(name);
            json::string(&text, out);
        }
        out.push_str(tail);
    })
}

fn respond(length: usize, answer: impl FnOnce(&str, &mut String)) -> usize {
    INPUT.with_borrow(|input| {
        // TextEncoder writes valid UTF-8 only.
        let text = std::str::from_utf8(&input[..length]).unwrap_or("");
        OUTPUT.with_borrow_mut(|output| {
            output.clear();
            answer(text, output);
            output.len()
        })
    })
}
