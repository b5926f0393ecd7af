//! Rationals from digits.

use crate::budget::{Budget, GaveUp};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::Pow;

/// Digits that always fit 64 bits.
const SHORT: usize = 18;

/// How a number was written: digits behind the point, and digits from the first that is not 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Precision {
    pub places: i64,
    pub digits: usize,
}

/// Reads "12", ".5", "5.", "1.2e-3" or "0.1(6)", exactly.
pub fn read(text: &str, budget: &mut Budget) -> Result<BigRational, GaveUp> {
    if let Some((fixed, period)) = text.split_once('(') {
        return repeating(fixed, period.trim_end_matches(')'), budget);
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    if exponent == "0" && whole.len() + fraction.len() <= SHORT {
        return Ok(short(whole, fraction));
    }
    let digits = (whole.len() + fraction.len()) as u64;
    budget.spend((digits / 9 + 1).saturating_mul(digits / 9 + 1))?;
    let value: BigInt =
        format!("0{whole}{fraction}").parse().map_err(|_| GaveUp("a number with odd digits"))?;
    let shift = exponent.parse::<i64>().ok().filter(|e| e.abs() < 1_000_000);
    let shift = shift.ok_or(GaveUp("an exponent is too large"))? - fraction.len() as i64;
    let limbs = digits / 9 + shift.unsigned_abs() / 9 + 1;
    budget.spend(if shift == 0 { 0 } else { limbs.saturating_mul(limbs).saturating_mul(64) })?;
    let ten = Pow::pow(BigInt::from(10), shift.unsigned_abs());
    Ok(if shift < 0 {
        BigRational::new(value, ten)
    } else {
        BigRational::from_integer(value * ten)
    })
}

/// The precision that a decimal shows; None for whole numbers and for repeating decimals.
pub fn precision(text: &str) -> Option<Precision> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.')?;
    if fraction.contains('(') {
        return None;
    }
    let shift: i64 = exponent.parse().ok().filter(|e: &i64| e.abs() < 1_000_000)?;
    let digits = whole.bytes().chain(fraction.bytes()).skip_while(|b| *b == b'0').count();
    Some(Precision { places: fraction.len() as i64 - shift, digits })
}

/// a.b(p) = (abp - ab) / (10^|b| (10^|p| - 1))
fn repeating(fixed: &str, period: &str, budget: &mut Budget) -> Result<BigRational, GaveUp> {
    if fixed.len() + period.len() > 1000 {
        return Err(GaveUp("a repeating decimal is too long"));
    }
    let ten = |places: usize| Pow::pow(BigInt::from(10), places as u64);
    let places = fixed.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let base = read(fixed, budget)?;
    let tail: BigInt = period.parse().map_err(|_| GaveUp("a number with odd digits"))?;
    let unit = ten(places) * (ten(period.len()) - BigInt::from(1));
    Ok(base + BigRational::new(tail, unit))
}

fn short(whole: &str, fraction: &str) -> BigRational {
    let digits = whole.bytes().chain(fraction.bytes());
    let value = digits.fold(0u64, |value, digit| 10 * value + u64::from(digit - b'0'));
    let ten = 10u64.pow(fraction.len() as u32);
    let shared = if ten == 1 { 1 } else { value.gcd(&ten) };
    BigRational::new_raw((value / shared).into(), (ten / shared).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_values() {
        let cases = [
            ("12", 12, 1),
            (".5", 1, 2),
            ("5.", 5, 1),
            ("1.2e-3", 3, 2500),
            ("0.(3)", 1, 3),
            ("0.1(6)", 1, 6),
            ("1.(9)", 2, 1),
        ];
        for (text, over, under) in cases {
            let expected = BigRational::new(over.into(), under.into());
            assert_eq!(read(text, &mut Budget::new(10_000)), Ok(expected), "{text}");
        }
    }

    #[test]
    fn shown_precision() {
        assert_eq!(precision("0.0830"), Some(Precision { places: 4, digits: 3 }));
        assert_eq!(precision("6.626e-34"), Some(Precision { places: 37, digits: 4 }));
        assert_eq!(precision("42"), None);
    }
}
