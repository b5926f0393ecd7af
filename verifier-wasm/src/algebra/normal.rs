//! From trees to normal forms.

use super::expr::{Constant, Expr};
use super::field::{Field, Generator};
use super::poly::{Exponent, Poly};
use super::rational::Q;
use crate::budget::GaveUp;
use num_integer::Integer;
use num_traits::ToPrimitive;

impl Field<'_> {
    pub fn normal(&mut self, expression: &Expr) -> Result<Poly, GaveUp> {
        self.enter()?;
        self.budget.spend(20)?;
        let poly = match expression {
            Expr::Number(value) => {
                self.budget.spend((value.numer().bits() + value.denom().bits()) / 32)?;
                Poly::number(Q::from_big(value.clone()))
            }
            Expr::Constant(Constant::Pi) => self.generator(Generator::Pi)?,
            Expr::Constant(Constant::E) => self.exp(&Poly::int(1))?,
            Expr::Constant(Constant::I) => self.i()?,
            Expr::Constant(Constant::Infinity) => return Err(GaveUp("arithmetic with infinity")),
            Expr::Symbol(name) => self.generator(Generator::Symbol(name.clone()))?,
            Expr::Sum(items) => {
                let mut terms = Vec::with_capacity(items.len());
                for item in items {
                    terms.extend(self.normal(item)?.0);
                }
                Poly::collect(terms, self.budget)?
            }
            Expr::Product(items) => {
                let mut product = Poly::int(1);
                for item in items {
                    let item = self.normal(item)?;
                    product = self.mul(&product, &item)?;
                }
                product
            }
            Expr::Power(base, exponent) => self.tower(base, exponent)?,
            Expr::Root(degree, inner) => {
                let inner = self.normal(inner)?;
                self.root(*degree, &inner)?
            }
            Expr::Call(function, items) => {
                let items = self.all_normal(items)?;
                self.call(*function, &items)?
            }
            Expr::Unknown(name, items) => {
                let items = self.all_normal(items)?;
                self.generator(Generator::Unknown(name.clone(), items))?
            }
        };
        self.leave();
        Ok(poly)
    }

    fn all_normal(&mut self, items: &[Expr]) -> Result<Vec<Poly>, GaveUp> {
        items.iter().map(|item| self.normal(item)).collect()
    }

    /// A power; e^(u ln b) where the exponent is not a rational number.
    fn tower(&mut self, base: &Expr, exponent: &Expr) -> Result<Poly, GaveUp> {
        let above = self.normal(exponent)?;
        if matches!(base, Expr::Constant(Constant::E)) {
            return self.exp(&above);
        }
        let base = self.normal(base)?;
        if let Some(value) = above.as_number() {
            let e = super::poly::exponent(&value)?;
            return if e.is_integer() {
                self.pow(&base, e.to_integer())
            } else {
                self.power(&base, &e)
            };
        }
        if base.as_number().is_some_and(|value| value.is_one()) {
            return Ok(base);
        }
        let log = self.base_logarithm(&base)?;
        let product = self.mul(&log, &above)?;
        self.exp(&product)
    }

    fn root(&mut self, degree: u32, inner: &Poly) -> Result<Poly, GaveUp> {
        if degree == 0 {
            return Err(GaveUp("a root of degree 0"));
        }
        let e = Exponent::new(1, i64::from(degree));
        let constant = self.is_constant(inner) && !inner.is_zero();
        if degree.is_odd() && constant && !self.is_complex(inner) {
            let sign = match inner.as_number() {
                Some(value) => Some(value.sign()),
                None => self.sign(inner),
            };
            if sign.ok_or(GaveUp("a radicand of unknown sign"))? < 0 {
                return Ok(self.power(&inner.neg(), &e)?.neg());
            }
        }
        self.power(inner, &e)
    }

    /// A rational number by its arithmetic alone: what most answers are. None says nothing.
    pub fn quick(&mut self, expression: &Expr) -> Option<Q> {
        self.budget.spend(2).ok()?;
        match expression {
            Expr::Number(value) => Some(Q::from_big(value.clone())),
            Expr::Sum(items) => items.iter().try_fold(Q::int(0), |sum, item| {
                let item = self.quick_inside(item)?;
                sum.add(&item, self.budget).ok()
            }),
            Expr::Product(items) => items.iter().try_fold(Q::int(1), |product, item| {
                let item = self.quick_inside(item)?;
                product.mul(&item, self.budget).ok()
            }),
            Expr::Power(base, exponent) => {
                let Expr::Number(exponent) = exponent.as_ref() else { return None };
                if !exponent.is_integer() {
                    return None;
                }
                let n = exponent.numer().to_i64()?;
                let base = self.quick_inside(base)?;
                base.pow(n, self.budget).ok()
            }
            _ => None,
        }
    }

    fn quick_inside(&mut self, expression: &Expr) -> Option<Q> {
        self.enter().ok()?;
        let value = self.quick(expression);
        self.leave();
        value
    }
}
