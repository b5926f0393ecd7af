//! A value by itself: brackets, sets, matrices, bases, ratios, choices, quantities, words.

use super::reader::Reader;
use super::region::Region;
use super::scalar;
use super::text::{choice, is_words, text};
use super::value::Value;
use crate::budget::GaveUp;
use crate::language::brackets::{enclosing, outside, split};
use crate::language::parser;
use crate::language::token::{key, Token};

/// Points that a tuple with ± in several places may stand for.
const CHOICES: usize = 32;

impl Reader<'_> {
    pub(super) fn single(&mut self, tokens: &[Token]) -> Result<Value, GaveUp> {
        self.budget.spend(tokens.len() as u64 + 20)?;
        if let Some((letter, rest)) = choice(tokens) {
            let rest = match rest {
                [] => None,
                rest => Some(Box::new(self.deeper(|reader| reader.single(rest))?)),
            };
            return Ok(Value::Choice(letter, rest));
        }
        if let Some(seconds) = time(tokens) {
            return Ok(Value::Time(seconds));
        }
        if is_words(tokens) {
            return Ok(self.words(tokens));
        }
        let sets = |token: &Token| matches!(token, Token::Command("cup" | "cap" | "setminus"));
        if let [Token::Command("cup" | "cap"), Token::Sign('_'), ..] = tokens {
            return self.family(tokens);
        }
        if outside(tokens, sets) {
            return Ok(self
                .union(tokens)
                .unwrap_or_else(|| text(tokens, GaveUp("a union that is not understood"))));
        }
        match tokens {
            [Token::Command("reals")] => return Ok(Value::Region(Region::reals())),
            [Token::Command("emptyset")] => return Ok(Value::Set(Vec::new())),
            _ => {}
        }
        if let Some((open, close)) = enclosing(tokens) {
            let inner = &tokens[1..tokens.len() - 1];
            if let Some(value) = self.deeper(|reader| reader.enclosed(open, close, inner))? {
                return Ok(value);
            }
        }
        if tokens.iter().any(|token| matches!(token, Token::Begin(_))) {
            return Ok(self
                .matrix(tokens)
                .unwrap_or_else(|| text(tokens, GaveUp("a matrix that is not understood"))));
        }
        if let Some(value) = based(tokens) {
            return Ok(value);
        }
        if outside(tokens, |token| matches!(token, Token::Sign(':') | Token::Command(":"))) {
            if let Some(value) = self.ratio(tokens) {
                return Ok(value);
            }
        }
        self.quantity(tokens)
    }

    /// A scalar, or both where it has a ±.
    fn quantity(&mut self, tokens: &[Token]) -> Result<Value, GaveUp> {
        let both = tokens.iter().any(|token| matches!(token, Token::Command("pm" | "mp")));
        let plus = match scalar::read(tokens, true, self.budget) {
            Ok(plus) => Value::Scalar(plus),
            Err(why) => return self.phrase(tokens, why),
        };
        if !both {
            return Ok(plus);
        }
        let minus = Value::Scalar(scalar::read(tokens, false, self.budget)?);
        Ok(Value::list(vec![plus, minus]))
    }

    /// Words in front of a value: "concave up on (0, 1)".
    pub(super) fn phrase(&mut self, tokens: &[Token], why: GaveUp) -> Result<Value, GaveUp> {
        let word = |token: &Token| {
            let long = matches!(token, Token::Word { letters, .. } if letters.chars().count() > 1);
            long || matches!(token, Token::Command("min" | "max") | Token::Sign('.'))
        };
        let words = tokens.iter().take_while(|token| word(token)).count();
        let (words, rest) = tokens.split_at(words);
        if !words.iter().any(|token| matches!(token, Token::Word { .. })) || rest.is_empty() {
            return Ok(text(tokens, why));
        }
        Ok(match self.deeper(|reader| reader.equation(rest))? {
            Value::Text { .. } | Value::Contradiction(_) => text(tokens, why),
            value => Value::Phrase(key(words).to_lowercase(), Box::new(value)),
        })
    }

    fn words(&mut self, tokens: &[Token]) -> Value {
        match key(tokens).to_lowercase().as_str() {
            "allrealnumbers" | "allreals" | "allrealnumber" => Value::Region(Region::reals()),
            // \mathrm{e}, \mathrm{i}
            "e" | "i" => match scalar::read(tokens, true, self.budget) {
                Ok(value) => Value::Scalar(value),
                Err(why) => text(tokens, why),
            },
            _ => text(tokens, GaveUp("it is words")),
        }
    }

    /// What brackets around everything say; None where they only group.
    fn enclosed(
        &mut self,
        open: char,
        close: char,
        inner: &[Token],
    ) -> Result<Option<Value>, GaveUp> {
        if open == '{' {
            return self.braced(inner).map(Some);
        }
        let apart = |token: &Token| token.is(',') || token.is(';');
        let parts: Vec<&[Token]> = split(inner, apart);
        if parts.len() == 1 {
            if open == '(' && close == ')' {
                let relation = outside(inner, |token| {
                    token.is('=')
                        || matches!(token, Token::Command("in" | "<" | ">" | "leq" | "geq"))
                });
                let begins = matches!(inner.first(), Some(Token::Begin(_)));
                let sets = enclosing(inner).is_some();
                if relation || begins || sets || is_words(inner) {
                    return self.equation(inner).map(Some);
                }
                return Ok(None);
            }
            if inner.iter().any(|token| matches!(token, Token::Begin(_))) {
                return self.single(inner).map(Some);
            }
        }
        let mut choices = vec![Vec::new()];
        for part in parts {
            let item = if part.is_empty() {
                text(part, GaveUp("it is empty"))
            } else {
                self.equation(part)?
            };
            // (±1, 0) are two points.
            match item {
                Value::List { items, .. } if choices.len() * items.len() <= CHOICES => {
                    choices = choices
                        .into_iter()
                        .flat_map(|before: Vec<Value>| {
                            items
                                .iter()
                                .map(move |item| [&before[..], std::slice::from_ref(item)].concat())
                        })
                        .collect();
                }
                item => choices.iter_mut().for_each(|before| before.push(item.clone())),
            }
        }
        let linked = inner.contains(&Token::Command("mp"));
        if linked && choices.len() > 1 {
            // ± and ∓ go together: the first and the last choice.
            choices = vec![choices.swap_remove(0), choices.pop().unwrap_or_default()];
        }
        let mut tuples: Vec<Value> =
            choices.into_iter().map(|items| Value::Tuple { open, close, items }).collect();
        Ok(Some(if tuples.len() == 1 { tuples.remove(0) } else { Value::list(tuples) }))
    }

    /// {1, 2}, {x | x < 1}
    fn braced(&mut self, inner: &[Token]) -> Result<Value, GaveUp> {
        if inner.is_empty() {
            return Ok(Value::Set(Vec::new()));
        }
        let bar = |token: &Token| matches!(token, Token::Sign('|' | ':') | Token::Command("mid"));
        if let [before, condition] = split(inner, bar)[..] {
            let relation = outside(condition, |token| {
                token.is('=')
                    || matches!(token, Token::Command("in" | "<" | ">" | "leq" | "geq" | "neq"))
            });
            if relation && !before.is_empty() {
                let condition = self.list(condition)?;
                let variable = split(before, |token| *token == Token::Command("in"));
                let name = variable.first().map_or(String::new(), |name| key(name));
                return Ok(match condition {
                    Value::Named { left: Some(_), .. } | Value::Relation(_) => condition,
                    condition => {
                        let items = vec![text(before, GaveUp("it is a name")), condition];
                        Value::Tuple { open: '{', close: '}', items: named(name, items) }
                    }
                });
            }
        }
        let apart = |token: &Token| token.is(',') || token.is(';');
        let mut items = Vec::new();
        for part in split(inner, apart).into_iter().filter(|part| !part.is_empty()) {
            match self.list(part)? {
                Value::List { items: several, .. } => items.extend(several),
                item => items.push(item),
            }
        }
        Ok(Value::Set(items))
    }

    /// A ∪ B ∩ C ∖ D, from left to right.
    fn union(&mut self, tokens: &[Token]) -> Option<Value> {
        let sets = |token: &Token| matches!(token, Token::Command("cup" | "cap" | "setminus"));
        let mut operators = Vec::new();
        let mut depth = 0;
        for token in tokens {
            depth += crate::language::brackets::nesting(token);
            if let (Token::Command(name @ ("cup" | "cap" | "setminus")), 0) = (token, depth) {
                operators.push(*name);
            }
        }
        let mut total: Option<Region> = None;
        let mut operator = "cup";
        let parts = split(tokens, sets);
        for (at, part) in parts.iter().enumerate() {
            let next = operators.get(at).copied().unwrap_or("cup");
            // "∪ ," stands in some golds.
            let part = part.strip_prefix(&[Token::Sign(',')]).unwrap_or(part);
            if part.is_empty() {
                return None;
            }
            let value = self.deeper(|reader| reader.equation(part)).ok()?;
            let value = match value {
                Value::Named { value, .. } => *value,
                value => value,
            };
            let region = match &value {
                Value::Relation(relation) => relation.solved(self.budget)?.1,
                value => Region::of(value)?,
            };
            total = Some(match (total, operator) {
                (None, _) => region,
                (Some(before), "cup") => before.union(region),
                (Some(before), "cap") => before.intersection(&region, self.budget).ok()?,
                (Some(before), _) => {
                    let mut points = Vec::new();
                    for piece in region.pieces {
                        (piece.low == piece.high).then_some(())?;
                        points.push(piece.low);
                    }
                    let others = Region::without(points, self.budget).ok()?;
                    before.intersection(&others, self.budget).ok()?
                }
            });
            operator = next;
        }
        total.map(Value::Region)
    }

    /// A union over an index: the set with its range as its name.
    fn family(&mut self, tokens: &[Token]) -> Result<Value, GaveUp> {
        let mut at = 1;
        while matches!(tokens.get(at), Some(Token::Sign('_' | '^'))) {
            let mut depth = 0;
            at += 1;
            while let Some(token) = tokens.get(at) {
                depth += crate::language::brackets::nesting(token);
                at += 1;
                if depth == 0 && !token.is('-') && !token.is('+') {
                    break;
                }
            }
        }
        let (range, set) = tokens.split_at(at.min(tokens.len()));
        if set.is_empty() {
            return Ok(text(tokens, GaveUp("a union over nothing")));
        }
        let value = Box::new(self.deeper(|reader| reader.single(set))?);
        let name = key(range).replace("+\\infty", "\\infty");
        Ok(Value::Named { name, left: None, value })
    }

    fn ratio(&mut self, tokens: &[Token]) -> Option<Value> {
        let parts = split(tokens, |token| matches!(token, Token::Sign(':') | Token::Command(":")));
        let terms = parts.iter().map(|part| parser::whole(part, true, self.budget));
        Some(Value::Ratio(terms.collect::<Option<_>>()?, key(tokens)))
    }
}

fn named(name: String, mut items: Vec<Value>) -> Vec<Value> {
    if let Some(Value::Text { key, .. }) = items.first_mut() {
        *key = name;
    }
    items
}

/// "1:03 PM", "5 a.m."
fn time(tokens: &[Token]) -> Option<u32> {
    let half = tokens.iter().position(|token| matches!(token, Token::Word { .. }))?;
    let (clock, half) = tokens.split_at(half);
    let half = key(half).to_lowercase().replace('.', "");
    let mut parts = Vec::new();
    for (at, token) in clock.iter().enumerate() {
        match token {
            Token::Number { digits, .. } if at % 2 == 0 => parts.push(digits.parse::<u32>().ok()?),
            Token::Sign(':') | Token::Command(":") if at % 2 == 1 => {}
            _ => return None,
        }
    }
    let after_noon = match half.as_str() {
        "am" => 0,
        "pm" => 12,
        _ => return None,
    };
    let [hour, rest @ ..] = parts.as_slice() else { return None };
    let valid = (1..=12).contains(hour) && rest.len() <= 2 && rest.iter().all(|part| *part < 60);
    valid.then(|| {
        let minutes = rest.first().unwrap_or(&0) * 60 + rest.get(1).unwrap_or(&0);
        (hour % 12 + after_noon) * 3600 + minutes
    })
}

/// 12_5, 152A_{11}, 0.11_{2}, "1011 (base 2)", with a sign or without.
fn based(tokens: &[Token]) -> Option<Value> {
    let (sign, rest) = match tokens {
        [Token::Sign('-'), rest @ ..] => ("-", rest),
        all => ("", all),
    };
    let mark =
        rest.iter().position(|token| token.is('_') || token.word().as_deref() == Some("base"))?;
    let (front, back) = rest.split_at(mark);
    let front = match front {
        [inner @ .., Token::Sign('(')] => inner,
        [Token::Sign('('), inner @ .., Token::Sign(')')] => inner,
        all => all,
    };
    let mut digits = String::from(sign);
    let mut largest = 0;
    for token in front {
        let letters = match token {
            Token::Number { digits, .. } => digits,
            Token::Word { letters, .. } if letters.chars().all(|c| c.is_ascii_uppercase()) => {
                letters
            }
            _ => return None,
        };
        for c in letters.chars().filter(|c| *c != '.') {
            largest = largest.max(c.to_digit(36)?);
        }
        digits.push_str(letters);
    }
    let inside = |token: &&Token| {
        !matches!(token, Token::Sign('{' | '}' | '(' | ')' | '_'))
            && token.word().as_deref() != Some("base")
    };
    let mut base = back.iter().filter(inside);
    let Some(Token::Number { digits: base_digits, .. }) = base.next() else { return None };
    let base_value: u32 = base_digits.trim_end_matches('.').parse().ok()?;
    let starts = matches!(front.first(), Some(Token::Number { .. }))
        || front.len() > 1 && matches!(front.last(), Some(Token::Number { .. }));
    (starts && base.next().is_none() && (2..=36).contains(&base_value)).then_some(())?;
    (largest < base_value).then_some(Value::Based(digits, base_value))
}
