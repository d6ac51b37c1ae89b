//! Times in commands, in UTC.

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat};
use kobling_model::{Timestamp, time::Span};
use std::str::FromStr;

/// A point in time, as an operator names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    At(Timestamp),
    /// So long ago.
    Ago(Span),
}

impl When {
    pub(crate) fn before(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Ago(span) => now - span,
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        ago(text)
            .map(Self::Ago)
            .or_else(|| at(text).map(Self::At))
            .ok_or_else(|| {
                "expected a time such as 2026-11-24T02:00:00Z, a day such as 2026-11-24, or 90m, 12h, 7d ago"
                    .to_owned()
            })
    }
}

fn ago(text: &str) -> Option<Span> {
    let (unit, name) = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)]
        .into_iter()
        .find_map(|(name, seconds)| Some((seconds, text.strip_suffix(name)?)))?;
    let number: u32 = name.parse().ok()?;
    Some(Span::seconds(i64::from(number) * unit))
}

fn at(text: &str) -> Option<Timestamp> {
    let time = DateTime::parse_from_rfc3339(text).map(|time| time.to_utc());
    let day = || {
        text.parse()
            .map(|day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc())
    };
    let at = time.or_else(|_| day()).ok()?;
    Some(Timestamp(at.timestamp_micros()))
}

/// To the microsecond, as in RFC 3339.
pub(crate) fn exactly(at: Timestamp) -> String {
    written(at, SecondsFormat::Micros)
}

/// To the second.
pub(crate) fn roughly(at: Timestamp) -> String {
    written(at, SecondsFormat::Secs)
}

fn written(at: Timestamp, to: SecondsFormat) -> String {
    let time = DateTime::from_timestamp_micros(at.0);
    time.map_or_else(|| at.0.to_string(), |time| time.to_rfc3339_opts(to, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        for (text, micros) in [
            ("2027-01-15T08:00:00Z", 1_800_000_000_000_000),
            ("2027-01-15T09:00:00.25+01:00", 1_800_000_000_250_000),
            ("2027-01-15", 1_799_971_200_000_000),
        ] {
            assert_eq!(text.parse(), Ok(When::At(Timestamp(micros))), "{text}");
        }
        let at = Timestamp(1_800_000_000_250_000);
        assert_eq!(exactly(at), "2027-01-15T08:00:00.250000Z");
        assert_eq!(roughly(at), "2027-01-15T08:00:00Z");
        assert_eq!(exactly(at).parse(), Ok(When::At(at)));
        for (text, span) in [
            ("90m", Span::minutes(90)),
            ("7d", Span::hours(7 * 24)),
            ("30s", Span::seconds(30)),
        ] {
            assert_eq!(text.parse(), Ok(When::Ago(span)), "{text}");
            assert_eq!(When::Ago(span).before(at), at - span);
        }
        for none in [
            "",
            "yesterday",
            "-1d",
            "d",
            "2027-02-29",
            "15.01.2027",
            "99999999999d",
        ] {
            assert!(none.parse::<When>().is_err(), "{none}");
        }
    }
}
