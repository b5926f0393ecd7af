//! Tables of what differs, and of what must be given up.

use super::*;

#[test]
fn different() {
    all_different(
        "1 ~ 2
        1/3 ~ 0.333333333333333333333
        pi ~ 3.14159265358979323846264338327950288419716939937510
        pi ~ 22/7
        sqrt(2) ~ 1.41421356237309504880168872420969807856967187537694
        sqrt(2)+sqrt(3) ~ sqrt(5)
        sqrt(2)+sqrt(3) ~ sqrt(10)
        sqrt(2+sqrt(3)) ~ (sqrt(6)+sqrt(2))/2+1/10^30
        i ~ -i
        (-8)^(1/3) ~ -2
        cbrt(-8) ~ 2
        e^(i*pi) ~ 1
        e^pi ~ pi^e
        e^(pi*sqrt(163)) ~ 262537412640768744
        1/fact(2004) ~ 1/fact(2006)
        x ~ y
        x ~ 1
        x ~ abs(x)
        sqrt(x^2) ~ x
        (x+1)^2 ~ x^2+1
        x^2 ~ x^3
        sin(x) ~ x
        sin(x) ~ cos(x)
        f(x) ~ f(y)
        f(x) ~ g(x)
        f(x) ~ x
        2^x ~ x^2
        ln(x+y) ~ ln(x)+ln(y)
        (-1)^n ~ 1
        fact(n) ~ n
        1/(x-1) ~ 1/(x+1)
        oo ~ -oo
        oo ~ 5
        oo ~ x
        sqrt(x*y)*sqrt(y*z)*sqrt(x*z) ~ x*y*z
        sqrt(x^3-x)*sqrt(x^5-x^3) ~ x^2*(x^2-1)
        abs(x-1000) ~ 1000-x
        abs(x)*x^n ~ x^(n+1)
        arctan(x)+arctan(1/x) ~ pi/2
        arctan(x)+arctan(y) ~ arctan((x+y)/(1-x*y))
        arctan(tan(x)) ~ x
        arcsin(sin(x)) ~ x
        cos(n*pi) ~ 1
        max(x, y) ~ x
        floor(x) ~ x
        2*arcsin(sqrt(a)) ~ arccos(1-3*a)
        pi ~ e
        C+x ~ x",
    );
}

#[test]
fn given_up() {
    all_given_up(
        "1/0 ~ 2/0
        0/0 ~ 0
        0/0 ~ 1
        0^0 ~ 1
        ln(0) ~ 5
        ln(x^2) ~ 2*ln(x)
        ln(abs(x)) ~ ln(x)
        ln(0) ~ -oo
        0/(sqrt(2+sqrt(3))-(sqrt(6)+sqrt(2))/2) ~ 0
        0/(x-x) ~ 0
        0/(sin(x)^2+cos(x)^2-1) ~ 0
        1/(x-x) ~ 2/(x-x)
        tan(pi/2) ~ 0
        oo-oo ~ 0
        0*oo ~ 0
        1/oo ~ 0
        9^9^9^9 ~ 9^9^9^9+1
        fact(1000000) ~ fact(1000000)+1
        2^(10^9) ~ 3^(10^9)
        (x+y+z+w)^1000 ~ (x+y+z+w)^1000+(x-x)/10^400+1/10^4000",
    );
}
