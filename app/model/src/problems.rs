//! The problems of one submission of a form.

use crate::Problem;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::fmt;

/// No form has more fields that can be wrong at the same time.
const MOST: usize = 4;

/// What is wrong with the last submission of a form, in the order of its fields; empty if nothing is. Each problem is
/// there once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Problems([Option<Problem>; MOST]);

impl Problems {
    /// Nothing is wrong.
    pub const NONE: Self = Self([None; MOST]);

    /// Adds a problem behind the others, unless it is there.
    #[must_use]
    pub fn and(mut self, problem: impl Into<Option<Problem>>) -> Self {
        if let Some(problem) = problem.into()
            && !self.contains(problem)
            && let Some(free) = self.0.iter_mut().find(|place| place.is_none())
        {
            *free = Some(problem);
        }
        self
    }

    /// All, in order.
    pub fn iter(self) -> impl Iterator<Item = Problem> {
        self.0.into_iter().flatten()
    }

    /// The first, if there is any.
    #[must_use]
    pub const fn first(self) -> Option<Problem> {
        self.0[0]
    }

    /// Whether this problem is among them.
    #[must_use]
    pub fn contains(self, problem: Problem) -> bool {
        self.0.contains(&Some(problem))
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0[0].is_none()
    }

    /// Whether more than one thing is wrong.
    #[must_use]
    pub const fn are_several(self) -> bool {
        self.0[1].is_some()
    }

    /// Reads what [`fmt::Display`] has written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.split_ascii_whitespace()
            .try_fold(Self::NONE, |found, code| {
                Problem::from_code(code).map(|problem| found.and(problem))
            })
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self::NONE.and(problem)
    }
}

impl From<Option<Problem>> for Problems {
    fn from(problem: Option<Problem>) -> Self {
        Self::NONE.and(problem)
    }
}

/// Most forms have one problem or none.
impl PartialEq<Option<Problem>> for Problems {
    fn eq(&self, other: &Option<Problem>) -> bool {
        *self == Self::from(*other)
    }
}

/// The problems as they are stored: separated by a space.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl Serialize for Problems {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Problems {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("unknown problem code"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Wait, time::Span};

    #[test]
    fn they_keep_their_order_and_none_is_there_twice() {
        let both = Problems::from(Problem::EmailInvalid)
            .and(Problem::RobotUnchecked)
            .and(None)
            .and(Problem::EmailInvalid);
        assert!(
            both.iter()
                .eq([Problem::EmailInvalid, Problem::RobotUnchecked])
        );
        assert_eq!(both.first(), Some(Problem::EmailInvalid));
        assert!(both.are_several() && !both.is_none());
        assert!(both.contains(Problem::RobotUnchecked) && !both.contains(Problem::EmailMissing));
        assert_ne!(both, Some(Problem::EmailInvalid));
    }

    #[test]
    fn more_than_a_form_can_have_are_left_out() {
        let all = Problem::ALL
            .iter()
            .fold(Problems::NONE, |all, problem| all.and(*problem));
        assert!(all.iter().eq(Problem::ALL.iter().copied().take(MOST)));
    }

    #[test]
    fn what_is_stored_is_read_back_and_rows_with_a_single_code_are_read() {
        let wait = Problem::TooMany(Wait::of(Span::minutes(12)));
        for (problems, text) in [
            (Problems::NONE, ""),
            (Problem::CodeWrong.into(), "code_wrong"),
            (wait.into(), "too_many:12"),
            (
                Problems::from(Problem::PasswordWrong).and(Problem::PasswordsDiffer),
                "password_wrong passwords_differ",
            ),
            (
                Problems::from(Problem::EmailInvalid).and(wait),
                "email_invalid too_many:12",
            ),
        ] {
            assert_eq!(problems.to_string(), text);
            assert_eq!(Problems::parse(text), Some(problems));
            let json = serde_json::to_string(&problems).expect("serialises");
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(
                serde_json::from_str::<Problems>(&json).expect("reads back"),
                problems
            );
        }
        for wrong in ["code_wrong,x", "code_wrong nonsense", "too_many:x"] {
            assert_eq!(Problems::parse(wrong), None, "{wrong}");
        }
    }
}
