//! Cuts runs of letters: words, units, and products of variables.

use super::commands::function;
use super::glyphs::{character, plain, script};
use super::lexer::Lexer;
use super::token::Token;
use super::words::{self, Piece, Run};

impl Lexer<'_> {
    pub(super) fn word(&mut self, first: char) {
        let after_number = match self.tokens.last() {
            Some(Token::Number { .. }) => true,
            // 25 sq cm
            Some(Token::Word { letters, .. }) => {
                matches!(letters.as_str(), "sq" | "square" | "cubic" | "per")
            }
            _ => false,
        };
        let mut letters = String::from(first);
        while let Some(c) = self.rest().chars().next() {
            let letter = plain(c);
            if !letter.is_alphabetic() || character(letter).is_some() || script(letter).is_some() {
                break;
            }
            // Another script begins another word.
            if letter.is_ascii() != first.is_ascii() && (letter > '\u{2e80}' || first > '\u{2e80}')
            {
                break;
            }
            letters.push(letter);
            self.at += c.len_utf8();
        }
        if letters == "equals" {
            return self.push(Token::Sign('='));
        }
        if self.upright_end.is_some() {
            return match function(&letters).filter(|_| letters.len() > 2) {
                Some(name) if !matches!(name, "min" | "max" | "sec") => self.named(name),
                _ => self.push(Token::Word { letters, upright: true }),
            };
        }
        // "it is"; elsewhere i·t
        let verb = self.rest().trim_start().bytes().take_while(u8::is_ascii_lowercase).count() > 1;
        if letters.eq_ignore_ascii_case("it") && self.rest().starts_with(' ') && verb {
            return self.push(Token::Word { letters, upright: false });
        }
        if self.among_words == Some(true) && letters.len() > 1 && function(&letters).is_none() {
            return self.push(Token::Word { letters, upright: false });
        }
        // A lone letter is a variable, but after a decimal, at the end, "m²" and " m" are units, and
        // so is it in "5 m/s".
        let decimal = matches!(self.tokens.as_slice(), [Token::Number { digits, .. }] if digits.contains('.'));
        let ends = |text: &str| match text {
            "" => self.text[..self.at - letters.len()].ends_with(' '),
            raised => matches!(raised, "²" | "³"),
        };
        let speed = |text: &str| {
            let mut units =
                text.strip_prefix('/').unwrap_or("").split(|c: char| !c.is_alphabetic());
            matches!(units.next(), Some("s" | "min" | "h" | "sec"))
        };
        let unit = decimal && ends(self.rest().trim_end()) || after_number && speed(self.rest());
        if letters == "m" && unit {
            return self.push(Token::Word { letters, upright: true });
        }
        // 7^{th}
        let raised = matches!(
            self.tokens.as_slice(),
            [.., Token::Number { .. }, Token::Sign('^')]
                | [.., Token::Number { .. }, Token::Sign('^'), Token::Sign('{')]
        );
        if raised && matches!(letters.as_str(), "th" | "st" | "nd" | "rd") {
            return self.push(Token::Word { letters, upright: true });
        }
        match words::read(&letters, after_number) {
            Run::Word => self.push(Token::Word { letters, upright: false }),
            Run::Product(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Name(name) => self.named(name),
                        Piece::Letter(c) => {
                            self.push(Token::Word { letters: c.into(), upright: false });
                        }
                    }
                }
            }
        }
    }
}
