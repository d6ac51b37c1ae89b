//! A mail as an HTML document: one column, no images, no external resources.

use crate::page::Page;

const STYLE: &str = "
body { margin: 0; padding: 24px 16px; background: #f4f5f6; color: #1e2b3c;
  font-family: Inter, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; font-size: 16px;
  line-height: 1.6; }
main, footer { max-width: 560px; margin: 0 auto; }
main { box-sizing: border-box; padding: 32px 24px; background: #ffffff; border-radius: 8px; }
h1 { margin: 0 0 16px; font-size: 22px; line-height: 1.3; }
p { margin: 0 0 16px; overflow-wrap: anywhere; }
.site { font-weight: 600; color: #4b5563; }
.label { margin: 0; color: #4b5563; }
.code { font-family: ui-monospace, Consolas, Menlo, monospace; font-size: 34px; font-weight: 700; line-height: 1.4;
  letter-spacing: 6px; user-select: all; -webkit-user-select: all; }
.button { display: inline-block; padding: 12px 20px; border-radius: 4px; background: ACCENT; color: #ffffff;
  font-weight: 600; text-decoration: none; }
.address { color: ACCENT; }
.small { font-size: 14px; color: #4b5563; }
.aside { margin: 24px 0 0; padding: 16px 0 0; border-top: 1px solid #d2d5d8; }
footer { padding: 16px 24px 0; box-sizing: border-box; }
@media (prefers-color-scheme: dark) {
  body { background: #12181f; color: #e8ebee; }
  main { background: #1d252e; }
  .site, .label, .small { color: #b4bcc6; }
  .button { background: ACCENT_DARK; color: #000000; }
  .address { color: ACCENT_DARK; }
  .aside { border-top-color: #3c4753; }
}
";

/// The document. Every text in it is escaped.
pub(crate) fn letter(page: &Page<'_>) -> String {
    let Page {
        lang,
        site,
        look,
        words,
        text,
        code,
        url,
    } = page;
    // The longer name first: it begins with the other.
    let style = STYLE
        .replace("ACCENT_DARK", &look.accent_dark)
        .replace("ACCENT", &look.accent);
    let (before, after) = words.footer;
    let lang = lang.tag();
    let site = escape(site);
    let subject = escape(&text.subject);
    let heading = escape(&text.heading);
    let happened = escape(&text.happened);
    let next = escape(&text.next);
    let button = escape(text.button);
    let address = escape(words.address);
    let url = escape(url);
    let was_it_not_you = escape(words.was_it_not_you);
    let not_you = escape(text.not_you);
    let before = escape(before);
    let after = escape(after);
    let code = code.map_or_else(String::new, |code| {
        format!(
            "<p class=\"label\">{}</p>\n<p class=\"code\">{}</p>\n",
            escape(words.code),
            escape(code)
        )
    });
    format!(
        "<!DOCTYPE html>
<html lang=\"{lang}\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<title>{subject}</title>
<style>{style}</style>
</head>
<body>
<main>
<p class=\"site\">{site}</p>
<h1>{heading}</h1>
<p>{happened}</p>
{code}<p>{next}</p>
<p><a class=\"button\" href=\"{url}\">{button}</a></p>
<p class=\"small\">{address}<br><a class=\"address\" href=\"{url}\">{url}</a></p>
<p class=\"aside\"><strong>{was_it_not_you}</strong> {not_you}</p>
</main>
<footer><p class=\"small\">{before}{site}{after}</p></footer>
</body>
</html>
"
    )
}

/// Text that is safe between tags and in double-quoted attributes.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
