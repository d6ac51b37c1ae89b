//! The output of commands.

use std::io::{ErrorKind, Write};

/// Whether it can be written or not: the exit code tells as well.
pub(crate) fn print_error(text: &str) {
    let _ = writeln!(std::io::stderr(), "kobling: {text}");
}

#[allow(
    clippy::print_stdout,
    reason = "the result of a command goes to standard output"
)]
pub(crate) fn print(text: &str) {
    println!("{text}");
}

/// Prints lines; returns whether somebody still reads them, as `head` does not for long.
pub(crate) fn print_lines(lines: &[String]) -> std::io::Result<bool> {
    let mut out = std::io::stdout().lock();
    let written = lines.iter().try_for_each(|line| writeln!(out, "{line}"));
    match written.and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}
