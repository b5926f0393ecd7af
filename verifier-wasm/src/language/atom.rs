//! The smallest pieces of an expression: numbers, letters, roots, fractions, bars.

use super::brackets::nesting;
use super::commands::letter;
use super::numeral;
use super::parser::Parser;
use super::token::{key, Token};
use crate::algebra::expr::{Constant, Expr, Function, DOTS};
use num_traits::ToPrimitive;

impl Parser<'_> {
    pub(super) fn atom(&mut self) -> Option<Expr> {
        match self.peek()? {
            Token::Number { digits, .. } => {
                let number = Expr::Number(numeral::read(digits, self.budget).ok()?);
                self.at += 1;
                Some(match self.proper_fraction() {
                    Some(fraction) => Expr::Sum(vec![number, fraction]),
                    None => number,
                })
            }
            Token::Sign('(' | '[' | '{') => {
                if self.peek()?.is('{') && self.ahead(1)?.is('}') {
                    self.at += 2;
                    return self.chosen();
                }
                self.group()
            }
            Token::Sign('_') => self.chosen(),
            Token::Sign('|') | Token::Command("lvert" | "mid") => self.absolute(),
            Token::Word { letters, upright } => self.letters(letters, *upright),
            Token::Command(name) => self.known(name),
            Token::Unknown(name) => {
                self.at += 1;
                self.symbol(format!("\\{name}"))
            }
            _ => None,
        }
    }

    fn known(&mut self, name: &'static str) -> Option<Expr> {
        let start = self.at;
        self.at += 1;
        match name {
            "pi" => Some(Expr::Constant(Constant::Pi)),
            "infty" => Some(Expr::Constant(Constant::Infinity)),
            "ldots" => Some(Expr::Symbol(DOTS.into())),
            "frac" => {
                if let Some(derivative) = self.derivative() {
                    return Some(derivative);
                }
                let (over, under) = (self.argument()?, self.argument()?);
                Some(Expr::Product(vec![over, under.recip()]))
            }
            "binom" => {
                let (n, k) = (self.argument()?, self.argument()?);
                Some(Expr::Call(Function::Binomial, vec![n, k]))
            }
            "sqrt" => {
                let degree = if self.sign('[') {
                    let Expr::Number(degree) = self.sum()? else { return None };
                    self.sign(']').then_some(())?;
                    degree.is_integer().then(|| degree.to_integer().to_u32())?.filter(|d| *d > 0)?
                } else {
                    2
                };
                Some(Expr::Root(degree, Box::new(self.argument()?)))
            }
            "lfloor" => self.between("rfloor", Function::Floor),
            "lceil" => self.between("rceil", Function::Ceiling),
            "overline" | "vec" | "hat" | "tilde" | "dot" | "ddot" | "underline" => {
                let end = self.argument_end(self.at)?;
                let inner = key(&self.tokens[self.at..end]);
                self.at = end;
                self.symbol(format!("\\{name} {inner}"))
            }
            "angle" | "triangle" => {
                let mut named = format!("\\{name} ");
                while let Some(Token::Word { letters, .. }) = self.peek() {
                    named.push_str(letters);
                    self.at += 1;
                }
                Some(Expr::Symbol(named))
            }
            "sum" | "prod" | "int" | "lim" => self.series(name),
            _ if letter(name).is_some() => self.symbol(name.into()),
            _ => {
                self.at = start;
                self.function(name)
            }
        }
    }

    fn letters(&mut self, letters: &str, upright: bool) -> Option<Expr> {
        if letters.chars().count() != 1 || upright && !matches!(letters, "e" | "i" | "d") {
            return None;
        }
        if letters == "d" {
            if let Some(derivative) = self.derivative() {
                return Some(derivative);
            }
        }
        self.at += 1;
        let marked = self.peek().is_some_and(|token| token.is('_') || token.is('\''));
        match letters {
            "e" if !marked => Some(Expr::Constant(Constant::E)),
            "i" if !marked => Some(Expr::Constant(Constant::I)),
            _ => self.symbol(letters.into()),
        }
    }

    /// Expressions between commas, up to the closing parenthesis.
    pub(super) fn arguments(&mut self) -> Option<Vec<Expr>> {
        let bars = std::mem::take(&mut self.bars);
        let mut arguments = vec![self.sum()?];
        while self.sign(',') {
            arguments.push(self.sum()?);
        }
        self.bars = bars;
        self.sign(')').then_some(arguments)
    }

    /// Where the group or the single token at `at` ends.
    pub(super) fn argument_end(&mut self, at: usize) -> Option<usize> {
        let mut depth = 0;
        for (position, token) in self.tokens.iter().enumerate().skip(at) {
            depth += nesting(token);
            if depth == 0 {
                self.budget.spend((position - at) as u64 * 4).ok()?;
                return Some(position + 1);
            }
        }
        // A bracket that is never closed would be looked for again and again.
        self.budget.spend((self.tokens.len() - at) as u64 * 4 + 1).ok()?;
        None
    }

    fn absolute(&mut self) -> Option<Expr> {
        let left = self.peek()? == &Token::Command("lvert");
        if !left && self.bars > 0 {
            return None;
        }
        self.at += 1;
        let bars = std::mem::replace(&mut self.bars, 1);
        let inner = self.sum()?;
        self.bars = bars;
        let closed = self.sign('|') || self.command("rvert") || self.command("mid");
        closed.then(|| Expr::Call(Function::Abs, vec![inner]))
    }

    fn between(&mut self, close: &str, function: Function) -> Option<Expr> {
        let bars = std::mem::take(&mut self.bars);
        let inner = self.sum()?;
        self.bars = bars;
        self.command(close).then(|| Expr::Call(function, vec![inner]))
    }
}
