//! Tokens to arithmetic, by recursive descent.

use crate::expr::Expr;
use crate::token::Token;

/// Nesting that is followed; also what keeps the stack shallow.
const DEPTH: u32 = 100;

/// Reads the longest expression at the start of `tokens`: the tree, and how many tokens it took.
/// None where there is none, or where it uses what is not arithmetic.
pub fn parse(tokens: &[Token]) -> Option<(Expr, usize)> {
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    let expr = parser.sum()?;
    Some((expr, parser.at))
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: u32,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    /// What `read` finds here; where it finds nothing, nothing is taken.
    fn attempt(&mut self, read: fn(&mut Self) -> Option<Expr>) -> Option<Expr> {
        let (at, depth) = (self.at, self.depth);
        let found = read(self);
        if found.is_none() {
            (self.at, self.depth) = (at, depth);
        }
        found
    }

    fn sum(&mut self) -> Option<Expr> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let mut terms = vec![self.product()?];
        while let Some(Token::Sign('+' | '-')) = self.peek() {
            terms.push(self.product()?);
        }
        self.depth -= 1;
        Some(if terms.len() == 1 { terms.remove(0) } else { Expr::Sum(terms) })
    }

    /// Factors, read from left to right; factors without a sign between them multiply.
    fn product(&mut self) -> Option<Expr> {
        let mut factors = vec![(self.signed_power()?, false)];
        loop {
            let divides = match self.peek() {
                Some(Token::Command("times" | "cdot")) => false,
                Some(Token::Sign('/') | Token::Command("div")) => true,
                None | Some(Token::Number(_)) => break,
                _ => match self.attempt(Self::power) {
                    Some(factor) => {
                        factors.push((factor, false));
                        continue;
                    }
                    None => break,
                },
            };
            self.at += 1;
            factors.push((self.signed_power()?, divides));
        }
        Some(if factors.len() == 1 { factors.remove(0).0 } else { Expr::Product(factors) })
    }

    fn signed_power(&mut self) -> Option<Expr> {
        let mut negative = false;
        while let Some(Token::Sign(sign @ ('+' | '-'))) = self.peek() {
            negative ^= *sign == '-';
            self.at += 1;
        }
        let power = self.power()?;
        Some(if negative { Expr::Neg(Box::new(power)) } else { power })
    }

    fn power(&mut self) -> Option<Expr> {
        let base = self.atom()?;
        let degrees = self.tokens.get(self.at + 1) == Some(&Token::Command("circ"));
        if self.peek() != Some(&Token::Sign('^')) || degrees {
            return Some(base);
        }
        self.at += 1;
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let exponent = self.signed_power()?;
        self.depth -= 1;
        Some(Expr::Power(Box::new(base), Box::new(exponent)))
    }

    fn atom(&mut self) -> Option<Expr> {
        match self.peek()? {
            Token::Number(digits) => {
                let number = Expr::Number(digits.clone());
                self.at += 1;
                Some(match self.proper_fraction() {
                    Some(fraction) => Expr::Sum(vec![number, fraction]),
                    None => number,
                })
            }
            Token::Command("pi") => {
                self.at += 1;
                Some(Expr::Pi)
            }
            Token::Command("frac") => {
                self.at += 1;
                let (over, under) = (self.argument()?, self.argument()?);
                Some(Expr::Product(vec![(over, false), (under, true)]))
            }
            Token::Command("sqrt") => {
                self.at += 1;
                let degree = match (self.peek(), self.tokens.get(self.at + 1..self.at + 3)) {
                    (Some(Token::Sign('[')), Some([Token::Number(degree), Token::Sign(']')])) => {
                        degree.parse().ok().filter(|d| *d > 0)?
                    }
                    (Some(Token::Sign('[')), _) => return None,
                    _ => 2,
                };
                self.at += if self.peek() == Some(&Token::Sign('[')) { 3 } else { 0 };
                Some(Expr::Root(degree, Box::new(self.argument()?)))
            }
            Token::Word { letters, .. } if letters == "pi" => {
                self.at += 1;
                Some(Expr::Pi)
            }
            Token::Word { letters, .. } if letters == "sqrt" => {
                self.at += 1;
                (self.peek() == Some(&Token::Sign('('))).then_some(())?;
                Some(Expr::Root(2, Box::new(self.argument()?)))
            }
            Token::Sign('(' | '[' | '{') => self.argument(),
            _ => None,
        }
    }

    /// A group or a single token.
    fn argument(&mut self) -> Option<Expr> {
        let close = match self.peek()? {
            Token::Sign('(') => ')',
            Token::Sign('[') => ']',
            Token::Sign('{') => '}',
            Token::Number(digits) => {
                let number = Expr::Number(digits.clone());
                self.at += 1;
                return Some(number);
            }
            Token::Command("pi") => {
                self.at += 1;
                return Some(Expr::Pi);
            }
            _ => return None,
        };
        self.at += 1;
        let inner = self.sum()?;
        self.take(&Token::Sign(close)).then_some(inner)
    }

    /// What makes 1\frac12 and 1 1/2 mixed numbers: a fraction of two whole numbers, below one,
    /// right behind a whole number.
    fn proper_fraction(&mut self) -> Option<Expr> {
        let whole = |token: &Token| match token {
            Token::Number(digits) => {
                digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.clone())
            }
            _ => None,
        };
        whole(&self.tokens[self.at - 1])?;
        // \frac's arguments, with or without braces, or a slash between two numbers.
        let (over, under, end) = match self.tokens.get(self.at)? {
            Token::Command("frac") => {
                let (over, next) = self.braced(self.at + 1, &whole)?;
                let (under, end) = self.braced(next, &whole)?;
                (over, under, end)
            }
            over @ Token::Number(_) => {
                (self.tokens.get(self.at + 1) == Some(&Token::Sign('/'))).then_some(())?;
                (whole(over)?, whole(self.tokens.get(self.at + 2)?)?, self.at + 3)
            }
            _ => return None,
        };
        let (shorter, equal) = (over.len() < under.len(), over.len() == under.len());
        if !(shorter || equal && over < under) {
            return None;
        }
        self.at = end;
        Some(Expr::Product(vec![(Expr::Number(over), false), (Expr::Number(under), true)]))
    }

    fn braced(
        &self,
        at: usize,
        whole: &impl Fn(&Token) -> Option<String>,
    ) -> Option<(String, usize)> {
        match self.tokens.get(at..)? {
            [Token::Sign('{'), number, Token::Sign('}'), ..] => Some((whole(number)?, at + 3)),
            [number, ..] => Some((whole(number)?, at + 1)),
            [] => None,
        }
    }
}
