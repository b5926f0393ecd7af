//! Answers with a parameter, and answers by other names.

mod check;

use check::check;
use emend_verifier::Outcome;

#[test]
fn general_solutions() {
    check(
        Outcome::Equal,
        &[
            (r"x = k\pi, k \in \mathbb{Z}", r"x = n\pi, n \in \mathbb Z"),
            (r"x = k\pi (k \in \mathbb{Z})", r"n\pi, n \in \mathbb{Z}"),
            (
                r"x = 2k\pi + \frac{\pi}{2}, k \in \mathbb{Z}",
                r"x = 2k\pi - \frac{3\pi}{2}, k \in \mathbb{Z}",
            ),
            (r"x = k\pi - \frac{3\pi}{4}, k \in Z", r"x = \frac{\pi}{4} + n\pi"),
            (r"x = k\pi + \frac{\pi}{4}, k \in Z", r"x = \frac{(4n+1)\pi}{4}, n \in Z"),
            (
                r"x = \frac{\pi}{6}+2k\pi, \frac{5\pi}{6}+2k\pi, k \in \mathbb{Z}",
                r"\frac{5\pi}{6}+2n\pi, \frac{13\pi}{6}+2n\pi",
            ),
            (
                r"(k\pi-\frac{\pi}{3}, k\pi+\frac\pi6), k\in Z",
                r"(n\pi+\frac{2\pi}{3}, n\pi+\frac{7\pi}{6}), n\in Z",
            ),
            (r"x = 3k+1, k \in \mathbb{Z}", r"x = 3k-2, k \in \mathbb{Z}"),
            (r"x = 3k+1, k \in \mathbb{Z}", r"x \equiv 1 \pmod 3"),
            (r"\{2k \mid k\in\mathbb Z\}", r"\{2n \mid n \in \mathbb Z\}"),
            (r"\{x \mid x = 2k, k \in \mathbb{Z}\}", r"\{2k : k \in \mathbb{Z}\}"),
        ],
    );
    check(
        Outcome::Different,
        &[
            (r"x = k\pi - \frac{3\pi}{4}, k \in Z", r"x = \frac{\pi}{4}"),
            (r"x = \frac{\pi}{4} + k\pi", r"x = \frac{\pi}{3} + k\pi"),
            (r"x = \frac{\pi}{4} + k\pi", r"x = \frac{\pi}{4} + 2k\pi"),
            (r"x = 3k+1, k \in \mathbb{Z}", r"x = 3k, k \in \mathbb{Z}"),
            (r"x = 3k+1, k \in \mathbb{Z}", r"x \equiv 2 \pmod 3"),
            (r"\{2k : k\in\mathbb Z\}", r"\{3k : k \in \mathbb Z\}"),
            (
                r"(k\pi-\frac{\pi}{3}, k\pi+\frac\pi6), k\in Z",
                r"(n\pi+\frac{2\pi}{3}, n\pi+\frac{8\pi}{6}), n\in Z",
            ),
        ],
    );
    check(
        Outcome::GaveUp,
        &[
            (r"k\pi", r"(k+1)\pi"),
            (r"x = 3k+1, k \in \mathbb{N}", r"x=3k-2, k\in\mathbb{N}"),
            (r"x = k\pi, k \in Z", r"x = 2k\pi, x=(2k+1)\pi, k\in Z"),
            (
                r"x = (-1)^k \frac{\pi}{6} + k\pi",
                r"x = \frac{\pi}{6} + 2k\pi, \frac{5\pi}{6}+2k\pi",
            ),
        ],
    );
}

#[test]
fn other_names() {
    check(
        Outcome::Equal,
        &[
            (r"f(x) = x^2", r"f(t) = t^2"),
            (r"a_n = 3n-1", r"a_m = 3m-1"),
            (r"y = e^x + C", r"y = e^x + c"),
            (r"y = C_1 e^{2x} + C_2 e^{-x}", r"y = c_2 e^{2x} + c_1 e^{-x}"),
            (r"x_1 = 2, x_2 = 3", r"x = 2, 3"),
            (r"\frac{dy}{dx} = 2x", r"y' = 2x"),
            (r"3\hat{i} - 2\hat{j} + \hat{k}", r"(3,-2,1)"),
            (r"2i+3j", r"\begin{pmatrix}2\\3\end{pmatrix}"),
        ],
    );
    check(
        Outcome::Different,
        &[
            (r"P_A = 3", r"P_B = 4"),
            (r"y = C_1 e^{2x} + C_2 e^{-x}", r"y = c_1 e^{2x} + c_2 e^{-2x}"),
            (r"x + C", r"x + y"),
            (r"\frac{dy}{dx} = 2x", r"y = 2x^2"),
        ],
    );
    check(
        Outcome::GaveUp,
        &[
            (r"f(x)=ax+b", r"f(x)=cx+d"),
            (
                r"f(x)=ax+b, \text{ where } b \text{ is any integer, and } a \text{ is a prime}",
                r"f(n)=cn+d \text{ where } c \text{ is a prime, and } d \text{ is any integer}",
            ),
            (r"\log x", r"\ln x"),
            (r"r = 2\cos\theta", r"x^2+y^2=2x"),
            (r"(x-1)(x-2)=0", r"x=1 \text{ or } x=2"),
            (r"3:30 PM", r"3:30"),
            (r"2 \text{ years}", r"24 \text{ months}"),
        ],
    );
}
