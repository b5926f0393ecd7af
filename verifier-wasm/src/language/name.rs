//! Names with their subscripts, primes and arguments, and derivatives.

use super::parser::Parser;
use super::token::{key, Token};
use crate::algebra::expr::{Expr, Function};

/// Letters that name functions when brackets follow, whatever is in them.
const FUNCTIONS: &[&str] = &["f", "g", "phi", "psi"];
/// Letters that do when a single letter or number is in the brackets.
const OFTEN: &[&str] = &["h", "p", "q", "r", "s", "u", "v", "x", "y", "F", "G", "H", "P", "Q", "E"];

impl Parser<'_> {
    /// dy/dx and \frac{dy}{dx}, behind \frac, as y'; by other variables than x under its own name.
    pub(super) fn derivative(&mut self) -> Option<Expr> {
        let letter = |token: Option<&Token>| match token? {
            Token::Word { letters, .. } if letters.chars().count() == 1 => Some(letters.clone()),
            _ => None,
        };
        let at = |by: usize| self.tokens.get(self.at + by);
        let sign = |by: usize, sign: char| at(by).is_some_and(|token| token.is(sign));
        let (names, taken) = if sign(0, '{') && sign(3, '}') && sign(4, '{') && sign(7, '}') {
            ([at(1), at(2), at(5), at(6)], 8)
        } else if sign(2, '/') {
            ([at(0), at(1), at(3), at(4)], 5)
        } else {
            return None;
        };
        let [d, of, same, by] = names.map(letter);
        (d.as_deref() == Some("d") && d == same).then_some(())?;
        let (of, by) = (of?, by?);
        self.at += taken;
        Some(Expr::Symbol(if by == "x" { format!("{of}'") } else { format!("d{of}/d{by}") }))
    }

    /// The rest of a name: subscripts and primes; then its arguments, where it is a function.
    pub(super) fn symbol(&mut self, mut name: String) -> Option<Expr> {
        let base = name.clone();
        loop {
            if self.sign('_') {
                let end = self.argument_end(self.at)?;
                let inner = &self.tokens[self.at..end];
                let braced = inner.len() > 2 && inner[0].is('{');
                let inner = if braced { &inner[1..inner.len() - 1] } else { inner };
                name.push('_');
                name.push_str(&key(inner));
                self.at = end;
            } else if self.sign('\'') {
                name.push('\'');
            } else if !self.primes(&mut name) {
                break;
            }
        }
        if let Some(chosen) = self.chosen_of(&name) {
            return Some(chosen);
        }
        self.call(&base, &name).or(Some(Expr::Symbol(name)))
    }

    /// y^{\prime\prime}
    pub(super) fn primes(&mut self, name: &mut String) -> bool {
        let found = self.attempt(|parser| {
            parser.sign('^').then_some(())?;
            let braced = parser.sign('{');
            let mut count = 0;
            while parser.command("prime") || parser.sign('\'') {
                count += 1;
            }
            (count > 0 && (!braced || parser.sign('}'))).then_some(count)
        });
        name.push_str(&"'".repeat(found.unwrap_or(0)));
        found.is_some()
    }

    /// f(x), f^{-1}(x), C(n, k); None where a product is meant.
    pub(super) fn call(&mut self, base: &str, name: &str) -> Option<Expr> {
        let simple = |tokens: &[Token]| {
            let depths = tokens.iter().any(|token| token.is(','));
            depths || tokens.len() == 1 || tokens.len() == 2 && tokens[0].is('-')
        };
        self.attempt(|parser| {
            let mut name = name.to_string();
            if FUNCTIONS.contains(&base) && parser.sign('^') {
                let end = parser.argument_end(parser.at)?;
                (key(&parser.tokens[parser.at..end]) == "{-1}").then_some(())?;
                parser.at = end;
                name.push_str("^{-1}");
            }
            let end = parser.argument_end(parser.at).filter(|_| parser.sign('('))?;
            let inner = &parser.tokens[parser.at..end - 1];
            let primed = name.ends_with('\'');
            let chosen = base == "C" && inner.iter().any(|token| token.is(','));
            let called = FUNCTIONS.contains(&base)
                || (OFTEN.contains(&base) || primed) && simple(inner)
                || chosen;
            // In x(x)^{1/2} and y(5)^2 stand factors.
            let raised = parser.tokens.get(end).is_some_and(|token| token.is('^'));
            let variable = base.starts_with(char::is_lowercase) && !FUNCTIONS.contains(&base);
            (called && !(raised && variable && !primed)).then_some(())?;
            let arguments = parser.arguments()?;
            if chosen && name == "C" && arguments.len() == 2 {
                return Some(Expr::Call(Function::Binomial, arguments));
            }
            Some(Expr::Unknown(name, arguments))
        })
    }
}
