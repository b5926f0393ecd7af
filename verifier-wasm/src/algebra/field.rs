//! The generators that normal forms are made of, and how their products reduce.
//!
//! Every identity used here holds for real symbols wherever the expressions are defined. What
//! definedness says (√x needs x >= 0) is kept as `positive`, for a second pass to use.

use super::expr::Function;
use super::poly::{Exponent, Mono, Poly};
use super::rational::ONE;
use crate::budget::{Budget, GaveUp};
use num_bigint::BigUint;
use num_traits::One;

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
}
