//! A small reader of plain mathematics.

use super::super::expr::{Constant, Expr, Function};
use num_bigint::BigInt;
use num_rational::BigRational;

/// Sums, products, powers, calls, numbers, names: "2*sqrt(3) + pi/2".
pub fn read(text: &str) -> Expr {
    let mut reader = Reader { bytes: text.bytes().filter(|b| *b != b' ').collect(), at: 0 };
    let expression = reader.sum();
    assert_eq!(reader.at, reader.bytes.len(), "cannot read {text}");
    expression
}

struct Reader {
    bytes: Vec<u8>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    fn sum(&mut self) -> Expr {
        let mut items = vec![self.product()];
        loop {
            if self.eat(b'+') {
                items.push(self.product());
            } else if self.eat(b'-') {
                items.push(self.product().neg());
            } else {
                break;
            }
        }
        if items.len() == 1 {
            items.remove(0)
        } else {
            Expr::Sum(items)
        }
    }

    fn product(&mut self) -> Expr {
        let mut items = vec![self.signed()];
        loop {
            if self.eat(b'*') {
                items.push(self.signed());
            } else if self.eat(b'/') {
                items.push(self.signed().recip());
            } else {
                break;
            }
        }
        if items.len() == 1 {
            items.remove(0)
        } else {
            Expr::Product(items)
        }
    }

    fn signed(&mut self) -> Expr {
        if self.eat(b'-') {
            return self.signed().neg();
        }
        let base = self.atom();
        if self.eat(b'^') {
            return Expr::Power(Box::new(base), Box::new(self.signed()));
        }
        base
    }

    fn list(&mut self) -> Vec<Expr> {
        let mut items = Vec::new();
        loop {
            items.push(self.sum());
            if !self.eat(b',') {
                assert!(self.eat(b')'));
                return items;
            }
        }
    }

    fn word(&mut self, test: fn(&u8) -> bool) -> String {
        let word: Vec<u8> = self.bytes[self.at..].iter().copied().take_while(test).collect();
        self.at += word.len();
        String::from_utf8(word).unwrap()
    }

    fn atom(&mut self) -> Expr {
        use Function::*;
        if self.eat(b'(') {
            let inner = self.sum();
            assert!(self.eat(b')'));
            return inner;
        }
        if self.peek().is_ascii_digit() {
            let whole = self.word(u8::is_ascii_digit);
            let mut value = BigRational::from_integer(whole.parse::<BigInt>().unwrap());
            if self.eat(b'.') {
                let digits = self.word(u8::is_ascii_digit);
                let scale = BigInt::from(10).pow(digits.len() as u32);
                value += BigRational::new(digits.parse::<BigInt>().unwrap(), scale);
            }
            return Expr::Number(value);
        }
        let name = self.word(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        assert!(!name.is_empty(), "cannot read at {}", self.at);
        let constant = match name.as_str() {
            "pi" => Some(Constant::Pi),
            "e" => Some(Constant::E),
            "i" => Some(Constant::I),
            "oo" => Some(Constant::Infinity),
            _ => None,
        };
        if let Some(constant) = constant {
            return Expr::Constant(constant);
        }
        if !self.eat(b'(') {
            return Expr::Symbol(name);
        }
        let mut items = self.list();
        let function = match name.as_str() {
            "sqrt" => return Expr::Root(2, Box::new(items.remove(0))),
            "cbrt" => return Expr::Root(3, Box::new(items.remove(0))),
            "root4" => return Expr::Root(4, Box::new(items.remove(0))),
            "sin" => Sin,
            "cos" => Cos,
            "tan" => Tan,
            "cot" => Cot,
            "sec" => Sec,
            "csc" => Csc,
            "arcsin" => Arcsin,
            "arccos" => Arccos,
            "arctan" => Arctan,
            "sinh" => Sinh,
            "cosh" => Cosh,
            "tanh" => Tanh,
            "ln" => Ln,
            "log" => Log,
            "abs" => Abs,
            "floor" => Floor,
            "ceil" => Ceiling,
            "fact" => Factorial,
            "binom" => Binomial,
            "gcd" => Gcd,
            "lcm" => Lcm,
            "min" => Min,
            "max" => Max,
            "mod" => Mod,
            _ => return Expr::Unknown(name, items),
        };
        Expr::Call(function, items)
    }
}
