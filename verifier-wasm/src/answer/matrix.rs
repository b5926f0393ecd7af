//! Matrices, and their sums and products with numbers: c_1 e^{t} (1, 2)ᵀ + c_2 (0, 1)ᵀ.

use super::reader::Reader;
use super::scalar::Scalar;
use super::value::Value;
use crate::algebra::expr::Expr;
use crate::budget::GaveUp;
use crate::language::brackets::{nesting, split};
use crate::language::parser;
use crate::language::series::size;
use crate::language::token::Token;

type Rows = Vec<Vec<Expr>>;

/// Cells of a matrix; more stay text.
const CELLS: usize = 400;

enum Factor {
    Number(Expr),
    Matrix(Rows),
}

impl Reader<'_> {
    pub(super) fn matrix(&mut self, tokens: &[Token]) -> Option<Value> {
        if let [Token::Begin(kind), inner @ .., Token::End] = tokens {
            let whole = split(tokens, |_| false).len() == 1 && closes_at_end(tokens);
            if whole && *kind == "cases" {
                return self.cases(inner);
            }
            if whole && *kind == "matrix" {
                let cells = |reader: &mut Self| {
                    let found = reader.cells(inner, |reader, cell| reader.equation(cell).ok());
                    found.ok_or(GaveUp(""))
                };
                let rows = self.deeper(cells).ok()?;
                return Some(Value::Matrix(rows));
            }
        }
        let rows = self.deeper(|reader| reader.combination(tokens).ok_or(GaveUp(""))).ok()?;
        let scalar = |expr| Value::Scalar(Scalar::plain(expr));
        Some(Value::Matrix(
            rows.into_iter().map(|row| row.into_iter().map(scalar).collect()).collect(),
        ))
    }

    fn cells<T>(
        &mut self,
        inner: &[Token],
        mut read: impl FnMut(&mut Self, &[Token]) -> Option<T>,
    ) -> Option<Vec<Vec<T>>> {
        let mut rows = Vec::new();
        let mut count = 0;
        for row in split(inner, |token| *token == Token::Row) {
            if row.is_empty() {
                continue;
            }
            let mut cells = Vec::new();
            for cell in split(row, |token| token.is('&')) {
                count += 1;
                (count <= CELLS).then_some(())?;
                cells.push(read(self, cell)?);
            }
            rows.push(cells);
        }
        let width = rows.first()?.len();
        rows.iter().all(|row| row.len() == width).then_some(rows)
    }

    /// Lines of equations, or values with their conditions.
    fn cases(&mut self, inner: &[Token]) -> Option<Value> {
        let mut items = Vec::new();
        for row in split(inner, |token| *token == Token::Row) {
            let trim = |cell: &[Token]| {
                let end = cell.iter().rposition(|t| !matches!(t, Token::Sign(',' | ';' | '.')));
                cell[..end.map_or(0, |at| at + 1)].to_vec()
            };
            let cells: Vec<Vec<Token>> =
                split(row, |token| token.is('&')).into_iter().map(trim).collect();
            let mut read: Vec<Value> = Vec::new();
            for cell in cells.iter().filter(|cell| !cell.is_empty()) {
                read.push(self.deeper(|reader| reader.list(cell)).ok()?);
            }
            match read.len() {
                0 => {}
                1 => items.extend(read),
                _ => items.push(Value::Tuple { open: '(', close: ')', items: read }),
            }
        }
        Some(Value::list(items))
    }

    fn combination(&mut self, tokens: &[Token]) -> Option<Rows> {
        let mut total: Option<Rows> = None;
        for (negative, term) in terms(tokens) {
            let rows = self.term(term, negative)?;
            total = Some(match total {
                None => rows,
                Some(before) => zip(before, rows)?,
            });
        }
        total
    }

    /// A product of numbers and matrices, in its order.
    fn term(&mut self, tokens: &[Token], negative: bool) -> Option<Rows> {
        let mut number = Expr::integer(if negative { -1 } else { 1 });
        let mut rows: Option<Rows> = None;
        for factor in self.factors(tokens)? {
            match factor {
                Factor::Number(value) => number = Expr::Product(vec![number, value]),
                Factor::Matrix(matrix) => {
                    rows = Some(match rows {
                        None => matrix,
                        Some(before) => {
                            let sizes = [&before, &matrix].map(weight);
                            self.budget.spend(sizes[0].saturating_add(sizes[1])).ok()?;
                            multiply(&before, &matrix)?
                        }
                    });
                }
            }
        }
        let scaled = |cell| match &number {
            Expr::Number(value) if *value == num_traits::One::one() => cell,
            number => Expr::Product(vec![number.clone(), cell]),
        };
        Some(rows?.into_iter().map(|row| row.into_iter().map(scaled).collect()).collect())
    }

    fn factors(&mut self, tokens: &[Token]) -> Option<Vec<Factor>> {
        let mut factors = Vec::new();
        let (mut start, mut at) = (0, 0);
        let holds = |part: &[Token]| part.iter().any(|token| matches!(token, Token::Begin(_)));
        while at < tokens.len() {
            let end = group_end(tokens, at)?;
            let group = &tokens[at..end];
            if !holds(group) {
                at = end;
                continue;
            }
            factors.extend(self.number(&tokens[start..at])?);
            let mut rows = match group {
                [Token::Begin("matrix"), inner @ .., Token::End] => {
                    self.cells(inner, |reader, cell| parser::whole(cell, true, reader.budget))?
                }
                [Token::Sign('(' | '[' | '{'), inner @ .., Token::Sign(')' | ']' | '}')] => {
                    self.deeper(|reader| reader.combination(inner).ok_or(GaveUp(""))).ok()?
                }
                _ => return None,
            };
            at = end;
            if let [Token::Sign('^'), Token::Word { letters, .. }, ..] = &tokens[at..] {
                (letters == "T").then_some(())?;
                rows = transposed(&rows);
                at += 2;
            }
            // Inverses and other powers are not worked out.
            if tokens.get(at).is_some_and(|token| token.is('^')) {
                return None;
            }
            factors.push(Factor::Matrix(rows));
            start = at;
        }
        factors.extend(self.number(&tokens[start..])?);
        Some(factors)
    }

    /// The number that tokens between matrices say, if there are any.
    fn number(&mut self, tokens: &[Token]) -> Option<Option<Factor>> {
        let times = |token: &&Token| matches!(token, Token::Command("times" | "cdot"));
        let tokens = match tokens {
            [first, rest @ ..] if times(&first) => rest,
            all => all,
        };
        let tokens = match tokens {
            [rest @ .., last] if times(&last) => rest,
            all => all,
        };
        if tokens.is_empty() {
            return Some(None);
        }
        Some(Some(Factor::Number(parser::whole(tokens, true, self.budget)?)))
    }
}

fn closes_at_end(tokens: &[Token]) -> bool {
    group_end(tokens, 0) == Some(tokens.len())
}

fn group_end(tokens: &[Token], at: usize) -> Option<usize> {
    let mut depth = 0;
    for (position, token) in tokens.iter().enumerate().skip(at) {
        depth += nesting(token);
        if depth == 0 {
            return Some(position + 1);
        }
    }
    None
}

/// Terms between + and -, with their signs.
fn terms(tokens: &[Token]) -> Vec<(bool, &[Token])> {
    let mut found = Vec::new();
    let (mut start, mut depth, mut negative) = (0, 0, false);
    for (at, token) in tokens.iter().enumerate() {
        depth += nesting(token);
        if depth == 0 && matches!(token, Token::Sign('+' | '-')) {
            if at > start {
                found.push((negative, &tokens[start..at]));
            }
            negative = token.is('-');
            start = at + 1;
        }
    }
    found.push((negative, &tokens[start..]));
    found
}

fn zip(a: Rows, b: Rows) -> Option<Rows> {
    let same = a.len() == b.len() && a.first()?.len() == b.first()?.len();
    same.then(|| {
        let rows = a.into_iter().zip(b);
        rows.map(|(x, y)| x.into_iter().zip(y).map(|(p, q)| Expr::Sum(vec![p, q])).collect())
            .collect()
    })
}

/// Steps that copying all entries into a product takes.
fn weight(rows: &Rows) -> u64 {
    let entries: u64 = rows.iter().flatten().map(size).sum();
    entries.saturating_mul(50 * rows.len() as u64)
}

fn multiply(a: &Rows, b: &Rows) -> Option<Rows> {
    let (inner, width) = (b.len(), b.first()?.len());
    (a.first()?.len() == inner && a.len() * width * inner <= CELLS * 4).then_some(())?;
    let cell = |row: &[Expr], column: usize| {
        Expr::Sum(
            (0..inner).map(|k| Expr::Product(vec![row[k].clone(), b[k][column].clone()])).collect(),
        )
    };
    Some(a.iter().map(|row| (0..width).map(|column| cell(row, column)).collect()).collect())
}

fn transposed(rows: &Rows) -> Rows {
    let width = rows.first().map_or(0, Vec::len);
    (0..width).map(|column| rows.iter().map(|row| row[column].clone()).collect()).collect()
}
