//! Expressions at points, as discs that hold their values for certain.
//!
//! Symbols are real, and an expression with symbols is defined where all of its parts are real: a
//! square root or a logarithm of something negative makes it undefined there. Constants have
//! their principal values.

use super::disc::Disc;
use super::expr::{Constant, Expr, Function};
use super::point::Point;
use super::rational::Q;
use super::real::Real;
use crate::budget::Budget;

/// An unknown function's name, the values of its arguments and their trees.
type Seen<'a, R> = (&'a str, Vec<Disc<R>>, &'a [Expr]);

/// Evaluates with `p` bits. What an unknown function gives is made up, but the same for arguments
/// that are the same, and different for arguments that differ for certain.
pub struct Eval<'a, R> {
    pub point: &'a Point,
    pub p: u32,
    pub budget: &'a mut Budget,
    pub seen: Vec<Seen<'a, R>>,
    pub depth: u32,
    /// A symbol with a value of its own.
    pub given: Option<(&'a str, Disc<R>)>,
}

/// Nesting beyond this is not followed.
pub const DEPTH: u32 = 150;

/// A value, and whether it has no symbols.
type Value<R> = (Disc<R>, bool);

impl<'a, R: Real> Eval<'a, R> {
    pub fn new(point: &'a Point, p: u32, budget: &'a mut Budget) -> Self {
        Eval { point, p, budget, seen: Vec::new(), depth: 0, given: None }
    }

    /// None where the expression is undefined, or this precision cannot tell.
    pub fn value(&mut self, expression: &'a Expr) -> Option<Disc<R>> {
        self.at(expression).map(|(disc, _)| disc)
    }

    fn at(&mut self, expression: &'a Expr) -> Option<Value<R>> {
        if self.depth >= DEPTH {
            return None;
        }
        self.depth += 1;
        let value = self.node(expression);
        self.depth -= 1;
        value
    }

    fn node(&mut self, expression: &'a Expr) -> Option<Value<R>> {
        let p = self.p;
        self.budget.spend(R::cost(p)).ok()?;
        match expression {
            Expr::Number(value) => {
                self.budget.spend((value.numer().bits() + value.denom().bits()) / 8).ok()?;
                Some((Disc::rational(&Q::from_big(value.clone()), p), true))
            }
            Expr::Constant(Constant::Pi) => Some((Disc::pi(p), true)),
            Expr::Constant(Constant::E) => Some((Disc::rational(&Q::int(1), p).exp(p)?, true)),
            Expr::Constant(Constant::I) => Some((Disc::i(p), true)),
            Expr::Constant(Constant::Infinity) => None,
            Expr::Symbol(name) => {
                self.budget.spend(100).ok()?;
                if let Some((_, disc)) = self.given.as_ref().filter(|(given, _)| given == name) {
                    return Some((disc.clone(), false));
                }
                Some((Disc::rational(self.point.get(name)?, p), false))
            }
            Expr::Sum(items) => {
                let mut sum = (Disc::rational(&Q::int(0), p), true);
                for item in items {
                    let (value, constant) = self.at(item)?;
                    sum = (sum.0.add(&value, p)?, sum.1 && constant);
                }
                Some(sum)
            }
            Expr::Product(items) => {
                let mut product = (Disc::rational(&Q::int(1), p), true);
                for item in items {
                    let (value, constant) = self.at(item)?;
                    product = (product.0.mul(&value, p)?, product.1 && constant);
                }
                Some(product)
            }
            Expr::Power(base, exponent) => self.power(base, exponent),
            Expr::Root(degree, inner) => {
                let inner = self.at(inner)?;
                self.root(*degree, inner)
            }
            Expr::Call(function, items) => self.call(*function, items),
            Expr::Unknown(name, items) => self.unknown(name, items),
        }
    }

    /// Cuts off what is not real though it has symbols.
    fn domain(&self, base: &Value<R>) -> Option<()> {
        (base.1 || !base.0.is_real() || base.0.sign()? >= 0).then_some(())
    }

    fn power(&mut self, base: &'a Expr, exponent: &'a Expr) -> Option<Value<R>> {
        let p = self.p;
        let (above, fixed) = self.at(exponent)?;
        if matches!(base, Expr::Constant(Constant::E)) {
            return Some((above.exp(p)?, fixed));
        }
        let base = self.at(base)?;
        let constant = base.1 && fixed;
        if let Some(n) = above.integer() {
            if n <= 0 && !base.0.excludes_zero() {
                return None;
            }
            self.budget.spend(R::cost(p) * 64).ok()?;
            return Some((base.0.integer_power(n, p)?, constant));
        }
        if base.0.sign() == Some(0) {
            return (above.sign() == Some(1)).then_some((base.0, constant));
        }
        self.domain(&base)?;
        let value = match exponent {
            Expr::Number(q) if *q.denom() == 2.into() => {
                let n = i64::try_from(q.numer()).ok()?;
                base.0.sqrt(p)?.integer_power(n, p)?
            }
            _ => base.0.ln(p)?.mul(&above, p)?.exp(p)?,
        };
        Some((value, constant))
    }

    fn root(&mut self, degree: u32, inner: Value<R>) -> Option<Value<R>> {
        let p = self.p;
        if inner.0.sign() == Some(0) {
            return (degree > 0).then_some(inner);
        }
        if degree % 2 == 1 && inner.0.sign() == Some(-1) {
            let (size, constant) = self.root(degree, (inner.0.neg(), inner.1))?;
            return Some((size.neg(), constant));
        }
        self.domain(&inner)?;
        let value = match degree {
            0 => return None,
            1 => inner.0,
            2 => inner.0.sqrt(p)?,
            _ => {
                let part = Disc::rational(&Q::ratio(1, degree.into()), p);
                inner.0.ln(p)?.mul(&part, p)?.exp(p)?
            }
        };
        Some((value, inner.1))
    }

    fn call(&mut self, function: Function, items: &'a [Expr]) -> Option<Value<R>> {
        use Function::*;
        let p = self.p;
        let mut values = Vec::with_capacity(items.len());
        let mut constant = true;
        for item in items {
            let (value, fixed) = self.at(item)?;
            constant &= fixed;
            if matches!(function, Ln | Log) {
                self.domain(&(value.clone(), fixed))?;
            }
            values.push(value);
        }
        let whole = |value: &Disc<R>| value.integer();
        let value = match (function, values.as_slice()) {
            (Gcd | Lcm, [first, rest @ ..]) => {
                let mut all = whole(first)?.abs();
                for value in rest {
                    let n = whole(value)?.abs();
                    all = match function {
                        Gcd => num_integer::gcd(all, n),
                        _ if all == 0 || n == 0 => 0,
                        _ => (all / num_integer::gcd(all, n)).checked_mul(n)?,
                    };
                }
                Disc::rational(&Q::int(all), p)
            }
            (Min | Max, [first, rest @ ..]) => {
                let sign = |value: &Disc<R>| match function {
                    Min => value.neg(),
                    _ => value.clone(),
                };
                let mut most = sign(first);
                for value in rest {
                    most = most.max(&sign(value))?;
                }
                if most.is_real() {
                    sign(&most)
                } else {
                    return None;
                }
            }
            (Sin, [x]) => x.sin_cos(p)?.0,
            (Cos, [x]) => x.sin_cos(p)?.1,
            (Csc, [x]) => x.sin_cos(p)?.0.recip(p)?,
            (Sec, [x]) => x.sin_cos(p)?.1.recip(p)?,
            (Tan | Cot, [x]) => {
                let (sin, cos) = x.sin_cos(p)?;
                if function == Tan {
                    sin.mul(&cos.recip(p)?, p)?
                } else {
                    cos.mul(&sin.recip(p)?, p)?
                }
            }
            (Arcsin, [x]) => x.arcsin(p)?,
            (Arccos, [x]) => {
                let quarter = Disc::pi(p).mul(&Disc::rational(&Q::ratio(1, 2), p), p)?;
                quarter.sub(&x.arcsin(p)?, p)?
            }
            (Arctan, [x]) => x.arctan(p)?,
            (Sinh | Cosh | Tanh, [x]) => {
                let (up, down) = (x.exp(p)?, x.neg().exp(p)?);
                let half = Disc::rational(&Q::ratio(1, 2), p);
                let (sinh, cosh) = (up.sub(&down, p)?, up.add(&down, p)?);
                match function {
                    Sinh => sinh.mul(&half, p)?,
                    Cosh => cosh.mul(&half, p)?,
                    _ => sinh.mul(&cosh.recip(p)?, p)?,
                }
            }
            (Ln, [x]) => x.ln(p)?,
            (Log, [base, x]) => x.ln(p)?.mul(&base.ln(p)?.recip(p)?, p)?,
            (Abs, [x]) => x.abs(p)?,
            (Floor, [x]) => x.floor(p)?,
            (Ceiling, [x]) => x.neg().floor(p)?.neg(),
            (Factorial, [x]) => {
                let n = whole(x).filter(|n| (0..5000).contains(n))?;
                self.budget.spend(R::cost(p) * n as u64).ok()?;
                (2..=n).try_fold(Disc::rational(&Q::int(1), p), |product, k| {
                    product.mul(&Disc::rational(&Q::int(k), p), p)
                })?
            }
            (Binomial, [n, k]) => {
                let k = whole(k).filter(|k| (0..5000).contains(k))?;
                self.budget.spend(R::cost(p) * 4 * k as u64).ok()?;
                (0..k).try_fold(Disc::rational(&Q::int(1), p), |product, j| {
                    let above = n.sub(&Disc::rational(&Q::int(j), p), p)?;
                    product.mul(&above, p)?.mul(&Disc::rational(&Q::ratio(1, j + 1), p), p)
                })?
            }
            (Mod, [a, b]) => {
                let times = a.mul(&b.recip(p)?, p)?.floor(p);
                let times = match (whole(a), whole(b), times) {
                    (Some(a), Some(b), _) if b != 0 => {
                        Disc::rational(&Q::int(num_integer::div_floor(a, b)), p)
                    }
                    (_, _, times) => times?,
                };
                a.sub(&times.mul(b, p)?, p)?
            }
            _ => return None,
        };
        Some((value, constant))
    }

    fn unknown(&mut self, name: &'a str, items: &'a [Expr]) -> Option<Value<R>> {
        let p = self.p;
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            values.push(self.at(item)?.0);
        }
        let mut index = self.seen.len();
        for (number, (other, known, trees)) in self.seen.iter().enumerate() {
            if *other != name || known.len() != values.len() {
                continue;
            }
            self.budget.spend(R::cost(p)).ok()?;
            let apart = |(a, b): (&Disc<R>, &Disc<R>)| {
                a.sub(b, p).is_some_and(|difference| difference.excludes_zero())
            };
            if known.iter().zip(&values).any(apart) {
                continue;
            }
            if *trees != items {
                return None;
            }
            index = number;
        }
        if index == self.seen.len() {
            self.seen.push((name, values, items));
        }
        // Named by the name as well, so that f(x) here and g(x) there do not get the same value.
        let letters = name.bytes().fold(7u64, |sum, byte| (sum * 31 + u64::from(byte)) % 997);
        let value = Q::ratio(1 + (letters * 64 + index as u64 * 37) as i64 * 2, 1024);
        Some((Disc::rational(&value, p), false))
    }
}
