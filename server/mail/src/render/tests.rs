use super::*;
use crate::samples;
use kobling_model::Email;

const SITE: &str = "Nordvik <script>alert('site')</script> & co";
const PROVIDER: &str = "Bank<script>alert(\"id\")</script>";
const CODE: &str = "048213";
const URL: &str = "https://kobling.example/link?flow=0192&code=048213";

fn email(text: &str) -> Email {
    Email::parse(text).expect("an address")
}

/// One mail of each kind.
fn contents() -> Vec<Content> {
    samples::contents(CODE, URL, PROVIDER, &email("ny&b@nordvik.example"))
}

#[test]
fn every_kind_of_mail_has_a_sample() {
    let shown: Vec<_> = contents()
        .iter()
        .map(|content| samples::kind(content).0)
        .collect();
    for kind in samples::ALL {
        assert!(shown.contains(kind), "{kind}");
    }
}

fn every_letter() -> Vec<Letter> {
    Lang::ALL
        .into_iter()
        .flat_map(|lang| {
            contents().into_iter().map(move |content| Letter {
                to: email("kari@nordvik.example"),
                lang,
                content,
            })
        })
        .collect()
}

#[test]
fn addresses_in_mails_are_shown_as_people_write_them() {
    for letter in every_letter() {
        let mut letter = letter;
        match &mut letter.content {
            Content::LinkUnbacked { email: it, .. }
            | Content::AddressReleased { email: it, .. }
            | Content::EmailChanged { new: it, .. }
            | Content::EmailRestored { email: it, .. } => *it = email("post@xn--blbr-roah.example"),
            _ => continue,
        }
        let Rendered { text, html, .. } = render(&letter, &Look::named("Kobling"));
        for body in [text, html] {
            assert!(body.contains("post@blåbær.example") && !body.contains("xn--"));
        }
    }
}

#[test]
fn every_mail_is_complete_in_every_language() {
    for letter in every_letter() {
        let what = format!("{:?} {:?}", letter.content, letter.lang);
        let rendered = render(&letter, &Look::named(SITE));
        assert!(!rendered.subject.trim().is_empty(), "{what}");
        assert!(rendered.text.contains(URL), "{what}");
        assert!(
            rendered
                .html
                .contains(&format!("href=\"{}\"", URL.replace('&', "&amp;"))),
            "{what}"
        );
        assert!(
            rendered
                .html
                .contains(&format!("<html lang=\"{}\">", letter.lang.tag())),
            "{what}"
        );
        for form in [&rendered.text, &rendered.html] {
            assert!(form.contains(words(letter.lang).was_it_not_you), "{what}");
            assert!(
                !form.contains(['{', '}']) || form == &rendered.html,
                "{what}"
            );
        }
        // Except in the style sheet, no brace of a format string is left.
        let (_, body) = rendered.html.split_once("</style>").expect("a style");
        assert!(!body.contains(['{', '}']), "{what}");
    }
}

#[test]
fn a_code_has_its_own_line_and_is_not_in_the_subject() {
    for letter in every_letter() {
        let rendered = render(&letter, &Look::named(SITE));
        let (code, _) = parts(&letter.content);
        let line = rendered.text.lines().any(|line| line == CODE);
        let element = rendered.html.contains(&format!(">{CODE}<"));
        assert_eq!((line, element), (code.is_some(), code.is_some()));
        // A code in the subject could be read on a locked screen.
        assert!(!rendered.subject.contains(CODE));
    }
}

#[test]
fn lifetimes_are_given_in_minutes() {
    for lang in Lang::ALL {
        let said = |minutes| {
            let content = Content::Reset {
                url: URL.into(),
                minutes,
            };
            text(lang, &content, SITE).next
        };
        assert!(said(17).contains(" 17 minut"), "{}", said(17));
        assert!(said(1).contains(" 1 minut"), "{}", said(1));
        for plural in ["1 minutter", "1 minutes"] {
            assert!(!said(1).contains(plural), "{}", said(1));
        }
    }
}

#[test]
fn names_cannot_become_markup() {
    for letter in every_letter() {
        let rendered = render(&letter, &Look::named(SITE));
        assert!(!rendered.html.contains("<script"), "{:?}", letter.content);
        assert!(rendered.html.contains("Nordvik &lt;script&gt;"));
        assert!(!rendered.html.contains("alert('"));
        assert!(!rendered.html.contains("alert(\""));
    }
}

#[test]
fn text_and_html_have_the_same_content() {
    for letter in every_letter() {
        let rendered = render(&letter, &Look::named("Nordvik"));
        let page = text(letter.lang, &letter.content, "Nordvik");
        for part in [
            page.heading.as_str(),
            &page.happened,
            &page.next,
            page.button,
            page.not_you,
        ] {
            assert!(!part.is_empty());
            assert!(rendered.text.contains(part), "{part}");
            let escaped = part
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;")
                .replace('\'', "&#39;");
            assert!(rendered.html.contains(&escaped), "{part}");
        }
    }
}

#[test]
fn line_breaks_in_names_are_spaces() {
    let letter = Letter {
        to: email("kari@nordvik.example"),
        lang: Lang::Nb,
        content: Content::Linked {
            provider: "Bank\r\nBcc: x@y.example\u{0}\tID".into(),
            url: URL.into(),
        },
    };
    let rendered = render(&letter, &Look::named("Nord\r\nvik\u{2028}X-Evil: 1"));
    assert_eq!(
        rendered.subject,
        "Bank Bcc: x@y.example ID er koblet til kontoen din"
    );
    assert!(rendered.text.contains("Nord vik X-Evil: 1"));
    assert!(!rendered.text.contains('\r'));
}

/// The texts of a mail, without the code and the address.
fn sentences(lang: Lang, content: &Content) -> Vec<String> {
    let page = text(lang, content, "SITE");
    vec![
        page.subject,
        page.heading,
        page.happened,
        page.next,
        page.button.to_owned(),
        page.not_you.to_owned(),
    ]
}

/// Texts that Bokmål and Nynorsk spell alike.
const SPELT_ALIKE: &[&str] = &[
    "Tilbakestill passordet ditt",
    "Tilbakestill passord",
    "Opprett nytt passord",
    "Kontoen din har fått nytt passord",
    "Logg på",
];

#[test]
fn every_text_is_translated() {
    for content in contents() {
        for (i, lang) in Lang::ALL.into_iter().enumerate() {
            for other in &Lang::ALL[i + 1..] {
                let (these, those) = (sentences(lang, &content), sentences(*other, &content));
                for (this, that) in these.iter().zip(&those) {
                    let alike = SPELT_ALIKE.contains(&this.as_str()) && *other != Lang::En;
                    assert!(this != that || alike, "{lang:?} and {other:?}: {this}");
                }
            }
        }
    }
}

#[test]
fn every_language_gives_the_same_names_and_numbers() {
    let values = [PROVIDER, "SITE", "17", "ny&b@"];
    for content in contents() {
        let given = |lang| {
            let all = sentences(lang, &content).join(" ");
            values.map(|value| all.contains(value))
        };
        for lang in Lang::ALL {
            assert_eq!(given(lang), given(Lang::Nb), "{lang:?}: {content:?}");
        }
    }
}

/// Words that no mail uses: another word means the same in all texts, or they belong to another language.
const AVOIDED: &[(&str, &[&str])] = &[
    (
        "nb",
        &[
            "program",
            "applikasjon",
            "knyttet",
            "alt",
            "maskinen",
            "ustand",
        ],
    ),
    (
        "en",
        &["program", "application", "e-mail", "holds", "worked"],
    ),
    (
        "nn",
        &[
            "program",
            "applikasjon",
            "knytt",
            "alt",
            "ikke",
            "jeg",
            "fra",
            "noe",
            "noen",
            "hvis",
            "bare",
            "være",
            "dere",
            "hun",
            "mer",
            "et",
            "en",
            "siden",
            "lenken",
            "adressen",
            "endringen",
            "enhet",
        ],
    ),
];

#[test]
fn no_mail_uses_a_word_that_is_avoided() {
    for (tag, avoided) in AVOIDED {
        for lang in Lang::ALL.into_iter().filter(|lang| lang.tag() == *tag) {
            for sentence in contents().iter().flat_map(|c| sentences(lang, c)) {
                let text = sentence.to_lowercase();
                let mut words = text.split(|c: char| !(c.is_alphanumeric() || c == '-'));
                assert!(!words.any(|word| avoided.contains(&word)), "{sentence}");
            }
        }
    }
}

#[test]
fn buttons_and_links_have_the_accent_colour_of_their_mode() {
    let letter = Letter {
        to: email("kari@nordvik.example"),
        lang: Lang::Nb,
        content: Content::PasswordChanged {
            url: URL.to_owned(),
        },
    };
    let look = Look {
        accent: "#0a6153".to_owned(),
        accent_dark: "#7fd1c1".to_owned(),
        ..Look::named("Nordvik")
    };
    let html = render(&letter, &look).html;
    let (light, dark) = html
        .split_once("@media (prefers-color-scheme: dark)")
        .expect("two modes");
    assert_eq!(light.matches("#0a6153").count(), 2);
    assert_eq!(dark.matches("#7fd1c1").count(), 2);
    assert!(!html.contains("ACCENT") && !html.contains("<img") && !html.contains("url("));
}

#[test]
fn a_provider_s_name_is_in_the_language_of_the_mail() {
    let name: Localised =
        serde_json::from_str("{\"nb\":\"Ansattkort\",\"en\":\"Staff card\"}").expect("a name");
    for (lang, shown) in [
        (Lang::Nb, "Ansattkort"),
        (Lang::Nn, "Ansattkort"),
        (Lang::En, "Staff card"),
    ] {
        let letter = Letter {
            to: email("kari@nordvik.example"),
            lang,
            content: Content::Linked {
                provider: name.to_text(),
                url: URL.to_owned(),
            },
        };
        let rendered = render(&letter, &Look::named("Nordvik"));
        assert!(rendered.subject.contains(shown), "{}", rendered.subject);
        assert!(rendered.text.contains(shown) && !rendered.text.contains('{'));
    }
}
