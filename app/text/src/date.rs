//! Formats dates for people, identically on the server and in the browser: it uses no locale, clock or time-zone data.

use crate::table::Texts;
use kobling_model::Timestamp;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Civil {
    year: i64,
    month: i64,
    day: i64,
}

/// Days since 1970-01-01. Internally, years start in March so that the leap day is the last day.
const fn days_from(date: Civil) -> i64 {
    let year = if date.month <= 2 {
        date.year - 1
    } else {
        date.year
    };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month = (date.month + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + date.day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

const fn civil_from(days: i64) -> Civil {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    Civil {
        year: era * 400 + year_of_era + if month >= 10 { 1 } else { 0 },
        month: if month < 10 { month + 3 } else { month - 9 },
        day: day_of_year - (153 * month + 2) / 5 + 1,
    }
}

/// Seconds since the epoch at 01:00 UTC on the last Sunday of a month with 31 days.
const fn last_sunday(year: i64, month: i64) -> i64 {
    let last = days_from(Civil {
        year,
        month,
        day: 31,
    });
    // Day 0 was a Thursday.
    let weekday = (last + 4).rem_euclid(7);
    (last - weekday) * DAY + HOUR
}

/// Norway's offset: UTC+2 from the last Sunday of March to the last of October, UTC+1 otherwise (directive 2000/84/EC).
const fn offset(seconds: i64) -> i64 {
    let year = civil_from(seconds.div_euclid(DAY)).year;
    if seconds >= last_sunday(year, 3) && seconds < last_sunday(year, 10) {
        2 * HOUR
    } else {
        HOUR
    }
}

impl Texts {
    /// The day, such as "22. november 2026", in Norwegian time.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        let seconds = at.as_seconds();
        let date = civil_from((seconds + offset(seconds)).div_euclid(DAY));
        let month = usize::try_from(date.month - 1).unwrap_or(0);
        let month = self.dates.months.split(' ').nth(month).unwrap_or_default();
        let (day, year) = (date.day.to_string(), date.year.to_string());
        self.dates.day(&day, month, &year)
    }

    /// How long ago, such as "for 5 minutter siden"; from a day on, when. Takes the minutes since then from the server,
    /// so that the browser says the same.
    #[must_use]
    pub fn ago(&self, minutes: i64, at: Timestamp) -> String {
        let time = match minutes {
            ..1 => return self.overview.now.into(),
            1..60 => self.time(minutes),
            60..120 => self.overview.hour.into(),
            120..1440 => self.overview.hours(&(minutes / 60).to_string()),
            _ => return self.moment(at),
        };
        self.overview.ago(&time)
    }

    /// The day and the minute, such as "22. november 2026 kl. 09.41", in Norwegian time.
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> String {
        let seconds = at.as_seconds();
        let time = (seconds + offset(seconds)).rem_euclid(DAY);
        let two = |n: i64| {
            if n < 10 {
                format!("0{n}")
            } else {
                n.to_string()
            }
        };
        let (hour, minute) = (two(time / HOUR), two(time % HOUR / 60));
        self.dates.moment(&self.day(at), &hour, &minute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kobling_model::Lang;

    fn nb(seconds: i64) -> String {
        Texts::of(Lang::Nb).moment(Timestamp::from_seconds(seconds))
    }

    #[test]
    fn winter_and_summer_time() {
        // 2026-11-22T08:41:00Z and 2026-06-01T22:30:00Z
        assert_eq!(nb(1_795_336_860), "22. november 2026 kl. 09.41");
        assert_eq!(nb(1_780_353_000), "2. juni 2026 kl. 00.30");
        assert_eq!(
            Texts::of(Lang::En).moment(Timestamp::from_seconds(1_795_336_860)),
            "22 November 2026 at 09:41"
        );
    }

    #[test]
    fn the_clock_changes_on_the_last_sundays_at_one_utc() {
        // 2026-03-29 and 2026-10-25.
        let spring = 1_774_746_000;
        assert_eq!(nb(spring - 1), "29. mars 2026 kl. 01.59");
        assert_eq!(nb(spring), "29. mars 2026 kl. 03.00");
        let autumn = 1_792_890_000;
        assert_eq!(nb(autumn - 1), "25. oktober 2026 kl. 02.59");
        assert_eq!(nb(autumn), "25. oktober 2026 kl. 02.00");
    }

    #[test]
    fn how_long_ago_it_was() {
        let t = Texts::of(Lang::Nb);
        for (minutes, text) in [
            (-1, "akkurat nå"),
            (0, "akkurat nå"),
            (1, "for 1 minutt siden"),
            (59, "for 59 minutter siden"),
            (60, "for 1 time siden"),
            (119, "for 1 time siden"),
            (120, "for 2 timer siden"),
            (1439, "for 23 timer siden"),
            (1440, "1. januar 1970 kl. 01.00"),
        ] {
            assert_eq!(t.ago(minutes, Timestamp(0)), text, "{minutes}");
        }
    }

    #[test]
    fn leap_days_and_the_turn_of_the_year() {
        assert_eq!(nb(951_782_400), "29. februar 2000 kl. 01.00");
        assert_eq!(nb(1_798_759_800), "1. januar 2027 kl. 00.30");
        assert_eq!(nb(0), "1. januar 1970 kl. 01.00");
    }

    #[test]
    fn days_and_dates_are_inverse() {
        for days in -800_000..800_000 {
            assert_eq!(days_from(civil_from(days)), days);
        }
    }
}
