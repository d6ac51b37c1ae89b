//! The output of commands.

pub(crate) fn print_error(text: &str) {
    eprintln!("kobling: {text}");
}

#[allow(
    clippy::print_stdout,
    reason = "the result of a command goes to standard output"
)]
pub(crate) fn print(text: &str) {
    println!("{text}");
}
