//! Cuts characters that mean more than themselves: operators of several characters, raised and
//! lowered ones, and the remains of escapes.

use super::commands::{is_layout, is_upright, meaning};
use super::glyphs::script;
use super::lexer::Lexer;
use super::token::Token;

/// Without spaces around it; a tab that "\text" went through an escape to is no space.
pub fn trimmed(text: &str) -> &str {
    let inner = text.trim();
    let start = inner.as_ptr() as usize - text.as_ptr() as usize;
    match inner.starts_with("ext{") && text[..start].ends_with('\t') {
        true => &text[start - 1..start + inner.len()],
        false => inner,
    }
}

impl Lexer<'_> {
    /// Operators of several characters, and tags that raise and lower.
    pub(super) fn operator(&mut self) -> bool {
        const OPERATORS: &[(&str, &str)] = &[
            ("<=>", "implies"),
            ("<=", "leq"),
            (">=", "geq"),
            ("=>", "implies"),
            ("->", "to"),
            ("!=", "neq"),
            ("==", "="),
            ("<sup>", "^{"),
            ("<sub>", "_{"),
            ("</sup>", "}"),
            ("</sub>", "}"),
            ("**", "^"),
            ("<", "<"),
            (">", ">"),
        ];
        let Some((written, means)) = OPERATORS.iter().find(|o| self.rest().starts_with(o.0)) else {
            return false;
        };
        let behind = self.text[..self.at].chars().next_back();
        // "5!=120" is a factorial; "x != 5" is not.
        if *written == "!=" && behind.is_some_and(|c| c.is_ascii_digit() || c == ')') {
            return false;
        }
        let after = self.rest()[written.len()..].chars().next();
        let operand = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "()".contains(c));
        self.at += written.len();
        match *means {
            // Otherwise two stars make bold.
            "^" if operand(behind) && operand(after) => self.push(Token::Sign('^')),
            "^" => {}
            "=" | "}" => self.push(Token::Sign(means.chars().next().unwrap_or(' '))),
            "^{" | "_{" => self.tokens.extend(means.chars().map(Token::Sign)),
            name => self.named(name),
        }
        true
    }

    /// A tab where "\t" of "\text" went through a string's escapes, and its like.
    pub(super) fn unescaped(&mut self, c: char) -> bool {
        let letter = match c {
            '\t' => "t",
            '\r' => "r",
            '\u{8}' => "b",
            _ => "f",
        };
        let tail = self.rest().bytes().take_while(u8::is_ascii_alphabetic).count();
        let name = letter.to_string() + &self.rest()[..tail];
        let known = meaning(&name).is_some() || is_layout(&name) || is_upright(&name);
        let found = tail > 1 && (known || matches!(name.as_str(), "right" | "begin"));
        if found {
            self.at += tail;
            self.run_command(&name);
        }
        found
    }

    pub(super) fn scripts(&mut self, first: char) {
        let Some((kind, mut c)) = script(first) else { return };
        let mut inner = String::new();
        loop {
            inner.push(c);
            match self.rest().chars().next().and_then(|c| Some((c, script(c)?))) {
                Some((raw, (same, next))) if same == kind => {
                    self.at += raw.len_utf8();
                    c = next;
                }
                _ => break,
            }
        }
        self.tokens.extend([Token::Sign(kind), Token::Sign('{')]);
        if let Some(rest) = inner.strip_prefix(['-', '+']) {
            self.push(Token::Sign(inner.chars().next().unwrap_or('+')));
            inner = rest.to_string();
        }
        if inner.bytes().all(|b| b.is_ascii_digit()) && !inner.is_empty() {
            self.push(Token::number(inner));
        } else if !inner.is_empty() {
            self.push(Token::Word { letters: inner, upright: false });
        }
        self.push(Token::Sign('}'));
    }
}
