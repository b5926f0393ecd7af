//! Units of measure: what they measure, and how large they are.

use crate::language::token::Token;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Pow};

/// A product of powers of metre, gram, second, ampere, kelvin, mole, and a factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    pub powers: [i32; 6],
    pub factor: BigRational,
}

const COUNT: [i32; 6] = [0, 0, 0, 0, 0, 0];
const LENGTH: [i32; 6] = [1, 0, 0, 0, 0, 0];
const VOLUME: [i32; 6] = [3, 0, 0, 0, 0, 0];
const MASS: [i32; 6] = [0, 1, 0, 0, 0, 0];
const TIME: [i32; 6] = [0, 0, 1, 0, 0, 0];
const SPEED: [i32; 6] = [1, 0, -1, 0, 0, 0];
const FORCE: [i32; 6] = [1, 1, -2, 0, 0, 0];
const ENERGY: [i32; 6] = [2, 1, -2, 0, 0, 0];
const POWER: [i32; 6] = [2, 1, -3, 0, 0, 0];
const PRESSURE: [i32; 6] = [-1, 1, -2, 0, 0, 0];

/// Names, powers, and the factor as a fraction. The foot is 0.3048 m and the pound 453.59237 g by
/// the international agreement of 1959.
type Row = (&'static [&'static str], [i32; 6], i64, i64);
const UNITS: &[Row] = &[
    (&["dozen"], COUNT, 12, 1),
    (&["hundred"], COUNT, 100, 1),
    (&["thousand"], COUNT, 1000, 1),
    (&["million"], COUNT, 1_000_000, 1),
    (&["billion"], COUNT, 1_000_000_000, 1),
    (&["m", "meter", "metre"], LENGTH, 1, 1),
    (&["mm", "millimeter", "millimetre"], LENGTH, 1, 1000),
    (&["cm", "centimeter", "centimetre"], LENGTH, 1, 100),
    (&["dm", "decimeter", "decimetre"], LENGTH, 1, 10),
    (&["km", "kilometer", "kilometre"], LENGTH, 1000, 1),
    (&["in", "inch", "inches", "inche"], LENGTH, 254, 10_000),
    (&["ft", "foot", "feet"], LENGTH, 3048, 10_000),
    (&["yd", "yard"], LENGTH, 9144, 10_000),
    (&["mi", "mile"], LENGTH, 1_609_344, 1000),
    (&["l", "liter", "litre"], VOLUME, 1, 1000),
    (&["ml", "milliliter", "millilitre"], VOLUME, 1, 1_000_000),
    (&["g", "gram", "gramme"], MASS, 1, 1),
    (&["mg", "milligram"], MASS, 1, 1000),
    (&["kg", "kilogram"], MASS, 1000, 1),
    (&["tonne"], MASS, 1_000_000, 1),
    (&["lb", "pound"], MASS, 45_359_237, 100_000),
    (&["oz", "ounce"], MASS, 45_359_237, 1_600_000),
    (&["s", "sec", "second"], TIME, 1, 1),
    (&["ms", "millisecond"], TIME, 1, 1000),
    (&["min", "minute"], TIME, 60, 1),
    (&["h", "hr", "hour"], TIME, 3600, 1),
    (&["day"], TIME, 86_400, 1),
    (&["week"], TIME, 604_800, 1),
    (&["mph"], SPEED, 1_609_344, 3_600_000),
    (&["kmh", "kph"], SPEED, 1000, 3600),
    (&["n", "newton"], FORCE, 1000, 1),
    (&["j", "joule"], ENERGY, 1000, 1),
    (&["kj"], ENERGY, 1_000_000, 1),
    (&["mj"], ENERGY, 1_000_000_000, 1),
    (&["kwh"], ENERGY, 3_600_000_000, 1),
    (&["w", "watt"], POWER, 1000, 1),
    (&["kw"], POWER, 1_000_000, 1),
    (&["pa", "pascal"], PRESSURE, 1000, 1),
    (&["kpa"], PRESSURE, 1_000_000, 1),
    (&["hz", "hertz"], [0, 0, -1, 0, 0, 0], 1, 1),
    (&["a", "amp", "ampere"], [0, 0, 0, 1, 0, 0], 1, 1),
    (&["v", "volt"], [2, 1, -3, -1, 0, 0], 1000, 1),
    (&["k", "kelvin"], [0, 0, 0, 0, 1, 0], 1, 1),
    (&["mol", "mole"], [0, 0, 0, 0, 0, 1], 1, 1),
];

impl Measure {
    /// Whether it only counts: a dozen, a million.
    pub fn is_count(&self) -> bool {
        self.powers == COUNT
    }
}

/// The measure that a unit's name says; None where a word of it is no unit of measure.
pub fn measure(tokens: &[Token]) -> Option<Measure> {
    let mut total = Measure { powers: [0; 6], factor: BigRational::one() };
    let (mut sign, mut power, mut found) = (1, 1, false);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Sign('/') => sign = -1,
            Token::Sign('-' | '.' | '(' | ')' | '{' | '}') | Token::Command("cdot") => {}
            Token::Word { letters, .. } => match letters.to_lowercase().as_str() {
                "per" => sign = -1,
                "sq" | "square" => power = 2,
                "cubic" => power = 3,
                "squared" | "cubed" => return None,
                name => {
                    if let [Token::Sign('^'), Token::Number { digits, .. }, ..] = &tokens[at..] {
                        power = digits.parse().ok().filter(|p| *p <= 4)?;
                        at += 2;
                    }
                    let one = named(name)?;
                    for (sum, each) in total.powers.iter_mut().zip(one.powers) {
                        *sum += sign * power * each;
                    }
                    let factor = Pow::pow(one.factor, power.unsigned_abs());
                    total.factor =
                        if sign > 0 { total.factor * factor } else { total.factor / factor };
                    (power, found) = (1, true);
                }
            },
            _ => return None,
        }
    }
    found.then_some(total)
}

fn named(name: &str) -> Option<Measure> {
    let has = |row: &&Row, name: &str| row.0.contains(&name);
    let singular = name.strip_suffix('s').filter(|stem| stem.len() > 1).unwrap_or(name);
    let row = UNITS.iter().find(|row| has(row, name));
    let (_, powers, over, under) = row.or_else(|| UNITS.iter().find(|row| has(row, singular)))?;
    let factor = BigRational::new(BigInt::from(*over), BigInt::from(*under));
    Some(Measure { powers: *powers, factor })
}
