//! How numbers and long lists are put into words.

use std::fmt;

/// Says how many there are: `1 session`, `2 sessions`, `4 axes`.
pub fn count<N: fmt::Display + PartialEq + From<u8> + Copy>(number: N, noun: &str) -> String {
    if number == N::from(1) {
        return format!("{number} {noun}");
    }
    match noun.strip_suffix("is") {
        Some(stem) => format!("{number} {stem}es"),
        None => format!("{number} {noun}s"),
    }
}

/// Gives the first few things, and last how many more there are where some are left out.
pub fn first(things: impl ExactSizeIterator<Item = String>, most: usize) -> Vec<String> {
    let more = and_more(things.len(), most);
    things.take(most).chain(more).collect()
}

/// Says how many things are left out where only so many are shown; `None` where none is.
pub fn and_more(things: usize, most: usize) -> Option<String> {
    let more = things.checked_sub(most).filter(|more| *more > 0)?;
    Some(format!("and {more} more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_everything_else_is_not() {
        let check = |number: u64, noun: &str, expected: &str| {
            assert_eq!(count(number, noun), expected);
        };
        check(0, "turn", "0 turns");
        check(1, "axis", "1 axis");
        check(4, "axis", "4 axes");
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let check = |most: usize, expected: &str| {
            let things = ["a", "b", "c"].map(str::to_owned);
            assert_eq!(first(things.into_iter(), most).join(", "), expected);
        };
        check(2, "a, b, and 1 more");
        check(3, "a, b, c");
        check(0, "and 3 more");
    }
}
