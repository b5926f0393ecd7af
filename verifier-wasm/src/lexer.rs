//! LaTeX and plain text to tokens. What does not change the meaning is dropped here, once:
//! spaces and spacing commands, `$`, `\left` and `\right`, bold, redundant braces. The tokens
//! joined again (`key`) are the normalized text that is compared when nothing better can be.

use crate::brackets::{closing, without_redundant};
use crate::budget::{Budget, GaveUp};
use crate::commands::{is_layout, is_upright, meaning, plain};
use crate::token::Token;

/// Why a text has no tokens.
#[derive(Debug, PartialEq, Eq)]
pub enum Malformed {
    Braces,
    GaveUp(GaveUp),
}

/// What may stand between groups of thousands; the last two also separate items.
const SEPARATORS: &[&str] = &["{,}", ",\\!", "\\,", "\\!", "\\ ", ",", " "];

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// Open brackets: inside them a plain comma separates, outside it may group thousands.
    brackets: u32,
    /// Where the \text{…} ends that this position is in.
    upright_end: Option<usize>,
    tokens: Vec<Token>,
}

pub fn tokenize(text: &str, budget: &mut Budget) -> Result<Vec<Token>, Malformed> {
    budget.spend(4 * text.len() as u64).map_err(Malformed::GaveUp)?;
    let mut lexer = Lexer { text, at: 0, brackets: 0, upright_end: None, tokens: Vec::new() };
    while lexer.at < text.len() {
        lexer.step();
    }
    without_redundant(lexer.tokens).ok_or(Malformed::Braces)
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn push(&mut self, token: Token) {
        self.tokens.push(token);
    }

    fn step(&mut self) {
        if self.upright_end == Some(self.at) {
            self.upright_end = None;
            self.at += 1;
            return;
        }
        let c = plain(self.rest().chars().next().unwrap_or(' '));
        let width = self.rest().chars().next().map_or(1, char::len_utf8);
        match c {
            '\\' => self.command(),
            '0'..='9' => self.number(),
            '.' if matches!(self.rest().as_bytes(), [b'.', b'0'..=b'9', ..]) => self.number(),
            _ => {
                self.at += width;
                match c {
                    _ if c.is_whitespace() || "$~\u{200b}\u{feff}".contains(c) => {}
                    'π' => self.push(Token::Command("pi")),
                    '√' => self.push(Token::Command("sqrt")),
                    '°' => self.push(Token::Command("circ")),
                    '×' | '*' => self.push(Token::Command("times")),
                    '·' | '⋅' => self.push(Token::Command("cdot")),
                    '÷' => self.push(Token::Command("div")),
                    '∞' => self.push(Token::Command("infty")),
                    '≤' => self.push(Token::Command("leq")),
                    '≥' => self.push(Token::Command("geq")),
                    '≠' => self.push(Token::Command("neq")),
                    _ if c.is_alphabetic() => self.word(c),
                    _ => {
                        self.bracket(c);
                        self.push(Token::Sign(c));
                    }
                }
            }
        }
    }

    fn bracket(&mut self, c: char) {
        match c {
            '(' | '[' => self.brackets += 1,
            ')' | ']' => self.brackets = self.brackets.saturating_sub(1),
            _ => {}
        }
    }

    fn word(&mut self, first: char) {
        let mut letters = String::from(first);
        while let Some(c) = self.rest().chars().next().filter(|c| plain(*c).is_alphabetic()) {
            if c == 'π' {
                break;
            }
            letters.push(plain(c));
            self.at += c.len_utf8();
        }
        self.push(Token::Word { letters, upright: self.upright_end.is_some() });
    }

    fn command(&mut self) {
        self.at += 1;
        let letters = self.rest().bytes().take_while(u8::is_ascii_alphabetic).count();
        let width = self.rest().chars().next().map_or(0, char::len_utf8);
        let name = &self.text[self.at..self.at + if letters == 0 { width } else { letters }];
        self.at += name.len();
        if let Some(token) = meaning(name) {
            match token {
                "{" => self.brackets += 1,
                "}" => self.brackets = self.brackets.saturating_sub(1),
                _ => {}
            }
            self.push(Token::Command(token));
        } else if name == "%" {
            self.push(Token::Sign('%'));
        } else if is_upright(name) {
            let space = self.rest().len() - self.rest().trim_start().len();
            if self.upright_end.is_none() && self.rest()[space..].starts_with('{') {
                if let Some(end) = closing(self.text, self.at + space) {
                    self.at += space + 1;
                    self.upright_end = Some(end);
                }
            }
        } else if is_layout(name) || name.is_empty() {
            // \left. and \right. draw nothing.
            if (name == "left" || name == "right") && self.rest().starts_with('.') {
                self.at += 1;
            }
        } else {
            let name = name.to_string();
            self.push(Token::Unknown(name));
        }
    }

    fn number(&mut self) {
        if self.single_digit_argument() && !self.rest().starts_with('.') {
            let digit = self.digits(1);
            return self.push(Token::Number(digit));
        }
        let mut digits = self.digits(usize::MAX);
        if matches!(digits.len(), 1..=3) && !digits.starts_with('0') {
            self.thousands(&mut digits);
        }
        if self.rest().starts_with('.') && !self.rest().starts_with("..") {
            self.at += 1;
            digits.push('.');
            digits += &self.digits(usize::MAX);
        }
        let after = self.rest().strip_prefix(['e', 'E']).unwrap_or("");
        let unsigned = after.strip_prefix(['+', '-']).unwrap_or(after);
        if unsigned.starts_with(|c: char| c.is_ascii_digit()) {
            digits.push('e');
            digits.push_str(&after[..after.len() - unsigned.len()]);
            self.at += 1 + after.len() - unsigned.len();
            digits += &self.digits(usize::MAX);
        }
        self.push(Token::Number(digits));
    }

    fn digits(&mut self, most: usize) -> String {
        let digits: String =
            self.rest().chars().map(plain).take_while(char::is_ascii_digit).take(most).collect();
        self.at += self.rest().chars().take(digits.len()).map(char::len_utf8).sum::<usize>();
        digits
    }

    /// \frac12 is one half: its arguments are single digits.
    fn single_digit_argument(&self) -> bool {
        match self.tokens.as_slice() {
            [.., Token::Command("frac")] => true,
            [.., Token::Command("frac"), Token::Number(n)] => n.len() == 1,
            _ => false,
        }
    }

    /// Groups of exactly three digits behind one kind of separator.
    fn thousands(&mut self, digits: &mut String) {
        let loose = |s: &str| s == "," || s == " ";
        let Some(separator) = SEPARATORS.iter().find(|s| self.rest().starts_with(**s)) else {
            return;
        };
        if loose(separator) && self.brackets > 0 {
            return;
        }
        let (mut end, mut groups) = (self.at, String::new());
        while let Some(group) = self.text[end..].strip_prefix(separator) {
            // People write "11,\! 111".
            let group = if loose(separator) { group } else { group.trim_start_matches(' ') };
            if group.bytes().take_while(u8::is_ascii_digit).count() != 3 {
                break;
            }
            groups.push_str(&group[..3]);
            end = self.text.len() - group.len() + 3;
        }
        self.at = end;
        digits.push_str(&groups);
    }
}
