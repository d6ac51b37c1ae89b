//! Calendar days, for expiry dates in configuration.

use chrono::{NaiveDate, NaiveTime};
use kobling_model::Timestamp;

/// The start of the day in UTC, from `YYYY-MM-DD`; `None` if there is no such day.
#[must_use]
pub fn midnight(date: &str) -> Option<Timestamp> {
    let shaped = date.len() == 10 && date.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let day: NaiveDate = shaped.then(|| date.parse().ok()).flatten()?;
    Some(Timestamp::from_seconds(
        day.and_time(NaiveTime::MIN).and_utc().timestamp(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_midnight_in_utc() {
        assert_eq!(
            midnight("2027-01-15"),
            Some(Timestamp::from_seconds(1_799_971_200))
        );
        for none in ["2027-02-29", "15.01.2027", "2027-1-15", "+2027-1-15", ""] {
            assert_eq!(midnight(none), None, "{none}");
        }
    }
}
