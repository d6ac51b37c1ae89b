//! National identity numbers, synthetic ones only (month + 80).

/// Weights of the first check digit.
const K1: [u32; 9] = [3, 7, 6, 1, 8, 9, 4, 5, 2];
/// Weights of the second check digit.
const K2: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/// How many individual numbers belong to one index: among twenty in a row there is always one with
/// two check digits below ten.
const SPAN: u32 = 20;
const DAYS: u32 = 28;
const MONTHS: u32 = 12;
const YEARS: u32 = 60;
const SPANS: u32 = 25;

/// A valid synthetic identity number for each index, the same at every call.
///
/// The numbers of the first 504 000 indices differ from each other; then they start over. Birth
/// dates lie between 1940 and 1999, the month is raised by 80.
#[must_use]
pub fn synthetic_pid(index: u32) -> String {
    let day = index % DAYS + 1;
    let month = index / DAYS % MONTHS + 81;
    let year = index / (DAYS * MONTHS) % YEARS + 40;
    let first = index / (DAYS * MONTHS * YEARS) % SPANS * SPAN;
    (first..first + SPAN)
        .find_map(|individual| with_check_digits(&format!("{day:02}{month}{year}{individual:03}")))
        .unwrap_or_default()
}

/// The identity number without blanks, if it is a valid synthetic one.
///
/// Days may be raised by 40 (D-number). The remainder of the first check digit may be 0 to 3, as
/// the rule will be from 2032; that of the second is 0.
pub(crate) fn parse(text: &str) -> Option<String> {
    let number: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = digits(&number)?;
    let pair = |index: usize| Some(digits.get(index)? * 10 + digits.get(index + 1)?);
    let (day, month) = (pair(0)?, pair(2)?.checked_sub(80)?);
    let longest = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let born = if day > 40 { day - 40 } else { day };
    let valid = digits.len() == 11
        && (1..=longest).contains(&born)
        && (sum(&K1, &digits) + digits.get(9)?) % 11 <= 3
        && (sum(&K2, &digits) + digits.get(10)?).is_multiple_of(11);
    valid.then_some(number)
}

fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|c| c.to_digit(10)).collect()
}

fn sum(weights: &[u32], digits: &[u32]) -> u32 {
    weights.iter().zip(digits).map(|(w, d)| w * d).sum()
}

fn with_check_digits(nine: &str) -> Option<String> {
    let mut all = digits(nine)?;
    for weights in [&K1[..], &K2[..]] {
        let check = (11 - sum(weights, &all) % 11) % 11;
        if check == 10 {
            return None;
        }
        all.push(check);
    }
    all.into_iter().map(|d| char::from_digit(d, 10)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn numbers_are_accepted_or_refused() {
        // By hand, for 018100 001: 7*1 + 6*8 + 1*1 + 2*1 = 58, so k1 is 8 (9 leaves 1, 7 leaves 10);
        // then 4*1 + 3*8 + 2*1 + 3*1 + 2*8 = 49, so k2 is 6.
        let table = [
            ("01810000186", true),
            ("018100 00186", true),
            ("01810000194", true),
            ("01810000178", false),
            ("01810000187", false),
            ("01810000196", false),
            ("01010000186", false),
            ("0181000018", false),
            ("018100001860", false),
            ("0181000018a", false),
            ("", false),
            ("٠١٨١٠٠٠٠١٨٦", false),
        ];
        for (number, accepted) in table {
            assert_eq!(parse(number).is_some(), accepted, "{number}");
        }
    }

    #[test]
    fn impossible_dates_are_refused() {
        for start in ["308200", "318400", "008100", "019300", "328100"] {
            let found = (0..20).find_map(|extra| with_check_digits(&format!("{start}{extra:03}")));
            assert_eq!(parse(&found.unwrap()), None, "{start}");
        }
    }

    #[test]
    fn a_d_number_is_accepted() {
        let found = (0..20).find_map(|extra| with_check_digits(&format!("418190{extra:03}")));
        assert!(parse(&found.unwrap()).is_some());
    }

    #[test]
    fn seeds_differ() {
        let all: HashSet<String> = (0..20_000).map(synthetic_pid).collect();
        assert_eq!(all.len(), 20_000);
    }

    proptest! {
        #[test]
        fn every_seed_is_valid(index in any::<u32>()) {
            let number = synthetic_pid(index);
            prop_assert_eq!(parse(&number), Some(number));
        }

        #[test]
        fn one_wrong_digit_is_refused(index in any::<u32>(), place in 0usize..11, add in 1u32..10) {
            let number = synthetic_pid(index);
            let wrong: String = number
                .chars()
                .enumerate()
                .map(|(i, c)| {
                    let digit = c.to_digit(10).unwrap();
                    let digit = if i == place { (digit + add) % 10 } else { digit };
                    char::from_digit(digit, 10).unwrap()
                })
                .collect();
            prop_assert_eq!(parse(&wrong), None);
        }
    }
}
