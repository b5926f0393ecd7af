//! The smallest pieces of an expression: numbers, letters, roots, fractions, bars.

use super::brackets::nesting;
use super::commands::letter;
use super::numeral;
use super::parser::Parser;
use super::token::{key, Token};
use crate::algebra::expr::{Constant, Expr, Function, DOTS};
use num_traits::ToPrimitive;

/// Letters that name functions when brackets follow, whatever is in them.
const FUNCTIONS: &[&str] = &["f", "g", "phi", "psi"];
/// Letters that do when a single letter or number is in the brackets.
const OFTEN: &[&str] = &["h", "p", "q", "r", "s", "u", "v", "x", "y", "F", "G", "H", "P", "Q", "E"];

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

    /// dy/dx and \frac{dy}{dx}, behind \frac, as y'; by other variables than x under its own name.
    fn derivative(&mut self) -> Option<Expr> {
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
    fn symbol(&mut self, mut name: String) -> Option<Expr> {
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
    fn primes(&mut self, name: &mut String) -> bool {
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
    fn call(&mut self, base: &str, name: &str) -> Option<Expr> {
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
            called.then_some(())?;
            let arguments = parser.arguments()?;
            if chosen && name == "C" && arguments.len() == 2 {
                return Some(Expr::Call(Function::Binomial, arguments));
            }
            Some(Expr::Unknown(name, arguments))
        })
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

    /// C_5^2 and A_5^2, how many ways there are to choose 2 of 5, without order and in order.
    fn chosen_of(&mut self, name: &str) -> Option<Expr> {
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
    fn chosen(&mut self) -> Option<Expr> {
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

    /// What makes 1\frac12 and 1 1/2 mixed numbers: a fraction of two whole numbers, below one,
    /// right behind a whole number.
    fn proper_fraction(&mut self) -> Option<Expr> {
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
