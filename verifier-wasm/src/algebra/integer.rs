//! Integers: factors.

use crate::budget::{Budget, GaveUp};
use num_bigint::BigUint;
use num_traits::{One, ToPrimitive, Zero};

/// Primes up to this are divided out; what is left counts as one prime.
const TRIAL: u64 = 4096;

/// Prime factors with their exponents. Large ones may be composite, but not a square or a cube.
pub fn factors(value: &BigUint, budget: &mut Budget) -> Result<Vec<(BigUint, i64)>, GaveUp> {
    let mut out = Vec::new();
    if value.is_zero() || value.is_one() {
        return Ok(out);
    }
    if let Some(small) = value.to_u64() {
        let (list, rest) = small_factors(small, budget)?;
        out.extend(list.into_iter().map(|(p, e)| (BigUint::from(p), e)));
        if rest > 1 {
            push_rest(BigUint::from(rest), &mut out);
        }
        return Ok(out);
    }
    let limbs = value.bits() / 32 + 1;
    let mut rest = value.clone();
    let mut divisor = 2u32;
    while u64::from(divisor) < TRIAL / 4 && !rest.is_one() {
        budget.spend(2 * limbs + 10)?;
        let mut times = 0;
        while (&rest % divisor).is_zero() {
            budget.spend(3 * limbs)?;
            rest /= divisor;
            times += 1;
        }
        if times > 0 {
            out.push((BigUint::from(divisor), times));
        }
        divisor += if divisor == 2 { 1 } else { 2 };
    }
    if let Some(small) = rest.to_u64() {
        for (p, e) in factors_of_u64(small, budget)? {
            match out.iter_mut().find(|(q, _)| *q == p) {
                Some(known) => known.1 += e,
                None => out.push((p, e)),
            }
        }
    } else {
        budget.spend(limbs * limbs * 40)?;
        push_rest(rest, &mut out);
    }
    Ok(out)
}

fn factors_of_u64(value: u64, budget: &mut Budget) -> Result<Vec<(BigUint, i64)>, GaveUp> {
    factors(&BigUint::from(value), budget)
}

fn small_factors(value: u64, budget: &mut Budget) -> Result<(Vec<(u64, i64)>, u64), GaveUp> {
    let mut out = Vec::new();
    let mut rest = value;
    let mut divisor = 2;
    while divisor < TRIAL && divisor * divisor <= rest {
        budget.spend(5)?;
        let mut times = 0;
        while rest.is_multiple_of(divisor) {
            rest /= divisor;
            times += 1;
        }
        if times > 0 {
            out.push((divisor, times));
        }
        divisor += if divisor == 2 { 1 } else { 2 };
    }
    Ok((out, rest))
}

fn push_rest(rest: BigUint, out: &mut Vec<(BigUint, i64)>) {
    if rest.is_one() {
        return;
    }
    for power in [2u32, 3, 5, 7] {
        let root = rest.nth_root(power);
        if root.pow(power) == rest {
            let mut inner = Vec::new();
            push_rest(root, &mut inner);
            out.extend(inner.into_iter().map(|(p, e)| (p, e * i64::from(power))));
            return;
        }
    }
    out.push((rest, 1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_multiply_back() {
        let mut budget = Budget::new(10_000_000);
        for n in [1u64, 2, 12, 97, 1_000_000, 999_983 * 999_983, u64::MAX] {
            let list = factors(&n.into(), &mut budget).unwrap();
            let product = list.iter().fold(BigUint::one(), |all, (p, e)| all * p.pow(*e as u32));
            assert_eq!(product, n.into());
        }
    }
}
