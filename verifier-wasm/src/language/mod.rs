//! From text to tokens, and from tokens to expressions.

mod atom;
pub mod brackets;
pub mod characters;
mod chosen;
pub mod commands;
mod digits;
mod function;
pub mod glyphs;
mod indexed;
mod letters;
pub mod lexer;
mod mixed;
mod name;
pub mod numeral;
pub mod parser;
mod power;
pub mod series;
mod structure;
pub mod token;
mod words;
