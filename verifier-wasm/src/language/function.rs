//! Functions by their names, with the arguments that they have without brackets.

use super::parser::Parser;
use super::token::Token;
use crate::algebra::expr::{Constant, Expr, Function};
use crate::algebra::is_constant;

impl Parser<'_> {
    /// \sin^2 x, \log_2 8, \gcd(4, 6)
    pub(super) fn function(&mut self, name: &'static str) -> Option<Expr> {
        super::commands::function(name)?;
        self.at += 1;
        let (mut exponent, mut base) = (None, None);
        for _ in 0..2 {
            if self.sign('^') {
                let negative = self.sign('-');
                let power = self.deeper(Self::argument)?;
                exponent = Some(if negative { power.neg() } else { power });
            } else if self.sign('_') {
                base = Some(self.deeper(Self::argument)?);
            }
        }
        self.angle += 1;
        let arguments = self.deeper(Self::function_arguments)?;
        self.angle -= 1;
        let inverse = exponent == Some(Expr::integer(-1));
        let name = match name {
            "sin" | "cos" | "tan" | "cot" | "sec" | "csc" if inverse => {
                exponent = None;
                inverse_of(name)
            }
            name => name,
        };
        let value = apply(name, base, arguments)?;
        Some(match exponent {
            Some(exponent) => Expr::Power(Box::new(value), Box::new(exponent)),
            None => value,
        })
    }

    fn function_arguments(&mut self) -> Option<Vec<Expr>> {
        match self.peek()? {
            Token::Sign('(') => {
                self.at += 1;
                self.arguments()
            }
            Token::Command("{") => {
                // \max\{a, b\}
                self.at += 1;
                let mut arguments = vec![self.sum()?];
                while self.sign(',') {
                    arguments.push(self.sum()?);
                }
                self.command("}").then_some(arguments)
            }
            Token::Sign('[' | '{') => Some(vec![self.group()?]),
            _ => Some(vec![self.bare_argument()?]),
        }
    }

    /// An argument without brackets ends where another function, an operator or, once it has a
    /// variable, anything but letters begins: \sin 2 x \cos x, \cos \frac{a}{2} t, \ln x (1 + x).
    fn bare_argument(&mut self) -> Option<Expr> {
        let mut factors = vec![self.signed_power()?];
        while let Some(token) = self.peek() {
            self.budget.spend(20).ok()?;
            let constant = factors.iter().all(is_constant);
            let next = self.ahead(1);
            match token {
                Token::Sign('/') if constant && matches!(next, Some(Token::Number { .. })) => {
                    self.at += 1;
                    factors.push(self.power()?.recip());
                    continue;
                }
                Token::Word { letters, .. } => {
                    let differential = letters == "d" && matches!(next, Some(Token::Word { .. }));
                    let exponential = letters == "e" && next.is_some_and(|token| token.is('^'));
                    if differential || exponential {
                        break;
                    }
                }
                Token::Command("pi") => {}
                Token::Command("frac" | "sqrt") if constant => {}
                Token::Command(name) if super::commands::letter(name).is_some() => {}
                _ => break,
            }
            match self.attempt(Self::power) {
                Some(factor) => factors.push(factor),
                None => break,
            }
        }
        Some(if factors.len() == 1 { factors.remove(0) } else { Expr::Product(factors) })
    }
}

fn inverse_of(name: &str) -> &'static str {
    match name {
        "sin" => "arcsin",
        "cos" => "arccos",
        "tan" => "arctan",
        "cot" => "arccot",
        "sec" => "arcsec",
        _ => "arccsc",
    }
}

fn apply(name: &str, base: Option<Expr>, mut arguments: Vec<Expr>) -> Option<Expr> {
    let many = match name {
        "gcd" => Some(Function::Gcd),
        "lcm" => Some(Function::Lcm),
        "min" => Some(Function::Min),
        "max" => Some(Function::Max),
        _ => None,
    };
    if let Some(function) = many {
        return base.is_none().then_some(Expr::Call(function, arguments));
    }
    if arguments.len() != 1 {
        return Some(Expr::Unknown(name.into(), arguments));
    }
    let argument = arguments.remove(0);
    if name == "log" || name == "lg" {
        let base = base.unwrap_or(Expr::integer(10));
        return Some(match base {
            Expr::Constant(Constant::E) => Expr::Call(Function::Ln, vec![argument]),
            base => Expr::Call(Function::Log, vec![base, argument]),
        });
    }
    base.is_none().then_some(())?;
    let function = match name {
        "sin" => Function::Sin,
        "cos" => Function::Cos,
        "tan" => Function::Tan,
        "cot" => Function::Cot,
        "sec" => Function::Sec,
        "csc" => Function::Csc,
        "arcsin" => Function::Arcsin,
        "arccos" => Function::Arccos,
        "arctan" => Function::Arctan,
        "sinh" => Function::Sinh,
        "cosh" => Function::Cosh,
        "tanh" => Function::Tanh,
        "ln" => Function::Ln,
        "abs" => Function::Abs,
        "floor" => Function::Floor,
        "ceil" => Function::Ceiling,
        "exp" => {
            return Some(Expr::Power(Box::new(Expr::Constant(Constant::E)), Box::new(argument)));
        }
        // arccot x = π/2 - arctan x, which is continuous.
        "arccot" => {
            let right = Expr::Product(vec![Expr::Constant(Constant::Pi), Expr::integer(2).recip()]);
            return Some(right.minus(Expr::Call(Function::Arctan, vec![argument])));
        }
        "arcsec" => return Some(Expr::Call(Function::Arccos, vec![argument.recip()])),
        "arccsc" => return Some(Expr::Call(Function::Arcsin, vec![argument.recip()])),
        _ => return Some(Expr::Unknown(name.into(), vec![argument])),
    };
    Some(Expr::Call(function, vec![argument]))
}
