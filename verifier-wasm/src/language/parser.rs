//! Tokens to expressions, by recursive descent: sums, products, powers and groups.

use super::indexed::dotted;
use super::numeral;
use super::token::Token;
use crate::algebra::expr::{Constant, Expr, Function};
use crate::budget::Budget;
use num_traits::{Signed, ToPrimitive};

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
            let terms = with_dots("sum", terms);
            Some(if let [one] = terms.as_slice() { one.clone() } else { Expr::Sum(terms) })
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
        let factors = with_dots("prod", factors);
        Some(if let [one] = factors.as_slice() { one.clone() } else { Expr::Product(factors) })
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

    pub(super) fn power(&mut self) -> Option<Expr> {
        let mut base = self.atom()?;
        loop {
            self.budget.spend(50).ok()?;
            if self.peek().is_some_and(|token| token.is('!')) {
                if self.ahead(1).is_some_and(|token| token.is('!')) {
                    return None;
                }
                self.at += 1;
                base = Expr::Call(Function::Factorial, vec![base]);
                continue;
            }
            // \cos(6 degrees)
            let word = self.peek().and_then(Token::word);
            if self.angle > 0 && matches!(word.as_deref(), Some("degree" | "degrees")) {
                self.at += 1;
                base = radians(base);
                continue;
            }
            let raised = self.peek().is_some_and(|token| token.is('^'));
            let circle = usize::from(raised);
            if matches!(self.ahead(circle), Some(Token::Command("circ"))) {
                self.at += 1 + circle;
                base = self.minutes(base)?;
                if self.angle > 0 {
                    base = radians(base);
                } else {
                    self.degrees = true;
                }
                continue;
            }
            if !raised || self.ahead(1) == Some(&Token::Command("prime")) {
                return Some(base);
            }
            let exponent = self.attempt(|parser| {
                parser.at += 1;
                parser.deeper(Self::exponent)
            });
            match exponent {
                Some(exponent) => {
                    base = match odd_root(&base, &exponent) {
                        Some(root) => root,
                        None => Expr::Power(Box::new(base), Box::new(exponent)),
                    }
                }
                // A unit's: 12^{th}
                None => return Some(base),
            }
        }
    }

    /// 63° 45′ 30″: parts of 60.
    fn minutes(&mut self, degrees: Expr) -> Option<Expr> {
        let mut terms = vec![degrees];
        for (marks, under) in [(1, 60), (2, 3600)] {
            let found = self.attempt(|parser| {
                let Token::Number { digits, .. } = parser.peek()? else { return None };
                parser.at += 1;
                let raised = parser.sign('^');
                let braced = raised && parser.sign('{');
                let mut count = 0;
                while parser.sign('\'') || parser.command("prime") {
                    count += 1;
                }
                count += 2 * u32::from(parser.sign('"'));
                (count == marks && (!braced || parser.sign('}'))).then_some(())?;
                let value = numeral::read(digits, parser.budget).ok()?;
                Some(Expr::Number(value / num_bigint::BigInt::from(under)))
            });
            terms.extend(found);
        }
        Some(if terms.len() == 1 { terms.remove(0) } else { Expr::Sum(terms) })
    }

    /// A group or a single token, with powers of its own: 2^{3^4}, 2^3^4.
    fn exponent(&mut self) -> Option<Expr> {
        let mut negative = false;
        while let Some(Token::Sign(sign @ ('+' | '-'))) = self.peek() {
            negative ^= *sign == '-';
            self.at += 1;
        }
        let mut exponent = self.argument()?;
        if self.sign('^') {
            let tower = self.deeper(Self::exponent)?;
            exponent = Expr::Power(Box::new(exponent), Box::new(tower));
        }
        Some(if negative { exponent.neg() } else { exponent })
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

fn radians(degrees: Expr) -> Expr {
    let unit = Expr::Number(num_rational::BigRational::new(1.into(), 180.into()));
    Expr::Product(vec![degrees, unit, Expr::Constant(Constant::Pi)])
}

/// Terms or factors, with what dots among them stand for.
fn with_dots(name: &str, items: Vec<Expr>) -> Vec<Expr> {
    dotted(name, &items).unwrap_or(items)
}

/// (-8)^{1/3} is the real root.
fn odd_root(base: &Expr, exponent: &Expr) -> Option<Expr> {
    let negative = match base {
        Expr::Number(value) => value.is_negative(),
        Expr::Product(items) => match items.as_slice() {
            [Expr::Number(sign), Expr::Number(size)] => sign.is_negative() != size.is_negative(),
            _ => false,
        },
        _ => false,
    };
    let Expr::Product(items) = exponent else { return None };
    let [over @ Expr::Number(_), Expr::Power(under, back)] = items.as_slice() else { return None };
    let Expr::Number(degree) = under.as_ref() else { return None };
    let whole = degree.is_integer() && **back == Expr::integer(-1);
    let degree = degree.to_integer().to_u32().filter(|degree| degree % 2 == 1 && *degree > 1)?;
    let root = Expr::Root(degree, Box::new(base.clone()));
    (negative && whole).then(|| Expr::Power(Box::new(root), Box::new(over.clone())))
}
