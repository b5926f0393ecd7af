//! One part of an answer: a relation between sides, or a single value.

use super::clause::{
    is_angle, is_name, labelled, without_clause, without_quantifier, without_stop,
};
use super::compare::{compare, Comparison};
use super::reader::Reader;
use super::region::Region;
use super::relation::{Order, Relation};
use super::scalar::{holds, show};
use super::text::text;
use super::value::Value;
use crate::algebra::expr::Expr;
use crate::algebra::is_constant;
use crate::budget::GaveUp;
use crate::language::brackets::{outside, split};
use crate::language::parser;
use crate::language::token::{key, shown, Token};

/// Relations of a chain; longer ones stay text.
const TERMS: usize = 100;
/// Steps that checking one side of a chain against its last may take.
const CHECKING: u64 = 300_000;

impl Reader<'_> {
    pub(super) fn equation(&mut self, tokens: &[Token]) -> Result<Value, GaveUp> {
        self.budget.spend(30 * tokens.len() as u64)?;
        let tokens = without_stop(tokens);
        if let Some(value) = self.stated(tokens)? {
            return Ok(value);
        }
        let tokens = without_clause(tokens);
        if let Some((label, rest)) = labelled(tokens) {
            let value = self.deeper(|reader| reader.equation(rest))?;
            return Ok(Value::Named { name: shown(label), left: None, value: Box::new(value) });
        }
        let named = |name: &'static str| move |token: &Token| *token == Token::Command(name);
        if outside(tokens, named("implies")) {
            let last = split(tokens, named("implies")).pop().filter(|last| !last.is_empty());
            return self.deeper(|reader| reader.equation(last.ok_or(GaveUp("nothing follows"))?));
        }
        if outside(tokens, named("mod")) || tokens.iter().any(named("equiv")) {
            let found = self.congruence(tokens).or_else(|| self.remainder(tokens));
            return Ok(found.unwrap_or_else(|| {
                text(tokens, GaveUp("it is a congruence that is not understood"))
            }));
        }
        if outside(tokens, named("approx")) {
            return self.approximate(tokens);
        }
        if outside(tokens, named("in")) {
            return self.member(tokens);
        }
        let order = |token: &Token| match token {
            Token::Command(name) => Order::named(name),
            _ => None,
        };
        if outside(tokens, |token| order(token).is_some()) {
            let tokens = without_quantifier(tokens);
            // "x < 3: (-∞, 3)" says it twice.
            if let [relation, interval] = split(tokens, |token| token.is(':'))[..] {
                let (a, b) = (self.equation(relation)?, self.equation(interval)?);
                return Ok(match compare(&a, &b, self.budget) {
                    Comparison::Equal => a,
                    _ => text(tokens, GaveUp("an inequality with what may be another")),
                });
            }
            let orders: Vec<Order> = {
                let mut depth = 0;
                let mut found = Vec::new();
                for token in tokens {
                    depth += crate::language::brackets::nesting(token);
                    found.extend(order(token).filter(|_| depth == 0));
                }
                found
            };
            let sides = split(tokens, |token| order(token).is_some());
            return self.relation(&sides, orders, tokens);
        }
        if outside(tokens, |token| token.is('=')) {
            let sides = split(tokens, |token| token.is('='));
            return self.sides(&sides, tokens);
        }
        self.single(tokens)
    }

    /// a = b = c: names are dropped into `Named`, and the last side counts. Without a name the
    /// numbers must agree. With one they need not: whoever goes wrong on the way to "x = 7 = 11"
    /// says 11, and since no other side is graded, a chain of guesses gains nothing.
    fn sides(&mut self, sides: &[&[Token]], tokens: &[Token]) -> Result<Value, GaveUp> {
        let (Some(first), Some(last)) = (sides.first(), sides.last()) else {
            return self.single(tokens);
        };
        if sides.iter().any(|side| side.is_empty()) {
            return Ok(text(tokens, GaveUp("a side of its equation is empty")));
        }
        let left = parser::whole(first, true, self.budget);
        let right = parser::whole(last, true, self.budget);
        let pm =
            |side: &[Token]| side.iter().any(|token| matches!(token, Token::Command("pm" | "mp")));
        let named = is_name(first, left.as_ref());
        if let (2, Some(left), Some(right)) = (sides.len(), &left, &right) {
            let free = matches!(left, Expr::Symbol(_) | Expr::Unknown(..)) && !holds(right, left);
            let back = matches!(right, Expr::Symbol(_) | Expr::Unknown(..)) && !holds(left, right);
            if back && !named {
                let value = Box::new(self.single(first)?);
                return Ok(Value::Named { name: key(last), left: Some(right.clone()), value });
            }
            let about = !(is_constant(left) && is_constant(right));
            if about && !pm(tokens) && is_angle(left) && is_constant(right) {
                let value = Box::new(self.single(last)?);
                return Ok(Value::Named { name: shown(first), left: Some(left.clone()), value });
            }
            if about && !(named && (free || is_constant(right))) {
                let plus = Value::Equation(left.clone(), right.clone());
                if !pm(tokens) {
                    return Ok(plus);
                }
                let minus = [first, last].map(|side| parser::whole(side, false, self.budget));
                if let [Some(left), Some(right)] = minus {
                    return Ok(Value::list(vec![plus, Value::Equation(left, right)]));
                }
            }
        }
        let value = self.single(last)?;
        // What equals a matrix or a point is no number: its letters are names.
        if let (2, Some(left)) = (sides.len(), left.as_ref().filter(|left| !is_constant(left))) {
            if matches!(value, Value::Matrix(_) | Value::Tuple { .. }) {
                let (name, value) = (shown(first), Box::new(value));
                return Ok(Value::Named { name, left: Some(left.clone()), value });
            }
        }
        let mut names = Vec::with_capacity(sides.len());
        for side in &sides[..sides.len() - 1] {
            let expr = parser::whole(side, true, self.budget);
            names.push((is_name(side, expr.as_ref()), expr));
        }
        let works_out = names.iter().any(|(is_name, _)| *is_name);
        let mut name = named.then(|| (shown(first), left.clone()));
        // \log_4(8) = 3/2, or a matrix with its inverse.
        if let (2, None) = (sides.len(), &name) {
            let told = match &left {
                Some(Expr::Number(_)) => false,
                Some(left) => is_constant(left),
                None => first.iter().any(|token| matches!(token, Token::Begin(_))),
            };
            name = told.then(|| (shown(first), left.clone()));
        }
        // "0 when t" between two signs of equality is no step.
        let said =
            |token: &Token| matches!(token, Token::Word { letters, .. } if letters.len() > 1);
        for (at, (side, (is_name, expr))) in sides.iter().zip(names).enumerate() {
            if is_name {
                name = name.or(Some((shown(side), expr)));
                continue;
            }
            let other = self.single(side)?;
            match (&other, &value) {
                (Value::Text { .. } | Value::Phrase(..), _) if at == 0 && name.is_none() => {
                    return self.phrase(tokens, GaveUp("it is an equation"));
                }
                (Value::Text { .. }, _) if at == 0 || !side.iter().any(said) => {}
                (Value::Text { .. }, _) | (_, Value::Text { .. }) => {
                    return Ok(text(tokens, GaveUp("it is an equation")));
                }
                // f(0) + f(1) = 2 + 3 = 5: what comes first is asked for.
                _ if at == 0
                    && sides.len() > 2
                    && expr.as_ref().is_some_and(|e| !is_constant(e)) => {}
                _ if works_out => {}
                _ => {
                    // Either may be rounded.
                    let mut part = self.budget.part(CHECKING);
                    let differ = compare(&value, &other, &mut part) == Comparison::Different
                        && compare(&other, &value, &mut part) == Comparison::Different;
                    if differ {
                        return Ok(self
                            .chain(sides)
                            .unwrap_or_else(|| Value::Contradiction(shown(tokens))));
                    }
                }
            }
        }
        Ok(match name {
            Some((name, left)) => Value::Named { name, left, value: Box::new(value) },
            None => value,
        })
    }

    /// x/2 = y/3 = z/4 as equations of its neighbours, where each side but one has symbols.
    fn chain(&mut self, sides: &[&[Token]]) -> Option<Value> {
        let whole = |side: &&[Token]| parser::whole(side, true, self.budget);
        let sides = sides.iter().map(whole).collect::<Option<Vec<Expr>>>()?;
        let constants = sides.iter().filter(|side| is_constant(side)).count();
        (sides.len() > 2 && constants < 2).then_some(())?;
        let pairs = sides.windows(2);
        let equation = |pair: &[Expr]| Value::Equation(pair[0].clone(), pair[1].clone());
        Some(Value::list(pairs.map(equation).collect()))
    }

    fn relation(
        &mut self,
        sides: &[&[Token]],
        orders: Vec<Order>,
        tokens: &[Token],
    ) -> Result<Value, GaveUp> {
        // "y = x + 1 > 0" and the like are left as they are.
        if orders.len() > TERMS {
            return Ok(text(tokens, GaveUp("its chain of relations is too long")));
        }
        let plus = |side: &&[Token]| parser::whole(side, true, self.budget);
        let terms: Option<Vec<Expr>> = sides.iter().map(plus).collect();
        let Some(terms) = terms else {
            return Ok(text(tokens, GaveUp("it is a relation that is not understood")));
        };
        if let (
            [x, Expr::Sum(_) | Expr::Product(_) | Expr::Number(_) | Expr::Root(..)],
            [Order::Not],
        ) = (terms.as_slice(), orders.as_slice())
        {
            let other = parser::whole(sides[1], false, self.budget);
            if let Some(other) = other.filter(|other| *other != terms[1]) {
                let without = Region::without(vec![terms[1].clone(), other], self.budget)?;
                let value = Box::new(Value::Region(without));
                return Ok(Value::Named { name: show(x), left: Some(x.clone()), value });
            }
        }
        Ok(Value::Relation(Relation { terms, orders }))
    }

    /// x ∈ (0, 1)
    fn member(&mut self, tokens: &[Token]) -> Result<Value, GaveUp> {
        let sides = split(tokens, |token| *token == Token::Command("in"));
        let [name, set] = sides.as_slice() else {
            return Ok(text(tokens, GaveUp("it says of several things what they are in")));
        };
        let left = parser::whole(name, true, self.budget);
        let value = self.deeper(|reader| reader.equation(set))?;
        if name.is_empty() {
            return Ok(value);
        }
        match (&left, &value) {
            (Some(Expr::Symbol(_) | Expr::Unknown(..) | Expr::Constant(_)), _) => {
                Ok(Value::Named { name: shown(name), left, value: Box::new(value) })
            }
            // (x, y) ∈ {(1, 1), (2, 2)}
            (None, Value::Set(_)) if is_name(name, None) => {
                Ok(Value::Named { name: shown(name), left: None, value: Box::new(value) })
            }
            _ => Ok(text(tokens, GaveUp("it says what something is in"))),
        }
    }
}
