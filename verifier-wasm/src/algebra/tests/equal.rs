//! Tables of what is equal.

use super::*;

#[test]
fn equal_numbers() {
    all_equal(
        "1/2 ~ 0.5
        3 ~ 6/2
        1/3 + 1/6 ~ 1/2
        2^10 ~ 1024
        2^(-3) ~ 0.125
        fact(10)/fact(8) ~ 90
        binom(10, 3) ~ 120
        binom(2004, 2) ~ 2004*2003/2
        1/fact(2004) ~ 2005/fact(2005)
        floor(7/2) ~ 3
        ceil(7/2) ~ 4
        floor(pi) ~ 3
        gcd(12, 18) ~ 6
        lcm(4, 6) ~ 12
        max(1, sqrt(2), 4/3) ~ sqrt(2)
        min(1, 2) ~ 1
        mod(-7, 3) ~ 2
        abs(-3) ~ 3
        abs(1 - sqrt(2)) ~ sqrt(2) - 1
        2^(10^9) ~ 4^(5*10^8)
        9^9^9 ~ 3^(2*9^9)",
    );
}

#[test]
fn equal_radicals() {
    all_equal(
        "sqrt(12) ~ 2*sqrt(3)
        sqrt(1/2) ~ sqrt(2)/2
        1/sqrt(2) ~ sqrt(2)/2
        sqrt(2)*sqrt(3) ~ sqrt(6)
        3^(1/2) ~ sqrt(3)
        cbrt(-8) ~ -2
        8^(2/3) ~ 4
        cbrt(16) ~ 2*cbrt(2)
        4^(1/4) ~ sqrt(2)
        1/(1+sqrt(2)) ~ sqrt(2)-1
        (1+sqrt(5))/2 ~ 2/(sqrt(5)-1)
        sqrt(3+2*sqrt(2)) ~ 1+sqrt(2)
        sqrt(2+sqrt(3)) ~ (sqrt(6)+sqrt(2))/2
        sqrt(5+2*sqrt(6)) ~ sqrt(2)+sqrt(3)
        cbrt(2+sqrt(5)) + cbrt(2-sqrt(5)) ~ 1
        cbrt(7+5*sqrt(2)) ~ 1+sqrt(2)
        sqrt(2)^3 ~ 2*sqrt(2)
        (sqrt(3)+1)^2 ~ 4+2*sqrt(3)
        sqrt(432) ~ 12*sqrt(3)
        (14*3^(1/2))/3 ~ 14/sqrt(3)
        1/(sqrt(2)+sqrt(3)+sqrt(5)) ~ (2*sqrt(3)+3*sqrt(2)-sqrt(30))/12
        sqrt(1-sqrt(5)) ~ i*sqrt(sqrt(5)-1)
        (1+sqrt(2))^10 ~ 3363+2378*sqrt(2)
        sqrt(2+sqrt(2+sqrt(2))) ~ 2*cos(pi/16)
        sqrt(1+1/(1+sqrt(2))) ~ 2^(1/4)
        sqrt(18446744073709551616) ~ 4294967296
        root4(9) ~ sqrt(3)",
    );
}

#[test]
fn equal_constants() {
    all_equal(
        "i^2 ~ -1
        i^3 ~ -i
        (1+i)^2 ~ 2*i
        1/i ~ -i
        (3+4*i)/(1-2*i) ~ -1+2*i
        abs(3+4*i) ~ 5
        e^(i*pi) ~ -1
        e^(i*pi/3) ~ 1/2 + sqrt(3)/2*i
        cos(pi/5) + i*sin(pi/5) ~ e^(i*pi/5)
        sqrt(-4) ~ 2*i
        sqrt(i) ~ (1+i)/sqrt(2)
        ln(12) ~ 2*ln(2)+ln(3)
        ln(1/2) ~ -ln(2)
        ln(e^2) ~ 2
        ln(-1) ~ i*pi
        log(2, 8) ~ 3
        log(4, 8) ~ 3/2
        log(10, 2) + log(10, 5) ~ 1
        log(2, 3) ~ ln(3)/ln(2)
        log(10, 10^(10^10)) ~ 10^10
        e^(2*ln(3)) ~ 9
        ln(sqrt(2)+1) ~ -ln(sqrt(2)-1)
        ln(2+sqrt(3)) + ln(2-sqrt(3)) ~ 0
        arctan(1/2)+arctan(1/3) ~ pi/4
        4*arctan(1/5)-arctan(1/239) ~ pi/4
        arctan(2) + arctan(1/2) ~ pi/2
        sin(pi/6) ~ 1/2
        cos(pi/4) ~ sqrt(2)/2
        tan(pi/3) ~ sqrt(3)
        sin(pi/12) ~ (sqrt(6)-sqrt(2))/4
        tan(pi/8) ~ sqrt(2)-1
        cos(pi/5) ~ (1+sqrt(5))/4
        sin(pi/10) ~ (sqrt(5)-1)/4
        sin(pi/5) ~ sqrt(10-2*sqrt(5))/4
        sin(2*pi/5) ~ sqrt(10+2*sqrt(5))/4
        cos(pi/7)-cos(2*pi/7)+cos(3*pi/7) ~ 1/2
        sin(pi/7)*sin(2*pi/7)*sin(3*pi/7) ~ sqrt(7)/8
        cos(40*pi/180)*cos(20*pi/180)*cos(80*pi/180) ~ 1/8
        sin(1)^2+cos(1)^2 ~ 1
        sin(2) ~ 2*sin(1)*cos(1)
        arcsin(1/2) ~ pi/6
        arccos(-1/2) ~ 2*pi/3
        arctan(-1) ~ -pi/4
        arctan(sqrt(3)) ~ pi/3
        arctan(2-sqrt(3)) ~ pi/12
        sin(arctan(3/4)) ~ 3/5
        cos(arcsin(1/3)) ~ 2*sqrt(2)/3
        sinh(ln(2)) ~ 3/4
        2^(1/2+1) ~ 2*sqrt(2)
        pi/4 + pi/4 ~ pi/2
        sqrt(pi^2) ~ pi
        e*e^2 ~ e^3
        sqrt(e) ~ e^(1/2)
        2^pi*2 ~ 2^(pi+1)
        oo ~ oo
        -oo ~ -oo",
    );
}

#[test]
fn equal_functions() {
    all_equal(
        "(x+1)^2 ~ x^2+2*x+1
        (x^2-1)/(x-1) ~ x+1
        1/x+1/y ~ (x+y)/(x*y)
        1/(1-x) ~ -1/(x-1)
        x/(x+1)+1/(x+1) ~ 1
        (x+1)^1000 ~ (1+x)^1000
        (x+1)^1000/(x+1)^999 ~ x+1
        (a-b)^3 ~ -(b-a)^3
        1/(1+1/(1+x)) ~ (x+1)/(x+2)
        sqrt(x^2) ~ abs(x)
        sqrt(4*x) ~ 2*sqrt(x)
        sqrt(1/n) ~ 1/sqrt(n)
        sqrt(x)*sqrt(x) ~ x
        sqrt(x*y) ~ sqrt(x)*sqrt(y)
        sqrt(x/y) ~ sqrt(x)/sqrt(y)
        sqrt(x/y) ~ sqrt(x*y)/abs(y)
        sqrt(x^2+2*x+1) ~ abs(x+1)
        sqrt(x^2-1) ~ sqrt(x-1)*sqrt(x+1)
        sqrt(x+1)/sqrt(x-1) ~ sqrt((x+1)/(x-1))
        sqrt(x^3+x^2) ~ abs(x)*sqrt(x+1)
        1/sqrt(x^2+1) ~ sqrt(x^2+1)/(x^2+1)
        (x^2-2)^(2/3) ~ cbrt(x^2-2)^2
        1/(3*cbrt(x)^2) ~ 1/(3*x^(2/3))
        -2*(x^2+6)/(9*(x^2-2)*cbrt(x^2-2)^2) ~ -8*x^2/(9*(x^2-2)^(5/3))+2/(3*(x^2-2)^(2/3))
        sqrt(a^2*b^2+b^2*c^2+c^2*a^2) ~ sqrt(a^2*b^2+a^2*c^2+b^2*c^2)
        (1+sqrt(1+8*n))/2 ~ 1/2+sqrt(8*n+1)/2
        x^y*x^2 ~ x^(y+2)
        2^(x+1) ~ 2*2^x
        4^x ~ 2^(2*x)
        6^x ~ 2^x*3^x
        e^(2*x) ~ (e^x)^2
        e^(x+y) ~ e^x*e^y
        e^(-x) ~ 1/e^x
        (1/2)^n ~ 2^(-n)
        1-(1/2)^n ~ (2^n-1)/2^n
        (-1)^(n+1) ~ -(-1)^n
        (-1)^(n+2) ~ (-1)^n
        ln(x^2) ~ 2*ln(abs(x))
        ln(x*y) ~ ln(x)+ln(y)
        ln(x/y) ~ ln(x)-ln(y)
        ln(sqrt(x)) ~ ln(x)/2
        ln(abs(x)/2) ~ ln(abs(x))-ln(2)
        ln((x+1)/(x-1)) ~ ln(x+1)-ln(x-1)
        ln(x^2-1) ~ ln(x-1)+ln(x+1)
        ln(abs(x^2-1)) ~ ln(abs(x-1))+ln(abs(x+1))
        e^(ln(x)) ~ x
        e^(2*ln(x)+1) ~ e*x^2
        ln(e^x) ~ x
        sin(x)^2+cos(x)^2 ~ 1
        tan(y)^2+1 ~ sec(y)^2
        sin(2*x) ~ 2*sin(x)*cos(x)
        cos(2*x) ~ 1-2*sin(x)^2
        sin(a+b)-sin(a-b) ~ 2*sin(b)*cos(a)
        sin(3*x) ~ 3*sin(x)-4*sin(x)^3
        tan(x+y) ~ (tan(x)+tan(y))/(1-tan(x)*tan(y))
        cos(x+pi/2) ~ -sin(x)
        sin(x+pi) ~ -sin(x)
        sin(pi/2-x) ~ cos(x)
        tan(x/2) ~ sin(x)/(1+cos(x))
        sin(-x) ~ -sin(x)
        e^(i*x) ~ cos(x)+i*sin(x)
        sqrt(1-sin(x)^2) ~ abs(cos(x))
        cosh(x)^2-sinh(x)^2 ~ 1
        tanh(x) ~ (e^(2*x)-1)/(e^(2*x)+1)
        cos(arcsin(x)) ~ sqrt(1-x^2)
        tan(arctan(x)) ~ x
        sin(arctan(x)) ~ x/sqrt(1+x^2)
        arcsin(-x) ~ -arcsin(x)
        arcsin(x)+arccos(x) ~ pi/2
        abs(-x) ~ abs(x)
        abs(x*y) ~ abs(x)*abs(y)
        abs(x-1) ~ abs(1-x)
        abs(x)^2 ~ x^2
        fact(n)/fact(n-1) ~ n
        fact(n+2)/fact(n) ~ n^2+3*n+2
        binom(n, 2) ~ n*(n-1)/2
        fact(d)/(2*k*fact(d-k)) ~ binom(d, k)*fact(k-1)/2
        f(x+1) ~ f(1+x)
        2*arcsin(sqrt(a)) ~ arccos(1-2*a)
        abs(x^2-1) ~ abs(x-1)*abs(x+1)
        (-x)^n ~ (-1)^n*x^n
        (1-x)^n ~ (-1)^n*(x-1)^n
        (x*y)^n ~ x^n*y^n
        (2*x)^n/x^n ~ 2^n
        cos(n*pi) + (-1)^n ~ 2*(-1)^n
        (1-(-1)^n)/(n*pi) ~ (1-cos(n*pi))/(n*pi)+0*(-1)^n
        (-1)^(2*n) ~ 1
        (-1)^n*(-1)^n ~ 1
        2*f(x)-f(x) ~ f(x)
        floor(x+0) ~ floor(x)
        max(x, y) ~ max(y, x)
        cot(t)*ln(cos(t))*e^(-sec(t)^2)/2 ~ cos(t)*ln(cos(t))/(2*e^(sec(t)^2)*sin(t))",
    );
}
