//! From tokens to what an answer says, and whether two answers say the same.
//!
//! `reader` reads: a `list` of parts, each an `equation` or a `single` value; `compare` compares
//! two values, and `decide` two whole answers.

mod choices;
mod clause;
pub mod compare;
mod compound;
mod conventions;
mod decide;
mod digits;
mod domain;
mod equation;
mod equations;
mod family;
mod floors;
mod labels;
mod list;
mod matrix;
mod measure;
mod mixed;
mod nearly;
mod reader;
mod region;
mod relation;
mod renamed;
mod scalar;
mod scalars;
mod sets;
mod several;
mod single;
mod stated;
mod symbols;
mod text;
mod tuple;
mod unit;
pub mod value;

pub use decide::decide;
pub use reader::{cut, read, Source};
