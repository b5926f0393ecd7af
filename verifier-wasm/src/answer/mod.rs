//! From tokens to what an answer says, and whether two answers say the same.

pub mod compare;
mod equation;
mod list;
mod matrix;
mod measure;
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

pub use reader::read;
