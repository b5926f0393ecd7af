//! From tokens to what an answer says, and whether two answers say the same.

pub mod compare;
mod decide;
mod equation;
mod list;
mod matrix;
mod measure;
mod period;
mod reader;
mod region;
mod relation;
mod scalar;
mod scalars;
mod several;
mod single;
mod text;
mod unit;
pub mod value;

pub use decide::{decide, Answer};
pub use reader::read;
