//! How many ways there are to choose, as C_5^2 and {}_5C_2.

use super::parser::Parser;
use super::token::Token;
use crate::algebra::expr::{Expr, Function};
use num_traits::ToPrimitive;

impl Parser<'_> {
    /// C_5^2 and A_5^2, how many ways there are to choose 2 of 5, without order and in order.
    pub(super) fn chosen_of(&mut self, name: &str) -> Option<Expr> {
        let (letter, of) = name.split_once('_')?;
        let of: i64 = of.trim_matches(['{', '}']).parse().ok()?;
        self.attempt(|parser| {
            parser.sign('^').then_some(())?;
            let Expr::Number(count) = parser.argument()? else { return None };
            let count = count.is_integer().then(|| count.to_integer().to_i64())??;
            // C_1^2 and C_2^2 are squares.
            (of > 2 && (1..of).contains(&count)).then_some(())?;
            let (of, count) = (Expr::integer(of), Expr::integer(count));
            let chosen = Expr::Call(Function::Binomial, vec![of, count.clone()]);
            match letter {
                "C" => Some(chosen),
                "A" => {
                    Some(Expr::Product(vec![chosen, Expr::Call(Function::Factorial, vec![count])]))
                }
                _ => None,
            }
        })
    }

    /// {}_nC_k, behind the empty braces.
    pub(super) fn chosen(&mut self) -> Option<Expr> {
        self.sign('_').then_some(())?;
        let n = self.argument()?;
        let word = |token: &Token, name: &str| matches!(token, Token::Word { letters, .. } if letters == name);
        let chooses = word(self.peek()?, "C");
        (chooses || word(self.peek()?, "P")).then_some(())?;
        self.at += 1;
        self.sign('_').then_some(())?;
        let k = self.argument()?;
        let chosen = Expr::Call(Function::Binomial, vec![n, k.clone()]);
        if chooses {
            return Some(chosen);
        }
        Some(Expr::Product(vec![chosen, Expr::Call(Function::Factorial, vec![k])]))
    }
}
