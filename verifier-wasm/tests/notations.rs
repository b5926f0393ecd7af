//! Notations as data sets and models have them, of the same and of other values.

mod check;

use check::{check, never_equal};
use emend_verifier::Outcome;

#[test]
fn numbers() {
    check(
        Outcome::Equal,
        &[
            (r"{7 \over 12}", r"\frac{7}{12}"),
            (r"{{1 \over 2} \over 3}", "1/6"),
            ("59 205/256", r"\frac{15309}{256}"),
            (r"33\frac{1}{3}\%", r"33.33\%"),
            (r"\frac{1}{4} or 0.25", r"\frac14"),
            (r"0.25 (or 1/4)", "0.25"),
            ("`7`", "7"),
            (r"\therefore x=5", "5"),
            (r"\textcircled{1}\textcircled{3}", "①③"),
            ("①③", "①, ③"),
            ("②", r"\textcircled{2}"),
            (r"\infty", r"\text{infinity}"),
        ],
    );
    never_equal(&[
        (r"33\frac{1}{3}\%", r"33.3\%"),
        (r"12.3\%", r"12.3456\%"),
        (r"5\%", r"5.123\%"),
        ("0.25 (or 1/3)", "0.25"),
        (r"\frac{1}{4} or 0.3", r"\frac14"),
        ("①③", "①②"),
        ("①③", "①"),
    ]);
}

#[test]
fn units() {
    check(
        Outcome::Equal,
        &[
            ("5 m/s", "5"),
            ("5 m/s", r"5 \text{ m/s}"),
            ("3 m", "300 cm"),
            ("250 g", "0.25 kg"),
            ("3.6 hours", "(3.6 hours)"),
            ("1 hour 30 minutes", r"90 \text{ minutes}"),
            (r"1 \text{ hour and } 30 \text{ minutes}", r"1.5 \text{ hours}"),
            ("5 feet 6 inches", r"66 \text{ inches}"),
            (r"10 \mathrm{ft} x 18 \mathrm{ft}", r"18 \text{ ft} \times 10 \text{ ft}"),
            ("25 sq cm", r"25 \text{ cm}^2"),
        ],
    );
    never_equal(&[
        ("5 m/s", "5 km/s"),
        ("5 m/s", "5 m/s^2"),
        ("3 m", "30 cm"),
        ("3m", "3"),
        ("1 hour 30 minutes", r"130 \text{ minutes}"),
        ("1 hour 30 minutes", "1"),
        ("5 feet 6 inches", r"56 \text{ inches}"),
        (r"10 \mathrm{ft} x 18 \mathrm{ft}", r"10 \text{ ft} \times 8 \text{ ft}"),
        ("7g", "7"),
    ]);
}

#[test]
fn algebra() {
    check(
        Outcome::Equal,
        &[
            (r"\lfloor n/2 \rfloor + 1", r"\left\lfloor \frac{n+2}{2} \right\rfloor"),
            (r"\left\lceil\frac{n+1}{2}\right\rceil", r"\lfloor n/2 \rfloor + 1"),
            (r"f(n) = \lceil n/3 \rceil", r"\left\lfloor \frac{n+2}{3} \right\rfloor"),
            (r"\left[\frac{n}{2}\right]", r"\left\lfloor \frac{n}{2} \right\rfloor"),
            (r"\frac{1}{2} \ln|x^2+1|+C", r"\frac{1}{2}\ln(x^2+1) + C"),
            (r"30p\sqrt{p}", "30p (p)^{1/2}"),
            (r"x y \sqrt{5}", "x y (5)^{1/2}"),
            (r"\cos\theta=\frac{1}{2}", r"\frac{1}{2}"),
            (r"\cos\theta=\frac{1}{2}", r"2\cos\theta = 1"),
            (r"y=\pm\frac{3}{4}x", r"3x \pm 4y = 0"),
        ],
    );
    never_equal(&[
        (r"\lfloor n/2 \rfloor + 1", r"\left\lfloor \frac{n+1}{2} \right\rfloor"),
        (r"\left\lfloor\frac{n}{2}\right\rfloor", r"\left\lceil\frac{n}{2}\right\rceil"),
        // True of whole numbers only.
        (r"\left\lceil\frac{x+1}{2}\right\rceil", r"\lfloor x/2 \rfloor + 1"),
        (r"\left[\frac{n}{2}\right]", r"\frac{n}{2}"),
        (r"\ln|x^2-1|", r"\ln(x^2-1)"),
        (r"\cos\theta=\frac{1}{2}", r"\cos\phi = \frac{1}{2}"),
        (r"\cos\theta=\frac{1}{2}", r"\sin\theta = \frac{1}{2}"),
        (r"x^2=4", "4"),
        (r"y=\pm\frac{3}{4}x", r"3x + 4y = 0"),
        (r"y=\pm\frac{3}{4}x", r"4x \pm 3y = 0"),
        ("N", "n"),
    ]);
}

#[test]
fn sets() {
    check(
        Outcome::Equal,
        &[
            ("|x|<2", "-2<x<2"),
            (r"|x-1| \le 3", "[-2,4]"),
            (r"m<-2 \text{ or } m>2", "|m| > 2"),
            (r"(-\infty,1)\cup(2,\infty)", r"(-\infty,1) \text{ or } (2,\infty)"),
            ("R", r"(-\infty,+\infty)"),
            (r"n \geq 3", r"\text{all integers } n \geq 3"),
            (r"\text{no solution}", r"\emptyset"),
            ("No real solutions", r"\text{no solution}"),
            (r"\text{infinitely many}", r"\text{infinitely many solutions}"),
            (r"\left\{x \left\lvert\, x>1\right.\right\}", r"(1,\infty)"),
            (r"A \cap B=\{1\}", r"\{1\}"),
            ("AC", r"\text{A and C}"),
            (r"a=0 \text{ or } a \geq 4", r"\{0\} \cup [4, \infty)"),
        ],
    );
    never_equal(&[
        ("|x|<2", r"-2 \le x \le 2"),
        ("|x|<2", "x<2"),
        (r"m<-2 \text{ or } m>2", "-2<m<2"),
        ("|x|<a", "-a<x<b"),
        (r"n \geq 3", r"\text{all odd integers } n \geq 3"),
        (r"n \geq 3", r"\text{all } n \geq 3 \text{ except } 5"),
        (r"\text{no solution}", r"\{0\}"),
        (r"\text{no solution}", r"\text{infinitely many solutions}"),
        (r"A \cap B=\{1\}", r"A \cup B = \{1\}"),
        ("AC", r"\text{A and B}"),
        (r"a=0 \text{ or } a \geq 4", r"[4, \infty)"),
        (r"a=0 \text{ or } b \geq 4", r"\{0\} \cup [4, \infty)"),
        ("AC", r"A, B, C"),
    ]);
}

#[test]
fn several() {
    check(
        Outcome::Equal,
        &[
            (r"(\pm 1,\mp 1)", "(1,-1),(-1,1)"),
            (r"(x, y) \in\{(1,1),(2,2)\}", "(1,1), (2,2)"),
            ("A(1,0), B(0,1)", "(1,0), (0,1)"),
            (r"F(0, \pm 2)", "(0,2), (0,-2)"),
            (r"\text{Point } (1,2)", "(1,2)"),
            ("[[1,2],[3,4]]", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}"),
            (r"A^{-1}=\begin{pmatrix}1\\2\end{pmatrix}", r"\begin{pmatrix}1\\2\end{pmatrix}"),
            ("either 1 or 3", "1, 3"),
            (r"\max=5, \min=1", r"\max = 5, \min = 1"),
            ("$(2,3)$ is the only solution", "(2,3)"),
            (r"\frac{3}{2} at $x=1$", r"\frac32"),
            ("x equals 5", "5"),
        ],
    );
    never_equal(&[
        (r"(\pm 1,\mp 1)", "(1,1),(-1,-1)"),
        (r"(x, y) \in\{(1,1),(2,2)\}", "(1,1)"),
        ("A(1,0), B(0,1)", "(1,0), (1,1)"),
        ("[[1,2],[3,4]]", r"\begin{pmatrix}1&3\\2&4\end{pmatrix}"),
        (r"A^{-1}=\begin{pmatrix}1\\2\end{pmatrix}", r"\begin{pmatrix}1\\3\end{pmatrix}"),
        ("either 1 or 3", "1"),
        (r"\max=5, \min=1", r"\max = 1, \min = 5"),
        ("(x, y)=(1,2)", "(y, x)=(1,2)"),
        (r"$\max$ at $x=7$", r"$\max$ at $t=7$"),
        // Each line is an answer of its own.
        ("$y_1=x$\n$y_2=x^2$", "$y_1=2x$\n$y_2=x^2$"),
        (
            r"all $n$ such that $n \neq 1$ for all primes $p \equiv 3 \pmod 4$",
            r"all $n$ such that $n \neq 1$ for all primes $p \equiv 1 \pmod 4$",
        ),
    ]);
}

#[test]
fn words() {
    check(
        Outcome::Equal,
        &[
            ("It is a parallelogram.", r"\text{parallelogram}"),
            ("the second player", r"\text{Second player}"),
            ("Yes, it is possible.", r"\text{Yes}"),
            ("No, it is not possible.", r"\text{No}"),
        ],
    );
    never_equal(&[
        ("the first player", r"\text{the second player}"),
        ("Yes, it is possible.", r"\text{No}"),
        ("Yes", r"\text{Yes, if } n \text{ is odd}"),
        ("Yes", r"\text{Yes, but only sometimes}"),
        ("No", r"\text{No, yes}"),
        ("It is odd", r"\text{It is even}"),
        (r"e^{it}", r"\text{it}"),
    ]);
}
