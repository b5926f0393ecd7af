//! Sums and products with dots or an index.

mod check;

use check::check;
use emend_verifier::Outcome;

#[test]
fn series() {
    check(
        Outcome::Equal,
        &[
            (r"x_1+x_2+\cdots+x_n", r"\sum_{i=1}^n x_i"),
            (r"\frac{1}{n}(x_1+x_2+\cdots+x_n)", r"\frac{x_1+x_2+\ldots+x_n}{n}"),
            (r"\sum_{i=1}^{n} a_i", r"\sum_{j=1}^{n} a_j"),
            (r"\sum_{i=1}^n (2x_i+1)", r"n+2\sum_{j=1}^n x_j"),
            (r"2^n a_1 a_2\cdots a_n", r"(2a_1)(2a_2)\cdots(2a_n)"),
            (
                r"\frac{(v-a_1)(v-a_2)\cdots(v-a_n)}{v^{n-1}}",
                r"v(1-\frac{a_1}{v})(1-\frac{a_2}{v})\cdots(1-\frac{a_n}{v})",
            ),
            (r"\sqrt{x_1^2+x_2^2+\cdots+x_n^2}", r"\sqrt{\sum_{i=1}^n x_i^2}"),
            (r"\frac13", r"0.333..."),
            (r"\frac{1}{7}", r"0.142857142857..."),
            (r"\pi", r"3.14159..."),
        ],
    );
    check(
        Outcome::GaveUp,
        &[
            (r"1+2+\cdots+n", r"\frac{n(n+1)}{2}"),
            (r"1+2+\cdots+n", r"\frac{n(n-1)}{2}"),
            (r"\prod_{k=1}^{n} k", r"n!"),
            (r"2^{n-1} a_1 a_2\cdots a_n", r"(2a_1)(2a_2)\cdots(2a_n)"),
            (r"\sum_{k=5}^{3} 1", r"-1"),
            (r"\int_0^1 x^2 dx", r"\frac13"),
            (r"\lim_{x\to 0} \frac{\sin x}{x}", r"1"),
            (r"1, 2, 3, \ldots, n", r"\{1,2,\ldots,n\}"),
        ],
    );
    check(Outcome::Different, &[(r"\frac{1}{7}", r"0.142..."), (r"\pi", r"3.15...")]);
}
