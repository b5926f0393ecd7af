//! The generators that normal forms are made of, and how their products reduce.
//!
//! Every identity used here holds for real symbols wherever the expressions are defined. What
//! definedness says (√x needs x >= 0) is kept as `positive`, for a second pass to use.

use super::expr::Function;
use super::poly::{Exponent, Mono, Poly};
use super::rational::{ONE, Q};
use crate::budget::{Budget, GaveUp};
use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::{One, Zero};

#[derive(Clone, Debug, PartialEq)]
pub enum Generator {
    Symbol(String),
    Pi,
    /// -1, whose powers are the roots of unity: (-1)^r = e^(iπr).
    Minus,
    /// A positive integer that is a prime, or taken for one where factoring took too long.
    Prime(BigUint),
    /// e to a product of generators; e itself is e to the empty one.
    Exp(Mono),
    /// A sum in a power that is not multiplied out: a denominator, a radicand.
    Base(Poly),
    Call(Function, Vec<Poly>),
    Unknown(String, Vec<Poly>),
}

/// A generator with what is known about it.
pub struct Entry {
    pub generator: Generator,
    /// Without symbols.
    pub constant: bool,
    /// The symbols inside, by number.
    pub symbols: Vec<u32>,
    /// With an imaginary unit inside.
    pub complex: bool,
    /// Greater than 0 for certain.
    pub positive: bool,
    /// An algebraic integer, if constant.
    pub algebraic: bool,
    /// e^(iπn) for an integer n: 1 or -1.
    pub parity: bool,
}

pub struct Field<'a> {
    pub entries: Vec<Entry>,
    pub budget: &'a mut Budget,
    /// What is at least 0 wherever the expressions are defined.
    pub positive: Vec<Poly>,
    /// Whether there are logarithms of what may be negative, and of what cannot be.
    pub logarithms: (bool, bool),
    /// Symbols that stand for integers.
    pub integers: Vec<String>,
    pub depth: u32,
}

/// Sums with more terms than this are not multiplied out.
const TERMS: u64 = 600;

impl<'a> Field<'a> {
    pub fn new(budget: &'a mut Budget) -> Self {
        Field {
            entries: Vec::new(),
            budget,
            positive: Vec::new(),
            logarithms: (false, false),
            integers: Vec::new(),
            depth: 0,
        }
    }

    pub fn entry(&self, generator: u32) -> Option<&Entry> {
        self.entries.get(generator as usize)
    }

    fn all(&self, poly: &Poly, test: impl Fn(&Entry) -> bool) -> bool {
        let mut generators = poly.0.iter().flat_map(|(mono, _)| &mono.0);
        generators.all(|(g, _)| self.entry(*g).is_some_and(&test))
    }

    pub fn is_constant(&self, poly: &Poly) -> bool {
        self.all(poly, |entry| entry.constant)
    }

    pub fn is_complex(&self, poly: &Poly) -> bool {
        !self.all(poly, |entry| !entry.complex)
    }

    /// Whether a sum equals its complex conjugate for certain.
    pub fn is_real(&mut self, poly: &Poly) -> bool {
        !self.is_complex(poly) || self.conjugate(poly).is_ok_and(|other| other == *poly)
    }

    pub fn is_algebraic(&self, poly: &Poly) -> bool {
        self.all(poly, |entry| entry.algebraic)
    }

    /// The number of a generator.
    pub fn id(&mut self, generator: Generator) -> Result<u32, GaveUp> {
        self.budget.spend(30 + 10 * self.entries.len() as u64)?;
        let known = self.entries.iter().position(|entry| entry.generator == generator);
        if let Some(index) = known {
            return Ok(index as u32);
        }
        use Generator::*;
        let one = |mono: &Mono| Poly::term(mono.clone(), ONE);
        let (constant, complex) = match &generator {
            Symbol(_) => (false, false),
            Pi | Prime(_) => (true, false),
            Minus => (true, true),
            Exp(mono) => (self.is_constant(&one(mono)), self.is_complex(&one(mono))),
            Base(poly) => (self.is_constant(poly), !self.is_real(poly)),
            // Only made of real arguments, with real values.
            Call(_, items) => (items.iter().all(|item| self.is_constant(item)), false),
            Unknown(..) => (false, false),
        };
        let positive = match &generator {
            Pi | Prime(_) => true,
            Exp(_) => !complex,
            Call(Function::Abs, _) => true,
            Call(Function::Ln, items) => match items.as_slice() {
                [item] => item.as_number().is_some(),
                _ => false,
            },
            _ => false,
        };
        let algebraic = match &generator {
            Minus | Prime(_) => true,
            Base(poly) => self.is_algebraic(poly),
            _ => false,
        };
        let mut symbols = Vec::new();
        let mut gather = |poly: &Poly| {
            let inside = poly.0.iter().flat_map(|(mono, _)| &mono.0);
            symbols.extend(inside.filter_map(|(g, _)| self.entry(*g)).flat_map(|e| &e.symbols));
        };
        match &generator {
            Symbol(_) => symbols.push(self.entries.len() as u32),
            Exp(mono) => gather(&one(mono)),
            Base(poly) => gather(poly),
            Call(_, items) | Unknown(_, items) => items.iter().for_each(gather),
            Pi | Minus | Prime(_) => {}
        }
        self.budget.spend(10 * symbols.len() as u64)?;
        symbols.sort_unstable();
        symbols.dedup();
        let parity = match &generator {
            Exp(mono) => self.is_half_turns(mono),
            _ => false,
        };
        if self.entries.len() >= 300 {
            return Err(GaveUp("too many different parts"));
        }
        self.entries.push(Entry {
            generator,
            constant,
            symbols,
            complex,
            positive,
            algebraic,
            parity,
        });
        Ok(self.entries.len() as u32 - 1)
    }

    /// Whether a product is iπ times integers.
    fn is_half_turns(&self, mono: &Mono) -> bool {
        let mut halves = 0;
        let rest = mono.0.iter().all(|(g, e)| match self.entry(*g).map(|entry| &entry.generator) {
            Some(Generator::Pi) => {
                halves += 1;
                e.is_one()
            }
            Some(Generator::Minus) => {
                halves += 1;
                *e == Exponent::new_raw(1, 2)
            }
            Some(Generator::Symbol(name)) => {
                self.integers.contains(name) && e.is_integer() && *e.numer() > 0
            }
            _ => false,
        });
        rest && halves == 2
    }

    pub fn generator(&mut self, generator: Generator) -> Result<Poly, GaveUp> {
        Ok(Poly::generator(self.id(generator)?))
    }

    /// A power of a generator, reduced.
    pub fn generator_power(
        &mut self,
        generator: Generator,
        exponent: Exponent,
    ) -> Result<Poly, GaveUp> {
        let id = self.id(generator)?;
        self.settle(Mono::of(id, exponent), ONE)
    }

    pub fn i(&mut self) -> Result<Poly, GaveUp> {
        let minus = self.id(Generator::Minus)?;
        Ok(Poly::term(Mono::of(minus, Exponent::new_raw(1, 2)), ONE))
    }

    pub fn mul(&mut self, a: &Poly, b: &Poly) -> Result<Poly, GaveUp> {
        if let Some(value) = a.as_number() {
            return b.scale(&value, self.budget);
        }
        if let Some(value) = b.as_number() {
            return a.scale(&value, self.budget);
        }
        let pairs = a.0.len() as u64 * b.0.len() as u64;
        self.budget.spend(200 * pairs)?;
        let mut terms = Vec::with_capacity(pairs as usize);
        let mut more = Poly::zero();
        for (m, c) in &a.0 {
            for (n, d) in &b.0 {
                let (mono, met) = m.mul(n)?;
                let coefficient = c.mul(d, self.budget)?;
                if !met || self.is_settled(&mono) {
                    terms.push((mono, coefficient));
                } else {
                    let part = self.settle(mono, coefficient)?;
                    if let [_] = part.0.as_slice() {
                        terms.extend(part.0);
                    } else {
                        more = more.add(&part, self.budget)?;
                    }
                }
            }
        }
        let sum = Poly::collect(terms, self.budget)?;
        if more.is_zero() {
            Ok(sum)
        } else {
            sum.add(&more, self.budget)
        }
    }

    pub fn product(&mut self, factors: &[Poly]) -> Result<Poly, GaveUp> {
        factors.iter().try_fold(Poly::int(1), |product, factor| self.mul(&product, factor))
    }

    /// Whether every exponent is in the range of its generator.
    fn is_settled(&self, mono: &Mono) -> bool {
        mono.0.iter().all(|(g, e)| match self.entry(*g).map(|entry| &entry.generator) {
            Some(Generator::Prime(_)) => *e.numer() > 0 && e.numer() < e.denom(),
            Some(Generator::Minus) => *e.numer() == 1 && *e.denom() == 2,
            Some(Generator::Base(_)) => *e < Exponent::one(),
            Some(Generator::Call(Function::Abs, _)) => {
                *e.numer() > 0 && *e < Exponent::from_integer(2)
            }
            Some(Generator::Exp(_)) if self.entry(*g).is_some_and(|entry| entry.parity) => {
                !e.is_integer() || e.is_one()
            }
            _ => true,
        })
    }

    /// A product of powers whose exponents may be out of range.
    pub fn settle(&mut self, mono: Mono, coefficient: Q) -> Result<Poly, GaveUp> {
        if self.is_settled(&mono) {
            return Ok(Poly::term(mono, coefficient));
        }
        self.enter()?;
        self.budget.spend(600)?;
        let mut coefficient = coefficient;
        let mut rest = Vec::with_capacity(mono.0.len());
        let mut factors = Vec::new();
        for (g, e) in mono.0 {
            let whole = e.floor().to_integer();
            let part = e - e.floor();
            let Some(entry) = self.entry(g) else { continue };
            match &entry.generator {
                // A number too large to write down stays a power.
                Generator::Prime(value)
                    if value.bits().saturating_mul(whole.unsigned_abs()) < 30_000 =>
                {
                    let base = Q::from_integer(value.clone().into());
                    let power = if whole == 0 { ONE } else { base.pow(whole, self.budget)? };
                    coefficient = coefficient.mul(&power, self.budget)?;
                    rest.push((g, part));
                }
                Generator::Minus => {
                    if whole.is_odd() {
                        coefficient = coefficient.neg();
                    }
                    if part.is_zero() || *part.denom() == 2 {
                        rest.push((g, part));
                    } else {
                        factors.push(self.unity(g, part)?);
                    }
                }
                Generator::Base(poly) if (1..=12).contains(&whole) => {
                    let poly = poly.clone();
                    factors.push(self.natural_power(&poly, whole as u64)?);
                    rest.push((g, part));
                }
                Generator::Call(Function::Abs, items) => {
                    let even = 2 * whole.div_euclid(2);
                    if let (Some(item), true) = (items.first().cloned(), even != 0) {
                        factors.push(self.pow(&item, even)?);
                    }
                    rest.push((g, e - Exponent::from_integer(even)));
                }
                Generator::Exp(_) if entry.parity && e.is_integer() => {
                    rest.push((g, Exponent::from_integer(whole.rem_euclid(2))));
                }
                _ => rest.push((g, e)),
            }
        }
        rest.retain(|(_, e)| !e.is_zero());
        let mut product = Poly::term(Mono(rest), coefficient);
        for factor in &factors {
            product = self.mul(&product, factor)?;
        }
        self.leave();
        Ok(product)
    }

    /// Guards the recursion.
    pub fn enter(&mut self) -> Result<(), GaveUp> {
        self.depth += 1;
        if self.depth > super::eval::DEPTH {
            Err(GaveUp("nested too deep"))
        } else {
            Ok(())
        }
    }

    pub fn leave(&mut self) {
        self.depth -= 1;
    }

    /// A power multiplied out.
    pub fn natural_power(&mut self, poly: &Poly, exponent: u64) -> Result<Poly, GaveUp> {
        let mut power = Poly::int(1);
        let mut square = poly.clone();
        let mut n = exponent;
        while n > 0 {
            if n & 1 == 1 {
                power = self.mul(&power, &square)?;
            }
            n >>= 1;
            if n > 0 {
                square = self.mul(&square, &square)?;
            }
        }
        Ok(power)
    }

    /// An integer power. A sum is multiplied out where that is short, else it becomes a `Base`.
    pub fn pow(&mut self, poly: &Poly, exponent: i64) -> Result<Poly, GaveUp> {
        if exponent == 1 {
            return Ok(poly.clone());
        }
        if poly.is_zero() && exponent <= 0 {
            return Err(GaveUp(if exponent == 0 { "0^0" } else { "division by zero" }));
        }
        match poly.0.as_slice() {
            [] => return Ok(Poly::zero()),
            [(mono, c)] => {
                let mono = mono.pow(&Exponent::from_integer(exponent))?;
                return match c.pow(exponent, self.budget) {
                    Ok(c) => self.settle(mono, c),
                    // As powers of primes: 2^(10^9).
                    Err(_) => {
                        let c = self.number_power(c, &Exponent::from_integer(exponent))?;
                        let rest = self.settle(mono, ONE)?;
                        self.mul(&c, &rest)
                    }
                };
            }
            _ => {}
        }
        if exponent < 0 {
            return self.base_power(poly, exponent);
        }
        let n = exponent as u64;
        let folds = self.is_algebraic(poly) && self.is_constant(poly);
        let short =
            if folds { n <= 256 } else { n <= 64 && count(poly.0.len() as u64, n) <= TERMS };
        if short {
            self.natural_power(poly, n)
        } else {
            self.base_power(poly, exponent)
        }
    }
}

/// Terms of a sum of t terms to the n: the binomial of t+n-1 over n, as far as it matters.
fn count(t: u64, n: u64) -> u64 {
    let mut value = 1u64;
    for k in 1..t {
        value = value.saturating_mul(n + k) / k;
        if value > TERMS {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_multiply() {
        let mut budget = Budget::new(1_000_000);
        let mut field = Field::new(&mut budget);
        let half = Exponent::new(1, 2);
        let root = |field: &mut Field, n: i64| field.power(&Poly::int(n), &half).unwrap();
        let (two, six) = (root(&mut field, 2), root(&mut field, 6));
        let product = field.mul(&two, &six).unwrap();
        let three = root(&mut field, 3);
        assert_eq!(product, three.scale(&Q::int(2), field.budget).unwrap());
        let i = root(&mut field, -1);
        assert_eq!(field.mul(&i, &i), Ok(Poly::int(-1)));
    }
}
