//! Values with names: in lists, in sentences, and counted things.

mod check;

use check::check;
use emend_verifier::Outcome;

#[test]
fn labelled() {
    check(
        Outcome::Equal,
        &[
            (r"Minimum: 1, Maximum: 3", r"Maximum: 3, Minimum: 1"),
            (r"Minimum: 1, Maximum: 3", r"1, 3"),
            (r"7, 14, 18", r"Paolo: 18, Qing: 14, Rayna: 7"),
            (r"x_1=1,x_2=2", r"2, 1"),
            (r"3 apples and 5 oranges", r"3 apples, 5 oranges"),
            (
                r"40\text{ lemon candies}, 60\text{ lollipop candies}",
                r"40\text{ lemon candies}, 60\text{ hard candies}",
            ),
        ],
    );
    check(
        Outcome::Different,
        &[
            (r"Minimum: 1, Maximum: 3", r"Minimum: 3, Maximum: 1"),
            (r"length = 5, width = 3", r"width = 5, length = 3"),
        ],
    );
    check(
        Outcome::GaveUp,
        &[
            (r"Minimum: 1, Maximum: 3", r"3, 1"),
            (r"length = 5, width = 3", r"3, 5"),
            (r"3 apples and 5 oranges", r"5 apples, 3 oranges"),
            (
                r"20 red marbles, 30 blue marbles, 5 green marbles",
                r"20 green marbles, 30 blue marbles, 5 red marbles",
            ),
        ],
    );
}

#[test]
fn sentences() {
    check(
        Outcome::Equal,
        &[
            (
                r"The rent for each A room is 240 yuan, and for each B room is 210 yuan.",
                r"240 \text{ yuan (A)},\ 210 \text{ yuan (B)}",
            ),
            (r"The price of A is 20 yuan, and the price of B is 30 yuan", r"A: 20, B: 30"),
            (r"The car's speed is 60 km/h, and the truck's speed is 40 km/h.", r"60 km/h, 40 km/h"),
            (r"The cost of a pen is 3 dollars and the cost of a book is 5 dollars", r"(3, 5)"),
            (r"5", r"just about 5"),
            (r"2.5", r"Price : 2,50 € per kg"),
            (r"\text{odd}", r"any odd number of players"),
            (r"three", r"3"),
        ],
    );
    check(
        Outcome::Different,
        &[(
            r"The price of A is 20 yuan, and the price of B is 30 yuan",
            r"30 \text{ yuan (A)}, 20 \text{ yuan (B)}",
        )],
    );
    check(
        Outcome::GaveUp,
        &[
            (r"5", r"\text{none of the roots is } 5"),
            (r"odd", r"even"),
            (r"all prime numbers", r"all odd prime numbers"),
        ],
    );
}

#[test]
fn large_numbers() {
    check(
        Outcome::Equal,
        &[(r"3 \text{ dozen}", r"36"), (r"3.5 million", r"3,500,000"), (r"3.5", r"3.5 million")],
    );
    check(Outcome::Different, &[(r"4 million", r"4 thousand"), (r"4 million", r"4000")]);
    check(Outcome::GaveUp, &[(r"4 \text{ million people}", r"4000000")]);
}
