//! Mixed numbers.

use super::numeral;
use super::parser::Parser;
use super::token::Token;
use crate::algebra::expr::Expr;

impl Parser<'_> {
    /// What makes 1\frac12 and 1 1/2 mixed numbers: a fraction of two whole numbers, below one,
    /// right behind a whole number.
    pub(super) fn proper_fraction(&mut self) -> Option<Expr> {
        let whole = |token: &Token| match token {
            Token::Number { digits, .. } => {
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
            over @ Token::Number { .. } => {
                self.tokens.get(self.at + 1)?.is('/').then_some(())?;
                (whole(over)?, whole(self.tokens.get(self.at + 2)?)?, self.at + 3)
            }
            _ => return None,
        };
        let (shorter, equal) = (over.len() < under.len(), over.len() == under.len());
        if !(shorter || equal && over < under) {
            return None;
        }
        self.at = end;
        let over = numeral::read(&over, self.budget).ok()?;
        let under = numeral::read(&under, self.budget).ok()?;
        Some(Expr::Product(vec![Expr::Number(over), Expr::Number(under).recip()]))
    }

    fn braced(
        &self,
        at: usize,
        whole: &impl Fn(&Token) -> Option<String>,
    ) -> Option<(String, usize)> {
        match self.tokens.get(at)? {
            Token::Sign('{') => {
                self.tokens.get(at + 2)?.is('}').then_some(())?;
                Some((whole(self.tokens.get(at + 1)?)?, at + 3))
            }
            token => Some((whole(token)?, at + 1)),
        }
    }
}
