//! Powers, factorials and degrees: what stands behind an atom.

use super::numeral;
use super::parser::Parser;
use super::token::Token;
use crate::algebra::expr::{Constant, Expr, Function};
use num_traits::{Signed, ToPrimitive};

impl Parser<'_> {
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
}

fn radians(degrees: Expr) -> Expr {
    let unit = Expr::Number(num_rational::BigRational::new(1.into(), 180.into()));
    Expr::Product(vec![degrees, unit, Expr::Constant(Constant::Pi)])
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
