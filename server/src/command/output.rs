//! What commands print.

/// An error, to standard error.
pub(crate) fn print_error(text: &str) {
    eprintln!("kobling: {text}");
}

/// What a command was asked for, to standard output.
#[allow(clippy::print_stdout, reason = "what a command was asked for")]
pub(crate) fn print(text: &str) {
    println!("{text}");
}
