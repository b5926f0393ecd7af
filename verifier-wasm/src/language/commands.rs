//! The LaTeX commands that are known, each by one name.

/// The one name of a command that has a meaning here.
pub fn meaning(name: &str) -> Option<&'static str> {
    arithmetic(name).or_else(|| structure(name)).or_else(|| letter(name)).or_else(|| function(name))
}

fn arithmetic(name: &str) -> Option<&'static str> {
    Some(match name {
        "frac" | "dfrac" | "tfrac" | "cfrac" | "nicefrac" | "sfrac" => "frac",
        "sqrt" | "surd" => "sqrt",
        "pi" => "pi",
        "times" | "ast" | "star" => "times",
        "cdot" | "bullet" => "cdot",
        "div" => "div",
        "pm" => "pm",
        "mp" => "mp",
        "circ" | "degree" | "degrees" | "textdegree" | "textcirc" | "deg" => "circ",
        "prime" => "prime",
        "infty" | "infin" => "infty",
        "binom" | "dbinom" | "tbinom" => "binom",
        "choose" => "choose",
        "lfloor" => "lfloor",
        "rfloor" => "rfloor",
        "lceil" => "lceil",
        "rceil" => "rceil",
        "lvert" => "lvert",
        "rvert" => "rvert",
        "mid" | "vert" => "mid",
        "|" | "Vert" | "lVert" | "rVert" | "parallel" => "parallel",
        "sum" => "sum",
        "prod" => "prod",
        "int" | "iint" | "oint" => "int",
        "lim" => "lim",
        "over" => "over",
        "dots" | "ldots" | "cdots" | "dotsc" | "dotsb" | "vdots" | "ddots" => "ldots",
        "$" => "$",
        "pounds" | "textsterling" => "pounds",
        "euro" => "euro",
        "overline" | "bar" => "overline",
        "vec" | "overrightarrow" => "vec",
        "hat" | "widehat" => "hat",
        "tilde" | "widetilde" => "tilde",
        "dot" => "dot",
        "ddot" => "ddot",
        "underline" => "underline",
        _ => return None,
    })
}

fn structure(name: &str) -> Option<&'static str> {
    Some(match name {
        "{" | "lbrace" => "{",
        "}" | "rbrace" => "}",
        "langle" => "langle",
        "rangle" => "rangle",
        "lt" => "<",
        "gt" => ">",
        "le" | "leq" | "leqslant" | "leqq" => "leq",
        "ge" | "geq" | "geqslant" | "geqq" => "geq",
        "ne" | "neq" => "neq",
        "approx" | "simeq" | "doteq" | "fallingdotseq" | "thickapprox" => "approx",
        "equiv" => "equiv",
        "pmod" | "mod" | "bmod" => "mod",
        "to" | "rightarrow" | "longrightarrow" => "to",
        "mapsto" => "mapsto",
        "Rightarrow" | "implies" | "Longrightarrow" => "implies",
        "in" => "in",
        "notin" => "notin",
        "not" => "not",
        "cup" | "bigcup" => "cup",
        "cap" | "bigcap" => "cap",
        "setminus" | "backslash" => "setminus",
        "emptyset" | "varnothing" => "emptyset",
        "reals" | "Re" | "R" => "reals",
        "complexes" => "complexes",
        "rationals" => "rationals",
        "Z" | "integers" => "integers",
        "naturals" | "N" => "naturals",
        "forall" => "forall",
        "exists" => "exists",
        "land" | "wedge" => "land",
        "lor" | "vee" => "lor",
        "perp" => "perp",
        "sim" => "sim",
        "cong" => "cong",
        "angle" => "angle",
        "triangle" => "triangle",
        "colon" => ":",
        _ => return None,
    })
}

/// Letters that have names.
pub fn letter(name: &str) -> Option<&'static str> {
    const NAMES: &[&str] = &[
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
        "lambda", "mu", "nu", "xi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
        "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
        "ell", "hbar",
    ];
    let name = match name {
        "varphi" => "phi",
        "varepsilon" => "epsilon",
        "vartheta" => "theta",
        "varrho" => "rho",
        "varsigma" => "sigma",
        "varkappa" => "kappa",
        other => other,
    };
    NAMES.iter().find(|known| **known == name).copied()
}

/// Names of functions, as commands and as words.
pub fn function(name: &str) -> Option<&'static str> {
    Some(match name {
        "sin" => "sin",
        "cos" => "cos",
        "tan" | "tg" => "tan",
        "cot" | "ctg" | "cotan" => "cot",
        "sec" => "sec",
        "csc" | "cosec" => "csc",
        "arcsin" | "asin" => "arcsin",
        "arccos" | "acos" => "arccos",
        "arctan" | "atan" | "arctg" => "arctan",
        "arccot" | "arcctg" => "arccot",
        "arcsec" => "arcsec",
        "arccsc" => "arccsc",
        "sinh" | "sh" => "sinh",
        "cosh" | "ch" => "cosh",
        "tanh" => "tanh",
        "ln" => "ln",
        "log" => "log",
        "lg" => "lg",
        "exp" => "exp",
        "gcd" | "GCD" | "gcf" => "gcd",
        "lcm" | "LCM" => "lcm",
        "min" => "min",
        "max" => "max",
        "det" => "det",
        "abs" => "abs",
        "floor" => "floor",
        "ceil" => "ceil",
        _ => return None,
    })
}

/// Whether a command only lays out or decorates.
pub fn is_layout(name: &str) -> bool {
    let space = matches!(name, "," | ";" | ":" | "!" | " " | "\n" | "\t" | "/" | "quad" | "qquad")
        || matches!(name, "space" | "enspace" | "thinspace" | "hfill" | "newline" | "par" | "@");
    let delimiter =
        matches!(name, "(" | ")" | "[" | "]" | "middle" | "boxed" | "fbox" | "framebox")
            || matches!(name, "therefore" | "because");
    let size = matches!(name, "big" | "Big" | "bigl" | "bigr" | "Bigl" | "Bigr" | "bigg" | "Bigg")
        || matches!(name, "biggl" | "biggr" | "Biggl" | "Biggr" | "large" | "Large" | "small");
    let style =
        matches!(name, "displaystyle" | "textstyle" | "scriptstyle" | "limits" | "nolimits")
            || matches!(name, "mathbf" | "boldsymbol" | "bf" | "bm" | "pmb" | "rm" | "it" | "cal")
            || matches!(name, "mathsf" | "mathtt" | "mathit" | "mathcal" | "mathscr" | "mathfrak")
            || matches!(
                name,
                "ensuremath" | "mathop" | "mathbin" | "mathrel" | "mathord" | "noindent"
            )
            || matches!(name, "cancel" | "tag" | "notag" | "nonumber" | "centering" | "emph");
    space || delimiter || size || style
}

/// Commands whose argument is dropped with them.
pub fn takes_layout(name: &str) -> bool {
    matches!(name, "hspace" | "vspace" | "phantom" | "hphantom" | "vphantom" | "color" | "label")
        || name == "textcolor"
}

/// Whether a command sets its argument as words.
pub fn is_upright(name: &str) -> bool {
    let text = matches!(name, "text" | "textrm" | "textbf" | "textit" | "textnormal" | "mbox");
    text || matches!(name, "mathrm" | "operatorname" | "textsf" | "texttt" | "hbox" | "textsc")
}

/// The number sets by their blackboard letters.
pub fn blackboard(letter: &str) -> Option<&'static str> {
    Some(match letter {
        "R" => "reals",
        "C" => "complexes",
        "Q" => "rationals",
        "Z" => "integers",
        "N" => "naturals",
        _ => return None,
    })
}

/// Environments whose cells mean something.
pub fn environment(name: &str) -> Option<&'static str> {
    Some(match name.trim_end_matches('*') {
        "pmatrix" | "bmatrix" | "Bmatrix" | "matrix" | "smallmatrix" | "array" => "matrix",
        "vmatrix" => "determinant",
        "cases" | "rcases" | "dcases" => "cases",
        _ => return None,
    })
}
