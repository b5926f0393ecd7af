//! The pieces of an answer, and their text.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Digits with at most one point, an exponent, and "(3)" for digits that repeat; separators
    /// removed. `grouped` when plain commas stood between its thousands.
    Number {
        digits: String,
        grouped: bool,
    },
    /// A letter, or a word: a run of letters that does not read as a product of variables.
    /// `upright` when it stood inside \text{…} or its like.
    Word {
        letters: String,
        upright: bool,
    },
    /// A command that has a meaning here, by its one name and without its backslash.
    Command(&'static str),
    /// A command that has no meaning here.
    Unknown(String),
    /// The start of an environment: "matrix", "determinant", "cases".
    Begin(&'static str),
    End,
    /// `\\`, the end of a row.
    Row,
    /// Any other character.
    Sign(char),
}

impl Token {
    pub fn number(digits: impl Into<String>) -> Self {
        Token::Number { digits: digits.into(), grouped: false }
    }

    pub fn is(&self, sign: char) -> bool {
        matches!(self, Token::Sign(c) if *c == sign)
    }

    /// The letters of a word, in lower case.
    pub fn word(&self) -> Option<String> {
        match self {
            Token::Word { letters, .. } => Some(letters.to_lowercase()),
            _ => None,
        }
    }
}

/// The normalized text: tokens without spaces, except where two would run together.
pub fn key(tokens: &[Token]) -> String {
    write(tokens, false)
}

/// The same for people: with spaces between words.
pub fn shown(tokens: &[Token]) -> String {
    write(tokens, true)
}

fn write(tokens: &[Token], spaces: bool) -> String {
    let mut text = String::new();
    let mut last: Option<&Token> = None;
    for token in tokens {
        let after_number = matches!(last, Some(Token::Number { .. }));
        let after_word = matches!(last, Some(Token::Word { letters, .. }) if letters.len() > 1);
        match token {
            Token::Number { digits, .. } => {
                text.push_str(if after_number || spaces && after_word { " " } else { "" });
                text.push_str(digits);
            }
            Token::Word { letters, upright } => {
                let apart = after_word || *upright && after_number || letters.len() > 1;
                let gap = spaces && apart && last.is_some_and(|t| !matches!(t, Token::Sign(_)));
                text.push_str(if gap { " " } else { "" });
                text.push_str(letters);
            }
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
            Token::Begin(name) => {
                text.push_str("\\begin{");
                text.push_str(name);
                text.push('}');
            }
            Token::End => text.push_str("\\end "),
            Token::Row => text.push_str("\\\\ "),
            Token::Sign(sign) => {
                text.push(*sign);
                text.push_str(if spaces && ",;".contains(*sign) { " " } else { "" });
            }
        }
        last = Some(token);
    }
    text
}
