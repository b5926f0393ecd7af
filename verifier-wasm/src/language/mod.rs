//! From text to tokens, and from tokens to expressions.

mod atom;
pub mod brackets;
pub mod characters;
pub mod commands;
mod digits;
mod function;
mod indexed;
pub mod lexer;
pub mod numeral;
pub mod parser;
pub mod series;
mod structure;
pub mod token;
mod words;
