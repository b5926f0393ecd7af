//! Tokens to expressions, by recursive descent: sums, products, powers and groups.

use super::indexed::dotted;
use super::numeral;
use super::token::Token;
use crate::algebra::expr::{Expr, Function};
use crate::budget::Budget;

/// Nesting that is followed; also what keeps the stack shallow.
const DEPTH: u32 = 120;

pub struct Parsed {
    pub expr: Expr,
    /// Tokens that it took.
    pub taken: usize,
    /// It was measured in degrees.
    pub degrees: bool,
}

/// Reads the longest expression at the start of `tokens`, ± as + where `plus`. None where there
/// is none, or where it uses what is not arithmetic.
pub fn parse(tokens: &[Token], plus: bool, budget: &mut Budget) -> Option<Parsed> {
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
        plus,
        angle: 0,
        bars: 0,
        degrees: false,
        lost: false,
        budget,
    };
    let expr = parser.sum()?;
    if parser.lost {
        return None;
    }
    Some(Parsed { expr, taken: parser.at, degrees: parser.degrees })
}

/// Reads all of `tokens`.
pub fn whole(tokens: &[Token], plus: bool, budget: &mut Budget) -> Option<Expr> {
    let parsed = parse(tokens, plus, budget)?;
    (parsed.taken == tokens.len() && !parsed.degrees).then_some(parsed.expr)
}

pub(super) struct Parser<'a> {
    pub(super) tokens: &'a [Token],
    pub(super) at: usize,
    depth: u32,
    pub(super) plus: bool,
    /// Inside of how many functions this is: there a degree is π/180.
    pub(super) angle: u32,
    /// Whether a bar closes here.
    pub(super) bars: u32,
    pub(super) degrees: bool,
    /// Too deep, or without budget: then no other reading is tried.
    lost: bool,
    pub(super) budget: &'a mut Budget,
}

impl<'a> Parser<'a> {
    pub(super) fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    pub(super) fn ahead(&self, by: usize) -> Option<&'a Token> {
        self.tokens.get(self.at + by)
    }

    pub(super) fn sign(&mut self, sign: char) -> bool {
        let found = self.peek().is_some_and(|token| token.is(sign));
        self.at += usize::from(found);
        found
    }

    pub(super) fn command(&mut self, name: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Command(c)) if *c == name);
        self.at += usize::from(found);
        found
    }

    /// What `read` finds here; where it finds nothing, nothing is taken.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let (at, depth, angle, bars) = (self.at, self.depth, self.angle, self.bars);
        let found = read(self);
        if found.is_none() {
            (self.at, self.depth, self.angle, self.bars) = (at, depth, angle, bars);
        }
        found
    }

    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.depth += 1;
        if self.lost || self.depth > DEPTH || self.budget.spend(100).is_err() {
            self.lost = true;
            return None;
        }
        let found = read(self)?;
        self.depth -= 1;
        Some(found)
    }

    pub(super) fn sum(&mut self) -> Option<Expr> {
        self.deeper(|parser| {
            let mut terms = vec![parser.product()?];
            while parser.term_follows() {
                match parser.attempt(Self::product) {
                    Some(term) => terms.push(term),
                    None => break,
                }
            }
            let mut terms = with_dots("sum", terms);
            Some(if terms.len() == 1 { terms.remove(0) } else { Expr::Sum(terms) })
        })
    }

    fn term_follows(&self) -> bool {
        matches!(self.peek(), Some(Token::Sign('+' | '-') | Token::Command("pm" | "mp")))
    }

    /// Factors, read from left to right; factors without a sign between them multiply.
    pub(super) fn product(&mut self) -> Option<Expr> {
        let mut factors = vec![self.signed_power()?];
        loop {
            self.budget.spend(300).ok()?;
            let before = self.at;
            match self.peek() {
                Some(Token::Command("times" | "cdot")) => self.at += 1,
                Some(Token::Sign('/') | Token::Command("div")) => {
                    self.at += 1;
                    match self.attempt(Self::signed_power) {
                        Some(factor) => {
                            self.budget.spend(200).ok()?;
                            factors.push(factor.recip());
                        }
                        // A unit: m / s.
                        None => {
                            self.at = before;
                            break;
                        }
                    }
                    continue;
                }
                // "5 6" is no product.
                Some(Token::Number { .. }) if !self.number_multiplies() => break,
                None => break,
                _ => match self.attempt(Self::power) {
                    Some(factor) => {
                        factors.push(factor);
                        continue;
                    }
                    None => break,
                },
            }
            match self.attempt(Self::signed_power) {
                Some(factor) => factors.push(factor),
                None => {
                    self.at = before;
                    break;
                }
            }
        }
        let mut factors = with_dots("prod", factors);
        Some(if factors.len() == 1 { factors.remove(0) } else { Expr::Product(factors) })
    }

    /// A number multiplies behind a group, and behind a letter where it is raised: x 3^{x}.
    fn number_multiplies(&self) -> bool {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        match last {
            Some(Token::Sign(')' | '}' | ']' | '!')) => true,
            Some(Token::Number { .. }) => false,
            _ => self.ahead(1).is_some_and(|token| token.is('^')),
        }
    }

    pub(super) fn signed_power(&mut self) -> Option<Expr> {
        let mut negative = false;
        while let Some(token) = self.peek() {
            negative ^= match token {
                Token::Sign('+') => false,
                Token::Sign('-') => true,
                Token::Command("pm") => !self.plus,
                Token::Command("mp") => self.plus,
                _ => break,
            };
            self.at += 1;
        }
        let power = self.power()?;
        Some(if negative { power.neg() } else { power })
    }

    /// What \frac, \sqrt and ^ take: a group or a single token.
    pub(super) fn argument(&mut self) -> Option<Expr> {
        match self.peek()? {
            Token::Sign('(' | '[' | '{') => self.group(),
            Token::Number { digits, .. } => {
                let value = numeral::read(digits, self.budget).ok()?;
                self.at += 1;
                Some(Expr::Number(value))
            }
            _ => self.deeper(Self::atom),
        }
    }

    /// An expression in brackets.
    pub(super) fn group(&mut self) -> Option<Expr> {
        let close = match self.peek()? {
            Token::Sign('(') => ')',
            Token::Sign('[') => ']',
            Token::Sign('{') => '}',
            _ => return None,
        };
        self.at += 1;
        let bars = std::mem::take(&mut self.bars);
        let mut inner = self.sum()?;
        if close == '}' && self.command("over") {
            let under = self.sum()?;
            inner = Expr::Product(vec![inner, under.recip()]);
        } else if self.command("choose") {
            let chosen = self.sum()?;
            inner = Expr::Call(Function::Binomial, vec![inner, chosen]);
        }
        self.bars = bars;
        self.sign(close).then_some(inner)
    }
}

/// Terms or factors, with what dots among them stand for.
fn with_dots(name: &str, items: Vec<Expr>) -> Vec<Expr> {
    dotted(name, &items).unwrap_or(items)
}
