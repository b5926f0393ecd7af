//! Mathematical expressions as trees: what the parser makes and the algebra decides about.

use num_rational::BigRational;

/// An expression. There is one form for each thing: a difference is a sum with a factor -1, a
/// quotient a product with a power of -1, `\sqrt[n]{x}` a `Root`, `e^x` a `Power` of `E`.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// An exact number; decimals too, whose digits the answer's reader keeps.
    Number(BigRational),
    Constant(Constant),
    /// A variable by its normalized name: "x", "\theta", "x_1", "C".
    Symbol(String),
    Sum(Vec<Expr>),
    Product(Vec<Expr>),
    Power(Box<Expr>, Box<Expr>),
    /// The real root where there is one (`\sqrt[3]{-8}` is -2), else the principal one.
    Root(u32, Box<Expr>),
    Call(Function, Vec<Expr>),
    /// An unknown function of its arguments: "f", "P", "y'".
    Unknown(String, Vec<Expr>),
}

/// The symbol that stands for "and so on".
pub const DOTS: &str = "…";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constant {
    Pi,
    E,
    I,
    Infinity,
}

/// Functions that the algebra knows, of one argument where nothing else is said. Angles are in
/// radians; the parser turns `30^\circ` inside of one into 30·π/180.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    Sin,
    Cos,
    Tan,
    Cot,
    Sec,
    Csc,
    Arcsin,
    Arccos,
    Arctan,
    Sinh,
    Cosh,
    Tanh,
    /// The natural logarithm.
    Ln,
    /// (base, argument)
    Log,
    Abs,
    Floor,
    Ceiling,
    Factorial,
    /// (n, k)
    Binomial,
    /// Any number of arguments.
    Gcd,
    Lcm,
    Min,
    Max,
    /// (dividend, divisor)
    Mod,
}

impl Expr {
    pub fn integer(value: i64) -> Self {
        Expr::Number(BigRational::from_integer(value.into()))
    }

    pub fn neg(self) -> Self {
        match self {
            Expr::Number(value) => Expr::Number(-value),
            other => Expr::Product(vec![Expr::integer(-1), other]),
        }
    }

    /// With `by` wherever `part` stands.
    pub fn replaced(&self, part: &Expr, by: &Expr) -> Self {
        self.mapped(&|expr| (expr == part).then(|| by.clone()))
    }

    /// With what `map` gives for the parts that it gives something for, from the outside.
    pub fn mapped(&self, map: &dyn Fn(&Expr) -> Option<Expr>) -> Self {
        if let Some(other) = map(self) {
            return other;
        }
        let all = |items: &[Expr]| items.iter().map(|item| item.mapped(map)).collect();
        let one = |inner: &Expr| Box::new(inner.mapped(map));
        match self {
            Expr::Number(_) | Expr::Constant(_) | Expr::Symbol(_) => self.clone(),
            Expr::Sum(items) => Expr::Sum(all(items)),
            Expr::Product(items) => Expr::Product(all(items)),
            Expr::Call(function, items) => Expr::Call(*function, all(items)),
            Expr::Unknown(name, items) => Expr::Unknown(name.clone(), all(items)),
            Expr::Power(base, exponent) => Expr::Power(one(base), one(exponent)),
            Expr::Root(degree, inner) => Expr::Root(*degree, one(inner)),
        }
    }

    pub fn recip(self) -> Self {
        Expr::Power(Box::new(self), Box::new(Expr::integer(-1)))
    }

    pub fn minus(self, other: Expr) -> Self {
        Expr::Sum(vec![self, other.neg()])
    }
}
