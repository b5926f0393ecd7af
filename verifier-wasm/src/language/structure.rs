//! Cuts what spans several tokens: delimiters, environments, their rows and cells.

use super::commands::{blackboard, environment, is_layout, is_upright, meaning};
use super::glyphs::circle;
use super::lexer::Lexer;
use super::token::Token;

impl Lexer<'_> {
    /// \left and \right draw nothing by themselves; \left| tells which bar it is.
    pub(super) fn delimiter(&mut self, name: &str) {
        let left = name == "left" || name == "bigl";
        self.at += self.rest().len() - self.rest().trim_start_matches(' ').len();
        if self.take(".") {
            return;
        }
        if self.take("|") || self.take("\\vert") {
            self.push(Token::Command(if left { "lvert" } else { "rvert" }));
        }
    }

    /// `\textcircled{1}` is ①.
    pub(super) fn circled(&mut self) {
        let rest = self.rest().trim_start();
        let inner = rest.strip_prefix('{').unwrap_or(rest).trim_start();
        let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
        let after = inner[digits..].trim_start();
        let after = if rest.starts_with('{') { after.strip_prefix('}') } else { Some(after) };
        match (inner[..digits].parse().ok().and_then(circle), after) {
            (Some(sign), Some(after)) => {
                self.at = self.text.len() - after.len();
                self.push(Token::Sign(sign));
            }
            _ => self.push(Token::Unknown("textcircled".into())),
        }
    }

    /// Whether a lone brace in front of rows begins here, as cases are set.
    pub(super) fn brace_of_cases(&mut self) -> bool {
        let rest = self.rest().trim_start();
        if !rest.starts_with("\\begin{array}") && !rest.starts_with("\\begin{aligned}") {
            return false;
        }
        let close = rest.find("\\end{").map_or("", |at| &rest[at..]);
        let close = close.find('}').map_or("", |at| close[at + 1..].trim_start());
        if close.starts_with("\\}") || close.starts_with("\\right\\}") {
            return false;
        }
        self.at += self.rest().find('}').unwrap_or(0) + 1;
        self.columns();
        self.environments.push(true);
        self.push(Token::Begin("cases"));
        true
    }

    pub(super) fn blackboard(&mut self) {
        let rest = self.rest().trim_start();
        let bare = rest.strip_prefix('{').map_or(rest, str::trim_start);
        let letter = bare.chars().next().map_or("", |c| &bare[..c.len_utf8()]);
        let tail = bare[letter.len()..].trim_start();
        let braced = bare.len() < rest.len();
        if let Some(name) = blackboard(letter).filter(|_| !braced || tail.starts_with('}')) {
            self.at = self.text.len() - tail.len() + usize::from(braced);
            self.push(Token::Command(name));
        }
    }

    pub(super) fn environment(&mut self, begins: bool) {
        let rest = self.text[self.at..].trim_start();
        let Some((name, tail)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'))
        else {
            return;
        };
        let kind = environment(name);
        self.at = self.text.len() - tail.len();
        if !begins {
            if self.environments.pop() == Some(true) {
                self.push(Token::End);
            }
            return;
        }
        if name == "array" {
            self.columns();
        }
        self.environments.push(kind.is_some());
        if let Some(kind) = kind {
            self.push(Token::Begin(kind));
        }
    }

    /// Skips what tells how the columns of an array are set.
    pub(super) fn columns(&mut self) {
        let rest = self.rest().trim_start();
        if let Some((_, tail)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            self.at = self.text.len() - tail.len();
        }
    }

    /// `\\` ends a row of a matrix; elsewhere it is a command with one backslash too many, the
    /// end of a line between two relations, or between two answers.
    pub(super) fn row(&mut self) {
        if self.cells() {
            return self.push(Token::Row);
        }
        let letters = self.rest().bytes().take_while(u8::is_ascii_alphabetic).count();
        let name = &self.text[self.at..self.at + letters];
        if meaning(name).is_some() || is_layout(name) && letters > 1 || is_upright(name) {
            self.at += letters;
            return self.run_command(name);
        }
        let rest = self.rest().trim_start();
        if !rest.is_empty() && !rest.starts_with(['&', '=', '%']) {
            self.push(Token::Sign(';'));
        }
    }

    /// Cells end at "&" inside of a matrix; elsewhere it aligns a relation, or means "and".
    pub(super) fn ampersand(&mut self) {
        self.at += 1;
        let aligns = self.rest().trim_start().starts_with(['=', '<', '>', '\\', '&']);
        if self.cells() {
            self.push(Token::Sign('&'));
        } else if !aligns && !self.tokens.is_empty() && self.environments.is_empty() {
            self.push(Token::Word { letters: "and".into(), upright: false });
        }
    }
}
