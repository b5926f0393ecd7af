//! Sets of real numbers: unions of intervals and points.

use super::scalar::{show, Scalar};
use super::unit::Unit;
use super::value::Value;
use crate::algebra::expr::{Constant, Expr};
use crate::algebra::{equal, order, Decision};
use crate::budget::{Budget, GaveUp};
use std::cmp::Ordering;

/// An interval; a point where both ends are the same and belong to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub low: Expr,
    pub low_closed: bool,
    pub high: Expr,
    pub high_closed: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    pub pieces: Vec<Piece>,
}

/// Pieces that are sorted; more are given up.
const PIECES: usize = 200;

pub fn infinity() -> Expr {
    Expr::Constant(Constant::Infinity)
}

impl Piece {
    pub fn point(at: Expr) -> Self {
        Piece { low: at.clone(), low_closed: true, high: at, high_closed: true }
    }
}

impl Region {
    pub fn reals() -> Self {
        Region::between(infinity().neg(), false, infinity(), false)
    }

    pub fn between(low: Expr, low_closed: bool, high: Expr, high_closed: bool) -> Self {
        Region { pieces: vec![Piece { low, low_closed, high, high_closed }] }
    }

    /// What a value says as a set of numbers: an interval, a set of points, or a region itself.
    pub fn of(value: &Value) -> Option<Region> {
        match value {
            Value::Region(region) => Some(region.clone()),
            Value::Tuple { open, close, items } if *open != '<' => {
                let [low, high] = items.as_slice() else { return None };
                let (low, high) = (plain(low)?, plain(high)?);
                Some(Region::between(low, *open == '[', high, *close == ']'))
            }
            Value::Set(items) => {
                let points = items.iter().map(|item| plain(item).map(Piece::point));
                Some(Region { pieces: points.collect::<Option<_>>()? })
            }
            _ => None,
        }
    }

    /// The numbers that are not in a set of points.
    pub fn without(points: Vec<Expr>, budget: &mut Budget) -> Result<Region, GaveUp> {
        let mut sorted = Region { pieces: points.into_iter().map(Piece::point).collect() };
        sorted = sorted.normal(budget)?;
        let mut pieces = Vec::new();
        let mut low = infinity().neg();
        for piece in sorted.pieces {
            let high = piece.low.clone();
            pieces.push(Piece { low, low_closed: false, high, high_closed: false });
            low = piece.high;
        }
        pieces.push(Piece { low, low_closed: false, high: infinity(), high_closed: false });
        Ok(Region { pieces })
    }

    pub fn union(mut self, other: Region) -> Region {
        self.pieces.extend(other.pieces);
        self
    }

    pub fn intersection(&self, other: &Region, budget: &mut Budget) -> Result<Region, GaveUp> {
        let mut pieces = Vec::new();
        for a in &self.pieces {
            for b in &other.pieces {
                let (low, low_closed) = match order(&a.low, &b.low, budget)? {
                    Ordering::Less => (&b.low, b.low_closed),
                    Ordering::Greater => (&a.low, a.low_closed),
                    Ordering::Equal => (&a.low, a.low_closed && b.low_closed),
                };
                let (high, high_closed) = match order(&a.high, &b.high, budget)? {
                    Ordering::Less => (&a.high, a.high_closed),
                    Ordering::Greater => (&b.high, b.high_closed),
                    Ordering::Equal => (&a.high, a.high_closed && b.high_closed),
                };
                pieces.push(Piece {
                    low: low.clone(),
                    low_closed,
                    high: high.clone(),
                    high_closed,
                });
            }
        }
        Region { pieces }.normal(budget)
    }

    /// Sorted, without empty pieces, and with pieces that touch made one.
    pub fn normal(&self, budget: &mut Budget) -> Result<Region, GaveUp> {
        if self.pieces.len() > PIECES {
            return Err(GaveUp("a union has too many parts"));
        }
        let mut sorted: Vec<Piece> = Vec::new();
        for piece in &self.pieces {
            let empty = match order(&piece.low, &piece.high, budget)? {
                Ordering::Less => false,
                Ordering::Equal => !(piece.low_closed && piece.high_closed),
                Ordering::Greater => true,
            };
            if empty {
                continue;
            }
            let mut at = 0;
            while let Some(other) = sorted.get(at) {
                let before = match order(&other.low, &piece.low, budget)? {
                    Ordering::Less => true,
                    Ordering::Equal => other.low_closed || !piece.low_closed,
                    Ordering::Greater => false,
                };
                if !before {
                    break;
                }
                at += 1;
            }
            sorted.insert(at, piece.clone());
        }
        let mut pieces: Vec<Piece> = Vec::new();
        for piece in sorted {
            if let Some(last) = pieces.last_mut() {
                let joined = match order(&last.high, &piece.low, budget)? {
                    Ordering::Less => false,
                    Ordering::Equal => last.high_closed || piece.low_closed,
                    Ordering::Greater => true,
                };
                if joined {
                    match order(&last.high, &piece.high, budget)? {
                        Ordering::Less => {
                            last.high = piece.high;
                            last.high_closed = piece.high_closed;
                        }
                        Ordering::Equal => last.high_closed |= piece.high_closed,
                        Ordering::Greater => {}
                    }
                    continue;
                }
            }
            pieces.push(piece);
        }
        Ok(Region { pieces })
    }

    /// Whether both hold the same numbers. Where ends have no known order, pieces are matched as
    /// they stand, which proves that regions are the same and never that they differ.
    pub fn same(&self, other: &Region, budget: &mut Budget) -> Decision {
        match (self.normal(budget), other.normal(budget)) {
            (Ok(a), Ok(b)) => {
                if a.pieces.len() != b.pieces.len() {
                    return Decision::Different;
                }
                let mut result = Decision::Equal;
                for (a, b) in a.pieces.iter().zip(&b.pieces) {
                    match same_piece(a, b, budget) {
                        Decision::Equal => {}
                        Decision::Different => return Decision::Different,
                        gave_up => result = gave_up,
                    }
                }
                result
            }
            (Err(why), _) | (_, Err(why)) => {
                let matched = self.pieces.len() == other.pieces.len()
                    && self.pieces.iter().all(|a| {
                        other.pieces.iter().any(|b| same_piece(a, b, budget) == Decision::Equal)
                    })
                    && other.pieces.iter().all(|b| {
                        self.pieces.iter().any(|a| same_piece(a, b, budget) == Decision::Equal)
                    });
                if matched {
                    Decision::Equal
                } else {
                    Decision::GaveUp(why)
                }
            }
        }
    }
}

fn plain(value: &Value) -> Option<Expr> {
    match value {
        Value::Scalar(Scalar { expr, unit, .. }) if !matches!(unit, Unit::Percent) => {
            Some(expr.clone())
        }
        _ => None,
    }
}

fn same_piece(a: &Piece, b: &Piece, budget: &mut Budget) -> Decision {
    if (a.low_closed, a.high_closed) != (b.low_closed, b.high_closed) {
        return Decision::Different;
    }
    match equal(&a.low, &b.low, budget) {
        Decision::Equal => equal(&a.high, &b.high, budget),
        other => other,
    }
}

impl std::fmt::Display for Region {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, piece) in self.pieces.iter().take(40).enumerate() {
            out.write_str(if at > 0 { " ∪ " } else { "" })?;
            if piece.low == piece.high {
                write!(out, "{{{}}}", show(&piece.low))?;
                continue;
            }
            let open = if piece.low_closed { '[' } else { '(' };
            let close = if piece.high_closed { ']' } else { ')' };
            write!(out, "{open}{}, {}{close}", show(&piece.low), show(&piece.high))?;
        }
        Ok(())
    }
}
