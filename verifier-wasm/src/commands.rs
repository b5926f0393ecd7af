//! The LaTeX commands and the characters that are known.

/// The one name of a command that has a meaning here.
pub fn meaning(name: &str) -> Option<&'static str> {
    Some(match name {
        "frac" | "dfrac" | "tfrac" | "cfrac" => "frac",
        "sqrt" => "sqrt",
        "pi" => "pi",
        "times" => "times",
        "cdot" => "cdot",
        "div" => "div",
        "circ" | "degree" | "textdegree" => "circ",
        "$" => "$",
        "{" | "lbrace" => "{",
        "}" | "rbrace" => "}",
        "le" | "leq" => "leq",
        "ge" | "geq" => "geq",
        "ne" | "neq" => "neq",
        "dots" | "ldots" => "ldots",
        "infty" => "infty",
        _ => return None,
    })
}

/// Whether a command only lays out or decorates.
pub fn is_layout(name: &str) -> bool {
    let space = matches!(name, "," | ";" | ":" | "!" | " " | "\n" | "quad" | "qquad");
    let delimiter = matches!(name, "(" | ")" | "[" | "]" | "left" | "right" | "boxed" | "fbox");
    let size = matches!(name, "big" | "Big" | "bigl" | "bigr" | "Bigl" | "Bigr");
    let style = matches!(name, "displaystyle" | "textstyle" | "mathbf" | "boldsymbol" | "bf");
    space || delimiter || size || style
}

/// Whether a command sets its argument as words.
pub fn is_upright(name: &str) -> bool {
    let text = matches!(name, "text" | "textrm" | "textbf" | "textit" | "textnormal" | "mbox");
    text || matches!(name, "mathrm" | "mathit" | "operatorname")
}

/// One character for all that look alike: minus signs, full-width forms, degree signs.
pub fn plain(c: char) -> char {
    match c {
        '\u{2212}' | '\u{2013}' | '\u{2010}' | '\u{2011}' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        'º' | '˚' | '∘' => '°',
        '∗' => '*',
        '\0' => ' ',
        _ => c,
    }
}
