//! The characters that are known, each by the name of the command that says the same.

/// One character for all that look alike: minus signs, full-width forms, degree signs.
pub fn plain(c: char) -> char {
    match c {
        '\u{2212}' | '\u{2013}' | '\u{2014}' | '\u{2010}' | '\u{2011}' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        'º' | '˚' | '∘' => '°',
        '∗' | '﹡' => '*',
        '′' | '’' | '‘' | '´' => '\'',
        '、' => ',',
        '。' => '.',
        '∶' => ':',
        '⁄' | '∕' => '/',
        '\0' => ' ',
        _ => c,
    }
}

/// Characters that say what a command says.
pub fn character(c: char) -> Option<&'static str> {
    Some(match c {
        'π' | 'П' | '𝜋' => "pi",
        '√' => "sqrt",
        '°' => "circ",
        '×' | '*' | '✕' => "times",
        '·' | '⋅' | '∙' | '•' => "cdot",
        '÷' => "div",
        '∞' => "infty",
        '≤' | '⩽' | '≦' => "leq",
        '≥' | '⩾' | '≧' => "geq",
        '≠' => "neq",
        '≈' | '≃' => "approx",
        '≡' => "equiv",
        '±' => "pm",
        '∓' => "mp",
        '∪' => "cup",
        '∩' => "cap",
        '∅' => "emptyset",
        '∈' => "in",
        '∉' => "notin",
        '∖' => "setminus",
        'ℝ' => "reals",
        'ℂ' => "complexes",
        'ℚ' => "rationals",
        'ℤ' => "integers",
        'ℕ' => "naturals",
        '→' => "to",
        '⇒' => "implies",
        '⟨' | '〈' => "langle",
        '⟩' | '〉' => "rangle",
        '⌊' => "lfloor",
        '⌋' => "rfloor",
        '⌈' => "lceil",
        '⌉' => "rceil",
        '∑' => "sum",
        '∏' => "prod",
        '∫' => "int",
        '∀' => "forall",
        '∃' => "exists",
        '∠' => "angle",
        '△' => "triangle",
        '⊥' => "perp",
        '∥' => "parallel",
        '∣' => "mid",
        '…' | '⋯' => "ldots",
        '£' => "pounds",
        '€' => "euro",
        'α' => "alpha",
        'β' => "beta",
        'γ' => "gamma",
        'δ' => "delta",
        'ε' | 'ϵ' => "epsilon",
        'ζ' => "zeta",
        'η' => "eta",
        'θ' | 'ϑ' => "theta",
        'κ' => "kappa",
        'λ' => "lambda",
        'μ' | 'µ' => "mu",
        'ν' => "nu",
        'ξ' => "xi",
        'ρ' => "rho",
        'σ' => "sigma",
        'τ' => "tau",
        'φ' | 'ϕ' => "phi",
        'χ' => "chi",
        'ψ' => "psi",
        'ω' => "omega",
        'Γ' => "Gamma",
        'Δ' => "Delta",
        'Θ' => "Theta",
        'Λ' => "Lambda",
        'Σ' => "Sigma",
        'Φ' => "Phi",
        'Ψ' => "Psi",
        'Ω' => "Omega",
        'ℓ' => "ell",
        'ħ' => "hbar",
        _ => return None,
    })
}

/// ½ and its like.
pub fn vulgar(c: char) -> Option<(&'static str, &'static str)> {
    Some(match c {
        '½' => ("1", "2"),
        '⅓' => ("1", "3"),
        '⅔' => ("2", "3"),
        '¼' => ("1", "4"),
        '¾' => ("3", "4"),
        '⅕' => ("1", "5"),
        '⅖' => ("2", "5"),
        '⅗' => ("3", "5"),
        '⅘' => ("4", "5"),
        '⅙' => ("1", "6"),
        '⅚' => ("5", "6"),
        '⅛' => ("1", "8"),
        '⅜' => ("3", "8"),
        '⅝' => ("5", "8"),
        '⅞' => ("7", "8"),
        _ => return None,
    })
}

/// The plain character of a raised or lowered one, and which of the two it is.
pub fn script(c: char) -> Option<(char, char)> {
    Some(match c {
        '⁰' => ('^', '0'),
        '¹' => ('^', '1'),
        '²' => ('^', '2'),
        '³' => ('^', '3'),
        '⁴'..='⁹' => ('^', char::from(b'4' + (c as u32 - '⁴' as u32) as u8)),
        '⁻' => ('^', '-'),
        '⁺' => ('^', '+'),
        'ⁿ' => ('^', 'n'),
        '₀'..='₉' => ('_', char::from(b'0' + (c as u32 - '₀' as u32) as u8)),
        'ₙ' => ('_', 'n'),
        _ => return None,
    })
}

/// The number in a circle: ① to ⑳.
pub fn circled(c: char) -> Option<i64> {
    ('①'..='⑳').contains(&c).then(|| i64::from(c as u32 - '①' as u32) + 1)
}

/// A number in a circle.
pub fn circle(number: u32) -> Option<char> {
    (1..=20).contains(&number).then(|| char::from_u32('①' as u32 + number - 1)).flatten()
}
