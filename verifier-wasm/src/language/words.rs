//! Which runs of letters are words and which are products: "apples" is one, "xyz" the other.

use super::commands::{function, letter};

/// How a run of letters in a formula reads.
#[derive(Debug, PartialEq, Eq)]
pub enum Run {
    Word,
    /// Single letters, and names of functions or letters, in this order.
    Product(Vec<Piece>),
}

#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    Letter(char),
    Name(&'static str),
}

/// Short words that would read as products.
const SHORT: &[&str] = &[
    "no", "or", "is", "of", "by", "to", "an", "at", "if", "on", "as", "are", "and", "the", "not",
    "yes", "odd", "all", "any", "two", "one", "six", "ten", "for", "but", "who", "per", "now",
    "even", "only", "none", "true", "with", "than", "then", "both", "does", "when", "left", "down",
    "sum", "pct", "way", "since", "cost", "costs", "tank", "tanks", "its", "box", "toy", "day",
    "most", "first", "best", "city", "amps", "below", "begin", "forty", "know", "lost", "empty",
    "boy", "key", "egg", "ice", "wax", "tax", "may", "oil", "pie", "tee",
];

/// Units that count without \text{…} around them, behind a number.
const UNITS: &[&str] = &[
    "mm", "cm", "dm", "km", "mg", "kg", "ml", "ft", "mph", "kmh", "kph", "yd", "mi", "oz", "lb",
    "lbs", "hr", "hrs", "min", "mins", "sec", "secs", "am", "pm", "in", "inch", "sq", "hz", "khz",
    "mhz", "th", "st", "nd", "rd", "kw", "kwh", "kj", "mol", "gal", "rpm", "usd", "cents", "cent",
    "ms", "kn", "pa", "kpa",
];

pub fn read(letters: &str, after_number: bool) -> Run {
    let lower = letters.to_lowercase();
    let named = segments(letters);
    let loose = named.iter().filter(|piece| matches!(piece, Piece::Letter(_))).count();
    let names = named.len() - loose;
    if SHORT.contains(&lower.as_str()) || after_number && UNITS.contains(&lower.as_str()) {
        return Run::Word;
    }
    if reads_as_formula(&named, names, loose) || !is_word(letters, &lower) {
        return Run::Product(named);
    }
    Run::Word
}

/// A name stands in front, or behind one usual variable: "sinx", "xcosx", "pir"; not "metal".
fn reads_as_formula(pieces: &[Piece], names: usize, loose: usize) -> bool {
    match pieces {
        [Piece::Name("pi")] => true,
        [Piece::Name("pi"), ..] => loose <= 1,
        [Piece::Name(_), ..] => loose <= 2 * names,
        [Piece::Letter(c), Piece::Name(name), ..] => {
            "xyzabnt".contains(*c) && function(name).is_some() && loose <= 2 * names
        }
        _ => false,
    }
}

/// A word has a vowel among other letters, four letters or more, and is no piece of the alphabet.
fn is_word(letters: &str, lower: &str) -> bool {
    let count = lower.chars().count();
    let vowel = |c: char| "aeiouy".contains(c) || !c.is_ascii();
    let consonant = |c: char| c.is_ascii_lowercase() && !"aeiouxyz".contains(c);
    let chars: Vec<char> = lower.chars().take(12).collect();
    let ordered = chars.windows(2).all(|pair| pair[0] < pair[1]);
    let capitals = letters.chars().all(char::is_uppercase);
    if !lower.is_ascii() && count > 1 {
        return true;
    }
    match chars.as_slice() {
        [a, b, c] => consonant(*a) && "aeou".contains(*b) && consonant(*c) && !capitals,
        _ if count > 3 => lower.chars().any(vowel) && !(count <= 5 && (ordered || capitals)),
        _ => false,
    }
}

/// Cuts at the longest names of functions and letters.
fn segments(letters: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = letters;
    while let Some(first) = rest.chars().next() {
        let longest = (2..=8).rev().find_map(|length| {
            let name = rest.get(..length)?;
            named(name).map(|known| (length, known))
        });
        let width = match longest {
            Some((length, known)) => {
                pieces.push(Piece::Name(known));
                length
            }
            None => {
                pieces.push(Piece::Letter(first));
                first.len_utf8()
            }
        };
        rest = &rest[width..];
    }
    pieces
}

fn named(name: &str) -> Option<&'static str> {
    match name {
        "pi" | "Pi" | "PI" => Some("pi"),
        "sqrt" => Some("sqrt"),
        "infinity" | "infty" | "inf" => Some("infty"),
        // Too short to be more than two variables side by side.
        "sh" | "ch" | "tg" | "mu" | "nu" | "xi" | "Xi" | "Pl" => None,
        _ => function(name).or_else(|| letter(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_products() {
        for word in [
            "metal",
            "pink",
            "using",
            "apples",
            "converges",
            "Monday",
            "yes",
            "No",
            "cat",
            "Evelyn",
            "pirates",
        ] {
            assert_eq!(read(word, false), Run::Word, "{word}");
        }
        for product in ["xyz", "ab", "abc", "sinx", "ABCD", "sinxcosx", "pir", "xy", "mgh", "AB"] {
            assert!(matches!(read(product, false), Run::Product(_)), "{product}");
        }
        assert_eq!(read("cm", true), Run::Word);
        assert!(matches!(read("cm", false), Run::Product(_)));
    }
}
