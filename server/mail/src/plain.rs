//! A mail as plain text.

use crate::page::Page;

/// The same content as the HTML, paragraph by paragraph. Code and address are on separate lines, so that a
/// double click or a link detector selects them completely.
pub(crate) fn letter(page: &Page<'_>) -> String {
    let Page {
        site,
        words,
        text,
        code,
        url,
        ..
    } = page;
    let (before, after) = words.footer;
    let mut paragraphs = vec![text.heading.clone(), text.happened.clone()];
    if let Some(code) = code {
        paragraphs.push(format!("{}:\n{code}", words.code));
    }
    paragraphs.push(text.next.clone());
    paragraphs.push(format!("{}:\n{url}", text.button));
    paragraphs.push(format!("{} {}", words.was_it_not_you, text.not_you));
    paragraphs.push(format!("-- \n{before}{site}{after}"));
    let mut letter = paragraphs.join("\n\n");
    letter.push('\n');
    letter
}
