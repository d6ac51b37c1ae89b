//! Parses a payroll file, with an error per line.
//!
//! The file is CSV in UTF-8 with the header `fodselsnummer;ansattnummer;navn;epost`, separated by semicolons or commas.
//! Identity number and address may be empty: without an identity number the person is asked for an address, without an
//! address the person has no access yet.

use kobling_model::{Email, NationalId, pid::PidError};
use std::collections::HashMap;

/// The columns, in this order.
pub const HEADER: [&str; 4] = ["fodselsnummer", "ansattnummer", "navn", "epost"];

/// More rows than any municipality has; bounds memory.
pub const MOST_ROWS: usize = 500_000;

/// An error in a line. Contains no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The header is not the one above.
    #[error("the header must be {}", HEADER.join(";"))]
    Header,
    /// Not UTF-8, or quotes that do not close.
    #[error("the line cannot be read as UTF-8 CSV")]
    Unreadable,
    /// Too few or too many columns.
    #[error("expected 4 columns, found {0}")]
    Columns(usize),
    /// The identity number is wrong.
    #[error("identity number: {0}")]
    Pid(PidError),
    /// A synthetic identity number where only real ones are accepted.
    #[error("identity number: synthetic numbers are refused here")]
    Synthetic,
    /// No employee number, or a longer one than 64 characters.
    #[error("employee number: missing or too long")]
    Number,
    /// No name, or a longer one than 100 characters.
    #[error("name: missing or too long")]
    Name,
    /// Not an e-mail address.
    #[error("address: not an e-mail address")]
    Email,
    /// Duplicates a value of an earlier line.
    #[error("{column}: the same as in line {line}")]
    Duplicate {
        /// The column.
        column: &'static str,
        /// The earlier line.
        line: u64,
    },
    /// Belongs to another employee already.
    #[error("{column}: belongs to another employee in the directory")]
    Taken {
        /// The column.
        column: &'static str,
    },
    /// More rows than allowed.
    #[error("more than {MOST_ROWS} lines")]
    TooMany,
}

/// A line number, counted from 1 for the header, with what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineProblem {
    /// The line.
    pub line: u64,
    /// What is wrong.
    pub error: LineError,
}

/// One valid row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its line.
    pub line: u64,
    /// The identity number.
    pub pid: Option<NationalId>,
    /// The employee number.
    pub number: String,
    /// The name.
    pub name: String,
    /// The address with access.
    pub email: Option<Email>,
}

/// Parses the whole file, so that the report contains every error.
///
/// # Errors
/// The problems, if there are any.
pub fn parse(bytes: &[u8], refuse_synthetic: bool) -> Result<Vec<Row>, Vec<LineProblem>> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let delimiter = if first.contains(&b';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let mut problems = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut seen: HashMap<(&'static str, String), u64> = HashMap::new();
    for (index, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error
                    .position()
                    .map_or(index as u64 + 1, csv::Position::line);
                problems.push(LineProblem {
                    line,
                    error: LineError::Unreadable,
                });
                continue;
            }
        };
        let line = record
            .position()
            .map_or(index as u64 + 1, csv::Position::line);
        if index == 0 {
            let right = record.len() == 4
                && record
                    .iter()
                    .zip(HEADER)
                    .all(|(a, b)| a.eq_ignore_ascii_case(b));
            if !right {
                return Err(vec![LineProblem {
                    line,
                    error: LineError::Header,
                }]);
            }
            continue;
        }
        if rows.len() >= MOST_ROWS {
            problems.push(LineProblem {
                line,
                error: LineError::TooMany,
            });
            break;
        }
        match parse_row(&record, line, refuse_synthetic) {
            Err(error) => problems.push(LineProblem { line, error }),
            Ok(row) => {
                let keys = [
                    (
                        "fodselsnummer",
                        row.pid.as_ref().map(|pid| pid.expose().to_owned()),
                    ),
                    ("ansattnummer", Some(row.number.clone())),
                    ("epost", row.email.as_ref().map(ToString::to_string)),
                ];
                for (column, value) in keys.into_iter().filter_map(|(c, v)| v.map(|v| (c, v))) {
                    match seen.entry((column, value)) {
                        std::collections::hash_map::Entry::Occupied(earlier) => {
                            let error = LineError::Duplicate {
                                column,
                                line: *earlier.get(),
                            };
                            problems.push(LineProblem { line, error });
                        }
                        std::collections::hash_map::Entry::Vacant(free) => {
                            free.insert(line);
                        }
                    }
                }
                rows.push(row);
            }
        }
    }
    if rows.is_empty() && problems.is_empty() && bytes.is_empty() {
        problems.push(LineProblem {
            line: 1,
            error: LineError::Header,
        });
    }
    if problems.is_empty() {
        Ok(rows)
    } else {
        Err(problems)
    }
}

fn parse_row(
    record: &csv::StringRecord,
    line: u64,
    refuse_synthetic: bool,
) -> Result<Row, LineError> {
    let [pid, number, name, email] = [0, 1, 2, 3].map(|i| record.get(i).unwrap_or_default());
    if record.len() != HEADER.len() {
        return Err(LineError::Columns(record.len()));
    }
    let pid = match pid {
        "" => None,
        text => Some(NationalId::parse(text).map_err(LineError::Pid)?),
    };
    if refuse_synthetic && pid.as_ref().is_some_and(NationalId::is_synthetic) {
        return Err(LineError::Synthetic);
    }
    if number.is_empty() || number.chars().count() > 64 || number.chars().any(char::is_control) {
        return Err(LineError::Number);
    }
    let name = crate::account::types::parse_name(name).map_err(|_| LineError::Name)?;
    let email = match email {
        "" => None,
        text => Some(Email::parse(text).map_err(|_| LineError::Email)?),
    };
    Ok(Row {
        line,
        pid,
        number: number.to_owned(),
        name,
        email,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn problems(text: &str) -> Vec<(u64, LineError)> {
        match parse(text.as_bytes(), false) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.into_iter().map(|c| (c.line, c.error)).collect(),
        }
    }

    #[test]
    fn valid_files_are_read_with_either_separator() {
        for text in [
            "fodselsnummer;ansattnummer;navn;epost\n;1;Kari Nordmann;kari@nordvik.example\n;2;Ola;\n",
            "\u{feff}fodselsnummer,ansattnummer,navn,epost\r\n,1,\"Nordmann, Kari\",KARI@nordvik.example\r\n,2,Ola,\r\n",
        ] {
            let rows = parse(text.as_bytes(), false).expect("a good file");
            assert_eq!(rows.len(), 2);
            assert_eq!(
                rows[0].email.as_ref().map(Email::as_str),
                Some("kari@nordvik.example")
            );
            assert_eq!(rows[1].email, None);
        }
    }

    #[test]
    fn every_error_of_a_file_is_reported_with_its_line() {
        let text = "fodselsnummer;ansattnummer;navn;epost\n\
                    123;1;Kari;kari@nordvik.example\n\
                    ;2;;ola@nordvik.example\n\
                    ;3;Per;per\n\
                    ;;Anne;\n\
                    ;4;Eva\n\
                    ;5;Liv;liv@nordvik.example\n\
                    ;5;Siv;LIV@nordvik.example\n";
        assert_eq!(
            problems(text),
            [
                (2, LineError::Pid(PidError::Shape)),
                (3, LineError::Name),
                (4, LineError::Email),
                (5, LineError::Number),
                (6, LineError::Columns(3)),
                (
                    8,
                    LineError::Duplicate {
                        column: "ansattnummer",
                        line: 7
                    }
                ),
                (
                    8,
                    LineError::Duplicate {
                        column: "epost",
                        line: 7
                    }
                ),
            ]
        );
    }

    #[test]
    fn a_wrong_header_is_the_only_reported_error() {
        assert_eq!(
            problems("name;email\nKari;a@b.no\n"),
            [(1, LineError::Header)]
        );
        assert_eq!(problems(""), [(1, LineError::Header)]);
    }

    #[test]
    fn a_row_that_is_not_utf8_is_reported_with_its_line() {
        let mut bytes = b"fodselsnummer;ansattnummer;navn;epost\n;1;K\xe5re;\n".to_vec();
        bytes.extend(b";2;Ola;\n");
        let problems = parse(&bytes, false).expect_err("Latin-1 is not UTF-8");
        assert_eq!(
            problems,
            [LineProblem {
                line: 2,
                error: LineError::Unreadable
            }]
        );
    }

    proptest! {
        #[test]
        fn no_import_file_causes_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut file = b"fodselsnummer;ansattnummer;navn;epost\n".to_vec();
            file.extend(bytes);
            let _ = parse(&file, true);
        }
    }
}
