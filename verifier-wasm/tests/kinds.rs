//! Every kind of answer: what `parse` calls it, and pairs that say the same and that do not.

mod check;

use check::{check, STEPS};
use emend_verifier::{parse, verify, Outcome};

#[test]
fn kinds() {
    let cases = [
        ("7,425,000", "integer"),
        (r"-\frac{3}{4}", "rational"),
        (r"1\frac12", "rational"),
        ("0.25", "decimal"),
        (r"3.2 \times 10^{-5}", "decimal"),
        (r"\sqrt{2}", "real"),
        (r"2+3i", "complex"),
        ("x^2+1", "expression"),
        (r"28\%", "percent"),
        (r"30^\circ", "degree"),
        (r"\$10", "currency"),
        (r"10\text{ cm}", "quantity"),
        ("(1,2)", "tuple"),
        (r"\langle 1,2,3\rangle", "tuple"),
        (r"\{1,2\}", "set"),
        (r"\emptyset", "set"),
        ("1,2,3", "list"),
        (r"3\pm\sqrt2", "list"),
        ("[0,1)", "interval"),
        (r"(-\infty,3]", "interval"),
        (r"(0,1)\cup(2,3)", "union"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "matrix"),
        ("x=5", "assignment"),
        ("2x+3y=6", "equation"),
        ("x<3", "inequality"),
        (r"x\equiv 2\pmod 5", "congruence"),
        ("3:4", "ratio"),
        ("1011_2", "base"),
        (r"\text{(A)}", "choice"),
        (r"\text{Monday}", "text"),
        ("41=42", "contradiction"),
    ];
    for (text, kind) in cases {
        assert_eq!(parse(text, STEPS).map(|parsed| parsed.0), Ok(kind), "{text}");
    }
}

#[test]
fn equal_numbers() {
    check(
        Outcome::Equal,
        &[
            ("1/3", r"0.\overline{3}"),
            (r"\frac{7}{30}", r"0.2\dot{3}"),
            (r"\frac{1}{7}", r"0.\overline{142857}"),
            (r"0.\overline{12}", r"\frac{4}{33}"),
            ("12_5", "12_{5}"),
            (r"1011_2", r"1011 \text{ (base 2)}"),
            (r"1011_2", "1011"),
            ("3.2e-5", r"3.2 \times 10^{-5}"),
            ("0.000032", r"3.2 \cdot 10^{-5}"),
            (r"1.22", "1,22"),
            (r"\frac{22}{7}", r"3\frac{1}{7}"),
            ("½", "0.5"),
            (r"2\sqrt{3}", "√12"),
            ("x²", "x^2"),
            ("3", "３"),
            (r"63^\circ 30'", r"63.5^\circ"),
            (r"120^\circ", r"\frac{2\pi}{3}"),
            ("5", r"5\text{ apples}"),
            ("5 apples", "5"),
            (r"\binom{5}{2}", "10"),
            ("10", "C(5,2)"),
            ("10", r"{}_5C_2"),
            ("10", "C_5^2"),
            ("20", "A_5^2"),
            ("-2", "(-8)^{1/3}"),
            (r"\sqrt3", "1.7320"),
            ("120", "5!"),
            (r"\log_2 8", "3"),
            (r"\lfloor 3.7 \rfloor", "3"),
            (r"|-3|", "3"),
            (r"\gcd(12, 18)", "6"),
            (r"\max\{1,2\}", "2"),
            (r"\sum_{k=1}^{10} k", "55"),
            (r"\prod_{k=1}^{5} k", "120"),
            (r"17 \bmod 5", "2"),
            ("-1", r"e^{i\pi}"),
            (r"\sin 30^\circ", "1/2"),
            (r"\sin^{-1}(1)", r"\frac{\pi}{2}"),
            (r"\frac{1}{3}", "0.333333"),
            (r"\pi", "3.14159"),
            ("41.494", r"17+10\sqrt6"),
            ("6.46", r"\frac{84}{13}"),
            (r"\frac{\sqrt3}{3}", r"\frac{\sqrt{3}}{3} \approx 0.577"),
            ("12", r"12^{\mathrm{th}}"),
            ("12", "12th"),
            ("sqrt(2)/2", r"\frac{1}{\sqrt2}"),
            ("2pi", r"2\pi"),
            ("3*x^2", "3x**2"),
        ],
    );
}

#[test]
fn different_numbers() {
    check(
        Outcome::Different,
        &[
            ("12_5", "12_7"),
            ("1_7", "1_8"),
            (r"\frac13", "0.333"),
            (r"\frac{700}{3}", "233.333"),
            ("2040", "2040.001"),
            (r"6.6\times10^{-34}", r"1.6\times10^{-19}"),
            (r"\pi", "3.15"),
            (r"\sqrt2", "1.4143"),
            (r"-\sqrt3", "-1.7322"),
            (r"C_5^2", "25"),
            (r"30^\circ", r"31^\circ"),
            ("6.46", r"\frac{84}{19}"),
            ("5", r"\pm 5"),
            (r"\pm 5", "5, 6"),
            ("2+3i", "2-3i"),
            (r"28\%", "0.82"),
        ],
    );
}

#[test]
fn units() {
    check(
        Outcome::Equal,
        &[
            (r"1\text{ m}", r"100\text{ cm}"),
            (r"36\text{ km/h}", r"10\text{ m/s}"),
            (r"2\text{ hours}", r"120\text{ minutes}"),
            (r"10\text{ square feet}", r"10\text{ ft}^2"),
            (r"5\text{ miles}", r"5\text{ mile}"),
            (r"\$0.50", r"50\text{ cents}"),
            (r"32^\circ\text{F}", r"32\text{F}"),
            ("14 (pizzas)", "14"),
        ],
    );
    check(
        Outcome::Different,
        &[
            (r"10\text{ cm}", r"10\text{ m}"),
            (r"10\text{ cm}", r"10\text{ cm}^2"),
            (r"10\text{ kg}", r"10\text{ s}"),
            (r"\$10", r"10\text{ euros}"),
        ],
    );
}

#[test]
fn algebra() {
    check(
        Outcome::Equal,
        &[
            ("x+1", "1+x"),
            ("(x+1)^2", "x^2+2x+1"),
            (r"\frac{x^2-1}{x-1}", "x+1"),
            (r"\sin^2 x+\cos^2 x", "1"),
            (r"\sec^2 y", r"\tan^2(y)+1"),
            (r"2\sin x\cos x", r"\sin 2x"),
            ("ab", r"b \cdot a"),
            (r"\frac{a+b}{2}", "0.5a+0.5b"),
            ("a_n", "a_{n}"),
            (r"x_1 x_2", r"x_2x_1"),
            ("e^{2x}", r"(e^x)^2"),
            (r"\ln|x|+C", r"C+\ln |x|"),
            (r"f(x)=x^2", "x^2"),
            ("f(2)+1", "1+f(2)"),
            ("y=2x+3", "2x - y + 3 = 0"),
            ("2x+4y=6", "x+2y=3"),
            (r"x^2/4+y^2/3=1", "3x^2+4y^2=12"),
            (r"\alpha+\beta", "β+α"),
            (r"\frac{1}{x}", "x^{-1}"),
            (r"\sqrt{1/n}", r"\frac{1}{\sqrt n}"),
            (r"\sum_{n=0}^{\infty} x^n", r"\sum_{n=0}^{+\infty} x^{n}"),
            (r"x=\frac{\pi}{3}+k\pi", r"\frac{\pi}{3}+n\pi"),
            (r"f^{-1}(x)=2x", r"f^{-1}(x)=x+x"),
        ],
    );
    check(
        Outcome::Different,
        &[
            ("x+1", "x+2"),
            ("x^2", "y^2"),
            ("2x+3y=6", "x+y=1"),
            ("y=2x", "y=3x"),
            (r"\sin x", r"\cos x"),
            ("x=5", "x=6"),
            ("x=k\\pi", "2n\\pi"),
            ("a_1", "a_2"),
        ],
    );
}

#[test]
fn relations_and_sets_of_numbers() {
    check(
        Outcome::Equal,
        &[
            ("(1,3]", r"1 < x \le 3"),
            (r"x \in [-2,7]", r"-2 \le x \le 7"),
            ("x > 1", r"(1, \infty)"),
            ("x<1", "1>x"),
            ("x<1", "-x>-1"),
            ("x+y<3", "2x+2y<6"),
            (r"(-\infty,-1)\cup(1,\infty)", r"x > 1 \text{ or } x < -1"),
            (r"(-\infty,2)\cup(2,\infty)", r"x \neq 2"),
            (r"\mathbb{R}\setminus\{2\}", r"(-\infty,2)\cup(2,\infty)"),
            (r"(-\infty,\infty)", r"\mathbb{R}"),
            (r"(0,1)\cup(2,3)", r"(2,3)\cup(0,1)"),
            (r"[0,1]\cup[1,2]", "[0,2]"),
            (r"\{x \mid x<0\}", "x<0"),
            (r"\{x|-2\leq x<1\}", "[-2,1)"),
            ("]0,1[", "(0,1)"),
            (r"\{-1\}\cup[0,7)", r"[0,7)\cup\{-1\}"),
            (r"x \neq \pm 5", r"x \neq 5, -5"),
            (r"x\ge 2 \text{ and } x\le 5", "[2,5]"),
            (r"\left[\frac12,\infty\right)", r"x\ge 0.5"),
            (r"-4 < m \leqslant 0", "(-4,0]"),
            ("a<b<c", "c>b>a"),
            (r"x \equiv 2 \pmod{5}", r"x\equiv 7 \pmod 5"),
        ],
    );
    check(
        Outcome::Different,
        &[
            ("[0,1]", "(0,1]"),
            ("x<3", r"x\le 3"),
            ("x<3", "x>3"),
            ("x<3", "y<3"),
            (r"(-\infty,3)\cup(3,\infty)", r"(-\infty,3)"),
            (r"1<x<3", "[1,3]"),
            (r"x \equiv 2 \pmod{5}", r"x\equiv 3 \pmod 5"),
            ("x+y<3", "x+y>3"),
        ],
    );
}

#[test]
fn several() {
    check(
        Outcome::Equal,
        &[
            (r"3\pm2\sqrt2", r"3+2\sqrt2, 3-2\sqrt2"),
            (r"\{1\pm\sqrt5,-2\}", r"-2, 1-\sqrt5, 1+\sqrt5"),
            ("1,2,3", r"\{3,2,1\}"),
            (r"x=1 \text{ or } x=2", "1,2"),
            ("x=1, y=2", "(1,2)"),
            ("(1,2)", "y=2, x=1"),
            ("p=5,q=2;p=7,q=2", "(5,2),(7,2)"),
            ("(1,2)", r"\langle 1, 2\rangle"),
            (r"\begin{pmatrix}1\\2\end{pmatrix}", "(1,2)"),
            (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{bmatrix}1&2\\3&4\end{bmatrix}"),
            (
                r"\begin{pmatrix}6&8\\10&12\end{pmatrix}",
                r"\begin{pmatrix}1&2\\3&4\end{pmatrix}+\begin{pmatrix}5&6\\7&8\end{pmatrix}",
            ),
            (r"\begin{cases}x=1\\y=2\end{cases}", "x=1, y=2"),
            ("2:1", "2"),
            ("5:8", "5/8"),
            ("2:4", "1:2"),
            (r"(\pm1,0)", "(1,0),(-1,0)"),
            ("3,1", "3,1"),
            ("(3,1)", "3, 1"),
            ("100,200", "100, 200"),
            ("x=2,3", "3,2"),
            ("A and C", "C, A"),
            (r"\text{A,C}", r"\text{C, A}"),
            ("Minimum: 1, Maximum: 3", "1,3"),
        ],
    );
    check(
        Outcome::Different,
        &[
            ("1,2,3", "1,2"),
            ("(1,2)", "(2,1)"),
            ("(1,2,3)", "(1,2)"),
            (r"\{1,2\}", r"\{1,2,3\}"),
            ("42", "41, 42"),
            ("42", "41 or 42"),
            ("42", r"\{41,42\}"),
            ("12:00", "1:00"),
            (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{pmatrix}1&3\\2&4\end{pmatrix}"),
            ("-1,3,3", "-1,3"),
            ("41=42", "42"),
            ("42", "1=2=3=42"),
        ],
    );
}

#[test]
fn words_and_choices() {
    check(
        Outcome::Equal,
        &[
            ("A", "(A)"),
            (r"\text{(B)}", "B"),
            ("C", r"\textbf{(C)}"),
            ("D", "D."),
            ("(D) Alina", "D"),
            ("B", r"\textbf{(B)}\ 12"),
            ("yes", "Yes."),
            ("No", r"\text{no}"),
            (r"\text{Monday}", "monday"),
            (r"\text{even}", r"\mathrm{even}"),
            (r"\text{October 30}", r"\text{October } 30"),
            ("no solution", r"\text{No solution}"),
            (r"\text{MAKE}", "MAKE"),
            ("f(x)=x for all x", "f(x)=x"),
        ],
    );
    for (gold, answer) in [
        ("A", "B"),
        (r"\text{even}", r"\text{odd}"),
        (r"\text{August}", r"\text{not August}"),
        ("Function", "Not a function"),
        ("42", r"42 \text{ is wrong}"),
        ("5", "cat"),
        ("5", "2x=10"),
        ("AB", "ab"),
    ] {
        let outcome = verify(gold, &format!(r"\boxed{{{answer}}}"), STEPS).outcome;
        assert_ne!(outcome, Outcome::Equal, "{gold} | {answer}");
    }
}
