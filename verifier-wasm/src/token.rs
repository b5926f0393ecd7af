//! The pieces of an answer, and their text.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Digits with at most one point and an exponent, separators removed.
    Number(String),
    /// A run of letters; `upright` when it stood inside \text{…} or its like.
    Word { letters: String, upright: bool },
    /// A command without its backslash.
    Command(&'static str),
    /// A command that has no meaning here.
    Unknown(String),
    /// Any other character.
    Sign(char),
}

/// The normalized text: tokens without spaces, except where two would run together.
pub fn key(tokens: &[Token]) -> String {
    let mut text = String::new();
    let mut after_number = false;
    for token in tokens {
        match token {
            Token::Number(digits) => {
                text.push_str(if after_number { " " } else { "" });
                text.push_str(digits);
            }
            Token::Word { letters, .. } => text.push_str(letters),
            Token::Command(name) => {
                text.push('\\');
                text.push_str(name);
                text.push(' ');
            }
            Token::Unknown(name) => {
                text.push('\\');
                text.push_str(name);
                text.push(' ');
            }
            Token::Sign(sign) => text.push(*sign),
        }
        after_number = matches!(token, Token::Number(_));
    }
    text
}
