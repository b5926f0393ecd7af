//! Functions of normal forms. Sines, cosines and hyperbolic functions become exponentials, whose
//! products are the whole of trigonometry.

use super::expr::Function;
use super::field::{Field, Generator};
use super::poly::Poly;
use super::rational::Q;
use crate::budget::GaveUp;

impl Field<'_> {
    pub fn call(&mut self, function: Function, items: &[Poly]) -> Result<Poly, GaveUp> {
        use Function::*;
        match (function, items) {
            (Sin | Cos | Tan | Cot | Sec | Csc, [x]) => {
                let i = self.i()?;
                let x = self.mul(x, &i)?;
                self.hyperbolic(function, &x)
            }
            (Sinh | Cosh | Tanh, [x]) => self.hyperbolic(function, x),
            (Arcsin, [x]) => self.arc(function, x),
            (Arctan, [x]) => self.arc(function, x),
            (Arccos, [x]) => {
                let pi = self.generator(Generator::Pi)?;
                let quarter = pi.scale(&Q::ratio(1, 2), self.budget)?;
                let arc = self.arc(Arcsin, x)?;
                quarter.sub(&arc, self.budget)
            }
            (Ln, [x]) => self.ln(x),
            (Log, [base, x]) => {
                let (above, below) = (self.ln(x)?, self.ln(base)?);
                let below = self.pow(&below, -1)?;
                self.mul(&above, &below)
            }
            (Abs, [x]) => self.abs(x),
            (Floor, [x]) => self.floor(x),
            (Ceiling, [x]) => Ok(self.floor(&x.neg())?.neg()),
            (Factorial, [x]) => self.factorial(x),
            (Binomial, [n, k]) => self.binomial(n, k),
            (Gcd | Lcm, _) => self.divisor(function, items),
            (Min | Max, _) => self.extreme(function, items),
            (Mod, [a, b]) => {
                let below = self.pow(b, -1)?;
                let quotient = self.mul(a, &below)?;
                let times = self.floor(&quotient)?;
                let times = self.mul(&times, b)?;
                a.sub(&times, self.budget)
            }
            _ => Err(GaveUp("a function of so many arguments")),
        }
    }

    /// sinh, cosh and their quotients of x; of ix for sin, cos and theirs.
    fn hyperbolic(&mut self, function: Function, x: &Poly) -> Result<Poly, GaveUp> {
        use Function::*;
        let (up, down) = (self.exp(x)?, self.exp(&x.neg())?);
        let half = Q::ratio(1, 2);
        let cosh = up.add(&down, self.budget)?.scale(&half, self.budget)?;
        let sinh = up.sub(&down, self.budget)?.scale(&half, self.budget)?;
        let minus_i = self.i()?.neg();
        let sin = |field: &mut Self| field.mul(&sinh, &minus_i);
        match function {
            Cos | Cosh => Ok(cosh),
            Sinh => Ok(sinh),
            Sin => sin(self),
            Sec => self.pow(&cosh, -1),
            Csc => {
                let sin = sin(self)?;
                self.pow(&sin, -1)
            }
            Tan | Tanh => {
                let above = if function == Tan { sin(self)? } else { sinh };
                let below = self.pow(&cosh, -1)?;
                self.mul(&above, &below)
            }
            _ => {
                let sin = sin(self)?;
                let below = self.pow(&sin, -1)?;
                self.mul(&cosh, &below)
            }
        }
    }

    /// An odd inverse function: a multiple of π where the sine shows it, else a generator.
    fn arc(&mut self, function: Function, x: &Poly) -> Result<Poly, GaveUp> {
        if x.is_zero() {
            return Ok(Poly::zero());
        }
        if !self.is_real(x) {
            return Err(GaveUp("an inverse function of a complex number"));
        }
        if self.is_constant(x) && self.is_algebraic(x) {
            if let Some(angle) = self.known_angle(function, x)? {
                let pi = self.generator(Generator::Pi)?;
                return pi.scale(&angle, self.budget);
            }
        }
        let negative = x.0.first().is_some_and(|(_, c)| c.sign() < 0);
        let inner = if negative { x.neg() } else { x.clone() };
        let arc = self.generator(Generator::Call(function, vec![inner]))?;
        Ok(if negative { arc.neg() } else { arc })
    }

    fn known_angle(&mut self, function: Function, x: &Poly) -> Result<Option<Q>, GaveUp> {
        let Some(near) = self.value::<f64>(x, 53) else { return Ok(None) };
        let near = near.about();
        let angle = if function == Function::Arctan { near.atan() } else { near.asin() };
        let parts = angle / std::f64::consts::PI * 120.0;
        if !parts.is_finite() || (parts - parts.round()).abs() > 1e-6 {
            return Ok(None);
        }
        let angle = Q::ratio(parts.round() as i64, 120);
        let turn = self.generator_power(Generator::Minus, super::poly::exponent(&angle)?)?;
        let back = self.pow(&turn, -1)?;
        let i = self.i()?;
        // Twice the cosine and twice the sine.
        let cos = turn.add(&back, self.budget)?;
        let sin = turn.sub(&back, self.budget)?;
        let sin = self.mul(&sin, &i.neg())?;
        let scaled = match function {
            Function::Arctan => self.mul(&cos, x)?,
            _ => x.scale(&Q::int(2), self.budget)?,
        };
        let off = sin.sub(&scaled, self.budget)?;
        Ok(self.is_zero_number(&off).then_some(angle))
    }
}
