//! Rationals from digits, and back to digits.

use crate::budget::{Budget, GaveUp};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Pow, ToPrimitive};
use std::fmt::{Formatter, Result as Written};

/// Digits that always fit 64 bits.
const SHORT: usize = 18;

/// Reads "12", ".5", "5." or "1.2e-3", exactly.
pub fn read(text: &str, budget: &mut Budget) -> Result<BigRational, GaveUp> {
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

fn short(whole: &str, fraction: &str) -> BigRational {
    let digits = whole.bytes().chain(fraction.bytes());
    let value = digits.fold(0u64, |value, digit| 10 * value + u64::from(digit - b'0'));
    let ten = 10u64.pow(fraction.len() as u32);
    let shared = if ten == 1 { 1 } else { value.gcd(&ten) };
    BigRational::new_raw((value / shared).into(), (ten / shared).into())
}

/// Writes "7/2". Long numbers are described only: writing their digits takes quadratic time.
pub fn write(value: &BigRational, out: &mut Formatter<'_>) -> Written {
    write_integer(value.numer(), out)?;
    if value.denom().is_one() {
        return Ok(());
    }
    out.write_str("/")?;
    write_integer(value.denom(), out)
}

fn write_integer(value: &BigInt, out: &mut Formatter<'_>) -> Written {
    match value.to_i64() {
        Some(short) => write!(out, "{short}"),
        None if value.bits() <= 4000 => write!(out, "{value}"),
        None => write!(out, "(an integer of {} bits)", value.bits()),
    }
}
