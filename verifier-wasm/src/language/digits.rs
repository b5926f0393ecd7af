//! Cuts numbers: separators of thousands, points, exponents, digits that repeat.

use super::glyphs::plain;
use super::lexer::Lexer;
use super::token::Token;

/// What may stand between groups of thousands; the last two also separate items.
const SEPARATORS: &[&str] = &["{,}\\!", "{,}", "{, }", ",\\!", "\\,", "\\!", "\\ ", "~", ",", " "];

/// Digits after which a decimal with dots may repeat.
const PERIOD: usize = 60;

impl Lexer<'_> {
    pub(super) fn number(&mut self) {
        if self.single_digit_argument() && !self.rest().starts_with('.') {
            let digit = self.digits(1);
            return self.push(Token::number(digit));
        }
        let mut digits = self.digits(usize::MAX);
        let mut grouped = false;
        if matches!(digits.len(), 1..=3) && !self.behind_comma() {
            grouped = self.thousands(&mut digits);
        }
        if self.rest().starts_with('.') && !self.rest().starts_with("..") {
            self.at += 1;
            digits.push('.');
            digits += &self.digits(usize::MAX);
            self.repeating(&mut digits);
            self.unending(&mut digits);
            if digits.ends_with('.') {
                digits.pop();
            }
        }
        let after = self.rest().strip_prefix(['e', 'E']).unwrap_or("");
        let unsigned = after.strip_prefix(['+', '-']).unwrap_or(after);
        if unsigned.starts_with(|c: char| c.is_ascii_digit()) {
            digits.push('e');
            digits.push_str(&after[..after.len() - unsigned.len()]);
            self.at += 1 + after.len() - unsigned.len();
            digits += &self.digits(usize::MAX);
        }
        self.push(Token::Number { digits, grouped });
    }

    fn digits(&mut self, most: usize) -> String {
        let digits: String =
            self.rest().chars().map(plain).take_while(char::is_ascii_digit).take(most).collect();
        self.at += self.rest().chars().take(digits.len()).map(char::len_utf8).sum::<usize>();
        digits
    }

    /// \frac12 is one half: its arguments are single digits.
    fn single_digit_argument(&self) -> bool {
        match self.tokens.as_slice() {
            [.., Token::Command("frac" | "binom")] => true,
            [.., Token::Command("frac" | "binom"), Token::Number { digits, .. }] => {
                digits.len() == 1
            }
            _ => false,
        }
    }

    /// In "36,36,108" the commas separate.
    fn behind_comma(&self) -> bool {
        matches!(self.tokens.as_slice(), [.., Token::Number { .. }, Token::Sign(',')])
    }

    /// Groups of exactly three digits behind one kind of separator; whether it was a comma.
    fn thousands(&mut self, digits: &mut String) -> bool {
        let loose = |s: &str| s == "," || s == " ";
        let spaced = self.rest().trim_start();
        if spaced.starts_with("{,") {
            self.at = self.text.len() - spaced.len();
        }
        let Some(separator) = SEPARATORS.iter().find(|s| self.rest().starts_with(**s)) else {
            return false;
        };
        if loose(separator) && self.brackets > 0 {
            return false;
        }
        let (mut end, mut groups) = (self.at, String::new());
        while let Some(group) = self.text[end..].strip_prefix(separator) {
            // People write "11,\! 111".
            let group = if loose(separator) { group } else { group.trim_start_matches(' ') };
            if group.bytes().take_while(u8::is_ascii_digit).count() != 3 {
                break;
            }
            groups.push_str(&group[..3]);
            end = self.text.len() - group.len() + 3;
        }
        // 3 283/999 is mixed.
        if *separator == " " && self.text[end..].starts_with('/') {
            return false;
        }
        // "0.5, 1,25" and "1,234,5" hold no thousands.
        let follows = self.text[end..].strip_prefix(',').unwrap_or("");
        if *separator == "," && follows.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        self.at = end;
        digits.push_str(&groups);
        *separator == "," && !groups.is_empty()
    }

    /// "0.333…": digits that have come several times go on so; others are cut there.
    fn unending(&mut self, digits: &mut String) {
        let rest = self.rest();
        let dots = ["...", "…", "\\ldots", "\\dots", "\\cdots"];
        let Some(length) = dots.iter().find(|dots| rest.starts_with(**dots)).map(|dots| dots.len())
        else {
            return;
        };
        let fraction = digits.split_once('.').map_or("", |(_, fraction)| fraction);
        let period = (1..=(fraction.len() / 2).min(PERIOD)).find(|period| {
            let copies = if *period == 1 && fraction.len() > 2 { 3 } else { 2 };
            let from = fraction.len().checked_sub(copies * period);
            from.is_some_and(|from| {
                let run = &fraction.as_bytes()[from..];
                run.chunks(*period).all(|copy| copy == &run[..*period])
            })
        });
        if fraction.is_empty() || fraction.contains('(') {
            return;
        }
        if let Some(period) = period {
            digits.insert(digits.len() - period, '(');
            digits.push(')');
        }
        self.at += length;
    }

    /// `0.\overline{3}`, `0.1\dot{2}3\dot{4}` and "0.(3)".
    fn repeating(&mut self, digits: &mut String) {
        if let Some((period, length)) = bar(self.rest()).or_else(|| dots(self.rest())) {
            digits.push('(');
            digits.push_str(&period);
            digits.push(')');
            self.at += length;
        }
    }
}

fn leading_digits(text: &str) -> &str {
    &text[..text.bytes().take_while(u8::is_ascii_digit).count()]
}

/// The period, and how many bytes say it.
fn bar(text: &str) -> Option<(String, usize)> {
    let (inner, close) = if let Some(rest) = text.strip_prefix('(') {
        (rest, ")")
    } else {
        let rest = ["\\overline", "\\bar"].iter().find_map(|name| text.strip_prefix(name))?;
        let rest = rest.trim_start();
        match rest.strip_prefix('{') {
            Some(inner) => (inner, "}"),
            None => (rest, ""),
        }
    };
    let inner = inner.trim_start();
    let period = leading_digits(inner);
    let after = inner[period.len()..].trim_start().strip_prefix(close)?;
    (!period.is_empty()).then(|| (period.to_string(), text.len() - after.len()))
}

/// One dotted digit, or two with digits between them.
fn dots(text: &str) -> Option<(String, usize)> {
    let (first, rest) = dotted(text)?;
    let between = leading_digits(rest);
    match dotted(&rest[between.len()..]) {
        Some((last, after)) => Some((format!("{first}{between}{last}"), text.len() - after.len())),
        None => Some((first.to_string(), text.len() - rest.len())),
    }
}

fn dotted(text: &str) -> Option<(char, &str)> {
    let rest = text.strip_prefix("\\dot")?.trim_start();
    let inner = rest.strip_prefix('{').unwrap_or(rest).trim_start();
    let digit = inner.chars().next().filter(char::is_ascii_digit)?;
    let after = inner[1..].trim_start();
    Some((digit, if rest.starts_with('{') { after.strip_prefix('}')? } else { after }))
}
