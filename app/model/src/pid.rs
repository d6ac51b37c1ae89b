//! The Norwegian national identity number.

use std::fmt;

/// Eleven digits with valid check digits. Never printed: `Debug` redacts, there is no `Display` and no serialisation.
#[derive(Clone, PartialEq, Eq)]
pub struct NationalId(String);

/// Why a text is not a national identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PidError {
    /// Not eleven digits.
    #[error("not eleven digits")]
    Shape,
    /// Day or month is invalid.
    #[error("not a date")]
    Date,
    /// The check digits are wrong.
    #[error("wrong check digits")]
    CheckDigits,
}

const WEIGHTS_1: [u32; 9] = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const WEIGHTS_2: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

impl NationalId {
    /// Checks shape, date and check digits. Spaces are ignored, since people write `DDMMYY IIIKK`.
    ///
    /// D-numbers (day + 40), H-numbers and NAV's synthetic ones (month + 40) and Tenor's synthetic ones (month + 80)
    /// are valid. From 2032 the remainder of the first check may be 0 to 3; that of the second stays 0.
    ///
    /// # Errors
    /// [`PidError`], which never contains the digits.
    pub fn parse(text: &str) -> Result<Self, PidError> {
        let text: String = text.chars().filter(|c| *c != ' ').collect();
        let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
        if digits.len() != 11 || text.len() != 11 {
            return Err(PidError::Shape);
        }
        let pair = |i: usize| digits[i] * 10 + digits[i + 1];
        let day = if pair(0) > 40 { pair(0) - 40 } else { pair(0) };
        let month = match pair(2) {
            m if m > 80 => m - 80,
            m if m > 40 => m - 40,
            m => m,
        };
        if !(1..=31).contains(&day) || !(1..=12).contains(&month) {
            return Err(PidError::Date);
        }
        let sum = |weights: &[u32], check: u32| {
            (weights.iter().zip(&digits).map(|(w, d)| w * d).sum::<u32>() + check) % 11
        };
        if sum(&WEIGHTS_1, digits[9]) > 3 || sum(&WEIGHTS_2, digits[10]) != 0 {
            return Err(PidError::CheckDigits);
        }
        Ok(Self(text))
    }

    /// Whether the number is synthetic (month + 80 after Tenor, month + 40 after NAV). H-numbers share NAV's range and
    /// are refused in production with them.
    #[must_use]
    pub fn is_synthetic(&self) -> bool {
        self.0.as_bytes().get(2).is_some_and(|tens| *tens >= b'4')
    }

    /// The digits, for the keyed hash and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NationalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NationalId(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Appends the check digits to nine digits; `None` when there are none for them.
    fn complete(first: [u32; 9]) -> Option<String> {
        let mut digits = first.to_vec();
        for weights in [&WEIGHTS_1[..], &WEIGHTS_2[..]] {
            let rest = weights.iter().zip(&digits).map(|(w, d)| w * d).sum::<u32>() % 11;
            let check = (11 - rest) % 11;
            if check == 10 {
                return None;
            }
            digits.push(check);
        }
        Some(digits.iter().map(ToString::to_string).collect())
    }

    /// The first valid number of a day and month in 1990.
    fn sample([a, b, c, d]: [u32; 4]) -> String {
        (0..10)
            .find_map(|n| complete([a, b, c, d, 9, 0, 0, 0, n]))
            .expect("check digits exist for one of ten")
    }

    #[test]
    fn the_kinds_of_number_are_told_apart() {
        let ordinary = sample([0, 1, 0, 1]);
        let tenor = sample([0, 1, 8, 1]);
        let nav = sample([0, 1, 4, 1]);
        let d_number = sample([4, 1, 0, 1]);
        for (text, synthetic) in [
            (ordinary, false),
            (tenor, true),
            (nav, true),
            (d_number, false),
        ] {
            assert_eq!(
                NationalId::parse(&text).map(|id| id.is_synthetic()),
                Ok(synthetic),
                "{text}"
            );
        }
    }

    #[test]
    fn malformed_numbers_are_refused() {
        assert_eq!(NationalId::parse("123"), Err(PidError::Shape));
        assert_eq!(NationalId::parse("0123456789a"), Err(PidError::Shape));
        assert_eq!(NationalId::parse("00819000000"), Err(PidError::Date));
        assert_eq!(NationalId::parse("01139000000"), Err(PidError::Date));
    }

    #[test]
    fn debug_holds_no_digit() {
        let text = sample([0, 1, 8, 1]);
        let id = NationalId::parse(&text).expect("valid");
        assert!(!format!("{id:?}").contains(|c: char| c.is_ascii_digit()));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_in_the_individual_number_is_noticed(
            day in 1u32..=28, month in 81u32..=92, year in 0u32..=99, n in 0u32..=999, at in 6usize..9, add in 1u32..=9
        ) {
            let first = [day / 10, day % 10, month / 10, month % 10, year / 10, year % 10, n / 100, n / 10 % 10, n % 10];
            if let Some(text) = complete(first) {
                prop_assert!(NationalId::parse(&text).is_ok());
                let mut digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
                digits[at] = (digits[at] + add) % 10;
                let changed: String = digits.iter().map(ToString::to_string).collect();
                // The second check digit weighs every other digit with a number that 11 does not divide.
                prop_assert_eq!(NationalId::parse(&changed), Err(PidError::CheckDigits));
            }
        }
    }
}
