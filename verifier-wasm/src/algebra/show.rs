//! Normal forms as text for people: 2*sqrt(3) + pi/2, x^2 + 2*x + 1.

use super::compare::{self, normals};
use super::expr::{Constant, Expr, Function};
use super::field::{Field, Generator};
use super::notation::{bracketed, name, power, rational, with_coefficient};
use super::poly::{plus, Exponent, Mono, Poly};
use super::rational::{ONE, Q};
use crate::budget::{Budget, GaveUp};
use num_traits::{One, Signed, Zero};

pub fn show(a: &Expr, budget: &mut Budget) -> String {
    if let Some(value) = super::compare::quick(a, budget) {
        return rational(&value);
    }
    let mut field = Field::new(budget);
    let text = normals([a], &mut field).and_then(|[form]| {
        let form = field.presentable(&form);
        field.show(&form)
    });
    text.unwrap_or_else(|_| tree(a))
}

/// An expression as it was read.
fn tree(a: &Expr) -> String {
    let list =
        |items: &[Expr], between: &str| items.iter().map(tree).collect::<Vec<_>>().join(between);
    match a {
        Expr::Number(value) => rational(&Q::from_big(value.clone())),
        Expr::Constant(Constant::Pi) => "pi".into(),
        Expr::Constant(Constant::E) => "e".into(),
        Expr::Constant(Constant::I) => "i".into(),
        Expr::Constant(Constant::Infinity) => "infinity".into(),
        Expr::Symbol(name) => name.clone(),
        Expr::Sum(items) => format!("({})", list(items, " + ")),
        Expr::Product(items) if compare::infinite(a) == Some(-1) && items.len() == 2 => {
            "-infinity".into()
        }
        Expr::Product(items) => list(items, "*"),
        Expr::Power(base, exponent) => format!("{}^({})", tree(base), tree(exponent)),
        Expr::Root(degree, inner) => format!("root({degree}, {})", tree(inner)),
        Expr::Call(function, items) => format!("{}({})", name(*function), list(items, ", ")),
        Expr::Unknown(name, items) => format!("{name}({})", list(items, ", ")),
    }
}

impl Field<'_> {
    /// The same text for the same sum, whatever the numbers of the generators are.
    pub fn show(&mut self, poly: &Poly) -> Result<String, GaveUp> {
        if poly.is_zero() {
            return Ok("0".into());
        }
        self.enter()?;
        let mut terms: Vec<(Exponent, String, Q)> = Vec::with_capacity(poly.0.len());
        for (mono, c) in &poly.0 {
            terms.push(self.show_term(mono, c)?);
        }
        self.leave();
        // High degrees first, numbers last.
        terms.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let mut text = String::new();
        for (_, product, c) in terms {
            let negative = c.sign() < 0;
            text.push_str(match (text.is_empty(), negative) {
                (true, false) => "",
                (true, true) => "-",
                (false, false) => " + ",
                (false, true) => " - ",
            });
            text.push_str(&with_coefficient(&product, &c.abs()));
        }
        // Texts of texts can grow fast.
        self.budget.spend(300 + 20 * text.len() as u64)?;
        Ok(text)
    }

    /// The degree in symbols, the product and the coefficient of a term.
    fn show_term(&mut self, mono: &Mono, c: &Q) -> Result<(Exponent, String, Q), GaveUp> {
        let mut degree = Exponent::zero();
        let (mut above, mut below) = (Vec::new(), Vec::new());
        // Roots of numbers of one degree go under one sign: sqrt(6).
        let mut roots: Vec<(Exponent, num_bigint::BigUint)> = Vec::new();
        for (g, e) in &mono.0 {
            let Some(entry) = self.entry(*g) else { continue };
            if let Generator::Prime(value) = &entry.generator {
                match roots.iter_mut().find(|(other, _)| other == e) {
                    Some((_, product)) => *product *= value,
                    None => roots.push((*e, value.clone())),
                }
                continue;
            }
            if matches!(entry.generator, Generator::Symbol(_)) {
                degree = plus(&degree, e)?;
            }
            let exp = matches!(entry.generator, Generator::Exp(_));
            let list = if e.is_negative() && !exp { &mut below } else { &mut above };
            let size = if exp { *e } else { e.abs() };
            let generator = entry.generator.clone();
            list.push(self.show_power(&generator, size)?);
        }
        for (e, value) in roots {
            above.push(power(&value.to_string(), e));
        }
        above.sort();
        below.sort();
        let mut product = above.join("*");
        if !below.is_empty() {
            if product.is_empty() {
                product.push('1');
            }
            product.push('/');
            let several = below.len() > 1;
            product.push_str(&if several {
                format!("({})", below.join("*"))
            } else {
                below.join("")
            });
        }
        Ok((degree, product, c.clone()))
    }

    fn show_power(&mut self, generator: &Generator, e: Exponent) -> Result<String, GaveUp> {
        Ok(match generator {
            Generator::Symbol(name) => power(name, e),
            Generator::Pi => power("pi", e),
            Generator::Minus if e == Exponent::new(1, 2) => "i".into(),
            Generator::Minus => format!("(-1)^({e})"),
            Generator::Prime(value) => power(&value.to_string(), e),
            Generator::Exp(mono) => {
                // e^(x·ln 2) is 2^x.
                let mut rest = mono.clone();
                let log = mono.0.iter().find_map(|(g, k)| match &self.entry(*g)?.generator {
                    Generator::Call(Function::Ln, items) if k.is_one() => {
                        Some((*g, items.first()?.clone()))
                    }
                    _ => None,
                });
                let base = match log {
                    Some((g, base)) => {
                        rest.0.retain(|(other, _)| *other != g);
                        bracketed(self.show(&base)?)
                    }
                    None => "e".into(),
                };
                let above = Q::ratio(*e.numer(), *e.denom());
                match self.show(&Poly::term(rest, above))?.as_str() {
                    "1" => base,
                    above => format!("{base}^{}", bracketed(above.into())),
                }
            }
            Generator::Base(inner) => match e == Exponent::new(1, 2) {
                true => format!("sqrt({})", self.show(inner)?),
                false => power(&format!("({})", self.show(inner)?), e),
            },
            Generator::Call(function, items) => {
                power(&format!("{}({})", name(*function), self.show_list(items)?), e)
            }
            Generator::Unknown(name, items) => {
                power(&format!("{name}({})", self.show_list(items)?), e)
            }
        })
    }

    fn show_list(&mut self, items: &[Poly]) -> Result<String, GaveUp> {
        let items: Result<Vec<_>, _> = items.iter().map(|item| self.show(item)).collect();
        Ok(items?.join(", "))
    }

    /// With sines and cosines for exponentials, divided where that leaves no fraction.
    pub fn presentable(&mut self, poly: &Poly) -> Poly {
        let plain = self.cancelled(poly).unwrap_or_else(|| poly.clone());
        self.with_sines(&plain).unwrap_or(plain)
    }

    /// (x²-1)/(x-1) as x+1.
    fn cancelled(&mut self, poly: &Poly) -> Option<Poly> {
        let (mut above, below) = self.cleared(poly).ok()?;
        let [(mono, _)] = below.0.as_slice() else { return None };
        let mut rest = Poly::int(1);
        for (g, e) in mono.0.clone() {
            let inner = match &self.entry(g)?.generator {
                Generator::Base(inner) => inner.clone(),
                _ => return None,
            };
            let mut e = e;
            while e >= Exponent::one() {
                let Some(quotient) = self.quotient(&above, &inner).ok()? else { break };
                above = quotient;
                e -= Exponent::one();
            }
            let factor = Poly::term(Mono::of(g, -e), ONE);
            rest = self.mul(&rest, &factor).ok()?;
        }
        self.mul(&above, &rest).ok()
    }

    /// Pairs c·m·e^(iu) + d·m·e^(-iu) as m·((c+d)·cos u + i(c-d)·sin u).
    fn with_sines(&mut self, poly: &Poly) -> Option<Poly> {
        let minus = self.id(Generator::Minus).ok()?;
        let mut done = Poly::zero();
        let mut rest = poly.0.clone();
        while let Some((mono, c)) = rest.pop() {
            let mut turn = Poly::zero();
            let mut outside = Vec::new();
            for (g, e) in &mono.0 {
                match &self.entry(*g)?.generator {
                    Generator::Exp(inner) if inner.get(minus) == Exponent::new(1, 2) => {
                        let mut angle = inner.clone();
                        angle.0.retain(|(g, _)| *g != minus);
                        let part = Poly::term(angle, Q::ratio(*e.numer(), *e.denom()));
                        turn = turn.add(&part, self.budget).ok()?;
                    }
                    _ => outside.push((*g, *e)),
                }
            }
            if turn.is_zero() {
                done = done.add(&Poly::term(mono, c), self.budget).ok()?;
                continue;
            }
            // e^(iu) = cos u + i sin u, with u's leading coefficient positive.
            let negative = turn.0.first().is_some_and(|(_, c)| c.sign() < 0);
            let u = if negative { turn.neg() } else { turn };
            let cos = self.generator(Generator::Call(Function::Cos, vec![u.clone()])).ok()?;
            let sin = self.generator(Generator::Call(Function::Sin, vec![u])).ok()?;
            let i = self.i().ok()?;
            let sin = self.mul(&sin, &i).ok()?;
            let sum =
                if negative { cos.sub(&sin, self.budget) } else { cos.add(&sin, self.budget) };
            let outside = Poly::term(Mono(outside), c);
            let part = self.mul(&outside, &sum.ok()?).ok()?;
            done = done.add(&part, self.budget).ok()?;
        }
        Some(done)
    }
}
