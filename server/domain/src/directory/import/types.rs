//! How a file is imported, and what is reported.

use crate::{admin::types::Operator, directory::import::parse::LineProblem};

/// How a file is imported.
#[derive(Debug, Clone, Copy, Default)]
pub struct Import<'a> {
    /// Refuses synthetic identity numbers.
    pub refuse_synthetic: bool,
    /// Only reports the changes.
    pub dry_run: bool,
    /// The file lists every employee: those who are missing leave. Otherwise, they are left alone.
    pub complete: Option<Complete>,
    /// Who runs the command.
    pub operator: Option<&'a Operator>,
}

/// How many may leave with a complete file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Complete {
    /// The most that may leave, in percent of all employee numbers of the organisation.
    pub most_leaving: u8,
    /// Any number may leave.
    pub force: bool,
}

impl Complete {
    /// Whether so many may leave. A file without rows is more likely a failed export than an organisation without
    /// employees.
    #[must_use]
    pub const fn allows(&self, rows: usize, known: usize, leaving: usize) -> bool {
        let most = known.saturating_mul(self.most_leaving as usize);
        self.force || (rows > 0 && leaving.saturating_mul(100) <= most)
    }
}

/// The report of an import or a dry run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows read.
    pub rows: usize,
    /// New employees.
    pub new: usize,
    /// Employees whose name, number or address changed.
    pub changed: usize,
    /// The employee numbers of the organisation before the import.
    pub known: usize,
    /// Those of them that a complete file does not contain, in order.
    pub leaving: Vec<String>,
    /// More leave than allowed; nothing was written.
    pub too_many_leave: bool,
    /// The errors; if there are any, nothing was written.
    pub problems: Vec<LineProblem>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_stops_a_file_that_most_are_missing_from() {
        let bound = |most_leaving, force| Complete {
            most_leaving,
            force,
        };
        for (complete, (rows, known, leaving), allowed) in [
            (bound(10, false), (90, 100, 10), true),
            (bound(10, false), (89, 100, 11), false),
            (bound(10, false), (5, 9, 0), true),
            (bound(10, false), (8, 9, 1), false),
            (bound(0, false), (9, 9, 0), true),
            (bound(0, false), (8, 9, 1), false),
            (bound(100, false), (1, 9, 9), true),
            (bound(100, false), (0, 9, 9), false),
            (bound(100, false), (0, 0, 0), false),
            (bound(0, true), (0, 9, 9), true),
            (bound(10, false), (9, 0, 0), true),
        ] {
            assert_eq!(
                complete.allows(rows, known, leaving),
                allowed,
                "{complete:?} {rows} {known} {leaving}"
            );
        }
    }
}
