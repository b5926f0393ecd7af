//! LaTeX and plain text to tokens. What does not change the meaning is dropped here, once:
//! spaces and spacing commands, `$`, `\left` and `\right`, bold, redundant braces. The tokens
//! joined again (`key`) are the normalized text that is compared when nothing better can be.

use super::brackets::{closing, without_over, without_redundant};
use super::commands::{is_layout, is_upright, meaning, takes_layout};
use super::glyphs::{character, plain, script, vulgar};
use super::token::Token;
use crate::budget::{Budget, GaveUp};

/// Bytes within which a price is told from a formula.
const PRICE: usize = 400;

/// Why a text has no tokens.
#[derive(Debug, PartialEq, Eq)]
pub enum Malformed {
    Braces,
    GaveUp(GaveUp),
}

pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// Open brackets: inside them a plain comma separates, outside it may group thousands.
    pub(super) brackets: u32,
    /// Where the \text{…} ends that this position is in.
    pub(super) upright_end: Option<usize>,
    /// Open environments: whether their cells mean something.
    pub(super) environments: Vec<bool>,
    /// Whether this position is among words; None where formulas do not stand in dollars.
    pub(super) among_words: Option<bool>,
    pub(super) tokens: Vec<Token>,
}

pub fn tokenize(text: &str, budget: &mut Budget) -> Result<Vec<Token>, Malformed> {
    budget.spend(4 * text.len() as u64).map_err(Malformed::GaveUp)?;
    let mut lexer = Lexer {
        text,
        at: 0,
        brackets: 0,
        upright_end: None,
        environments: Vec::new(),
        among_words: has_formulas(text).then_some(true),
        tokens: Vec::with_capacity(text.len() / 2),
    };
    while lexer.at < text.len() {
        lexer.step();
    }
    while lexer.environments.pop() == Some(true) {
        lexer.tokens.push(Token::End);
    }
    // \left\lvert alone is the bar of a set: \{x \left\lvert\, x > 0\right.\}
    if !lexer.tokens.contains(&Token::Command("rvert")) {
        let bars = lexer.tokens.iter_mut().filter(|token| **token == Token::Command("lvert"));
        bars.for_each(|bar| *bar = Token::Command("mid"));
    }
    without_redundant(without_over(lexer.tokens)).ok_or(Malformed::Braces)
}

/// Whether a text sets its formulas in dollars. One without a partner is a price, or a mistake.
fn has_formulas(text: &str) -> bool {
    let dollars = text.matches('$').count();
    dollars > 0 && dollars.is_multiple_of(2) && !text.contains("\\$")
}

impl Lexer<'_> {
    pub(super) fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    pub(super) fn push(&mut self, token: Token) {
        self.tokens.push(token);
    }

    pub(super) fn take(&mut self, prefix: &str) -> bool {
        let found = self.rest().starts_with(prefix);
        self.at += if found { prefix.len() } else { 0 };
        found
    }

    pub(super) fn cells(&self) -> bool {
        self.environments.last() == Some(&true)
    }

    fn step(&mut self) {
        if let Some(end) = self.upright_end.filter(|end| self.at >= *end) {
            self.upright_end = None;
            self.at += usize::from(self.at == end);
            return;
        }
        let Some(raw) = self.rest().chars().next() else { return };
        let c = plain(raw);
        match c {
            '\\' => return self.command(),
            '0'..='9' => return self.number(),
            '.' if self.rest()[raw.len_utf8()..].starts_with(|d: char| d.is_ascii_digit()) => {
                return self.number();
            }
            '.' if self.take("...") => return self.push(Token::Command("ldots")),
            '<' | '>' | '=' | '!' | '-' | '*' if self.operator() => return,
            '&' => return self.ampersand(),
            _ => {}
        }
        self.at += raw.len_utf8();
        if let Some(name) = character(c) {
            return self.named(name);
        }
        match c {
            '<' => self.named("<"),
            '>' => self.named(">"),
            '\t' | '\u{8}' | '\u{c}' | '\r' if self.unescaped(c) => {}
            '$' if self.is_price() => self.named("$"),
            '$' => {
                self.take("$");
                self.among_words = self.among_words.map(|among| !among);
                // Formulas on lines of their own are several.
                let next = self.rest().trim_start();
                let between = &self.rest()[..self.rest().len() - next.len()];
                let ends = self.among_words == Some(true) && self.environments.is_empty();
                if ends && between.contains('\n') && next.starts_with('$') {
                    self.push(Token::Sign(';'));
                }
            }
            _ if c.is_whitespace() || "~`\u{200b}\u{feff}\u{8}".contains(c) => {}
            '\u{2033}' => self.tokens.extend([Token::Sign('\''), Token::Sign('\'')]),
            _ if script(c).is_some() => self.scripts(c),
            _ if vulgar(c).is_some() => {
                let (over, under) = vulgar(c).unwrap_or(("1", "1"));
                let parts = [Token::Command("frac"), Token::number(over), Token::number(under)];
                self.tokens.extend(parts);
            }
            _ if c.is_alphabetic() => self.word(c),
            // "∪, {2}"
            ',' if self.tokens.last() == Some(&Token::Command("cup")) => {}
            _ => {
                self.bracket(c);
                self.push(Token::Sign(c));
            }
        }
    }

    /// Whether the dollar just passed stands alone, behind a number and before a word: 2,74 $ each.
    fn is_price(&self) -> bool {
        matches!(self.tokens.last(), Some(Token::Number { .. }))
            && self.rest().trim_start().starts_with(char::is_alphabetic)
            && self.text.len() < PRICE
            && self.text.matches('$').count() == 1
    }

    fn bracket(&mut self, c: char) {
        match c {
            '(' | '[' => self.brackets += 1,
            ')' | ']' => self.brackets = self.brackets.saturating_sub(1),
            _ => {}
        }
    }

    fn command(&mut self) {
        self.at += 1;
        let letters = self.rest().bytes().take_while(u8::is_ascii_alphabetic).count();
        let width = self.rest().chars().next().map_or(0, char::len_utf8);
        let text = self.text;
        let name = &text[self.at..self.at + if letters == 0 { width } else { letters }];
        self.at += name.len();
        self.run_command(name);
    }

    pub(super) fn run_command(&mut self, name: &str) {
        match name {
            "begin" | "end" => return self.environment(name == "begin"),
            "\\" => return self.row(),
            "left" | "right" | "bigl" | "bigr" => return self.delimiter(name),
            "mathbb" | "Bbb" => return self.blackboard(),
            "textcircled" => return self.circled(),
            "limits" | "nolimits" => return,
            _ => {}
        }
        if let Some(token) = meaning(name) {
            match token {
                "{" if self.brace_of_cases() => return,
                "{" => self.brackets += 1,
                "}" => self.brackets = self.brackets.saturating_sub(1),
                _ => {}
            }
            self.named(token);
        } else if matches!(name, "%" | "#" | "_") {
            self.push(Token::Sign(name.chars().next().unwrap_or('%')));
        } else if name == "&" {
            self.push(Token::Word { letters: "and".into(), upright: false });
        } else if takes_layout(name) {
            let space = self.rest().len() - self.rest().trim_start().len();
            if self.rest()[space..].starts_with('{') {
                if let Some(end) = closing(self.text, self.at + space) {
                    self.at = end + 1;
                }
            }
        } else if is_upright(name) {
            let space = self.rest().len() - self.rest().trim_start().len();
            if self.upright_end.is_none() && self.rest()[space..].starts_with('{') {
                if let Some(end) = closing(self.text, self.at + space) {
                    self.at += space + 1;
                    self.upright_end = Some(end);
                }
            }
        } else if !is_layout(name) && !name.is_empty() {
            self.push(Token::Unknown(name.to_string()));
        }
    }

    /// A known command; "not" turns the relation behind it around.
    pub(super) fn named(&mut self, name: &'static str) {
        if self.tokens.last() == Some(&Token::Command("not")) && name == "in" {
            self.tokens.pop();
            return self.push(Token::Command("notin"));
        }
        self.push(Token::Command(name));
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::key;
    use super::*;

    #[test]
    fn normalized_text() {
        let cases = [
            (r"\left( 3 , \dfrac{1}{2} \right)", r"(3,\frac 1 2)"),
            (r"11,\! 111,\! 111", "11111111"),
            ("36,36,108", "36,36,108"),
            ("(1,234)", "(1,234)"),
            ("1 000", "1000"),
            ("x²", "x^2"),
            ("x₁₀", "x_{10}"),
            ("½", r"\frac 1 2"),
            ("5!=120", "5!=120"),
            ("x != 5", r"x\neq 5"),
            (r"-2 \\le x", r"-2\leq x"),
            (r"0.\overline{3}", "0.(3)"),
            (r"0.1\dot{2}3\dot{4}", "0.1(234)"),
            (r"\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}", r"\begin{matrix}1&2\\ 3&4\end "),
            ("a\text{b}", "ab"),
            ("2**3", "2^3"),
            ("**73**", "73"),
            (r"\mathbb{R}", r"\reals "),
            ("3<sup>x</sup>", "3^x"),
        ];
        for (text, expected) in cases {
            let tokens = tokenize(text, &mut Budget::new(1_000_000)).unwrap();
            assert_eq!(key(&tokens), expected, "{text}");
        }
    }
}
