//! Tests of the words themselves: that every language has its own, and one word for one thing.

use crate::Texts;
use kobling_model::Lang;

/// Texts that Bokmål and Nynorsk spell alike.
const SPELT_ALIKE: &[&str] = &[
    "common.minute",
    "common.email",
    "common.password",
    "common.next",
    "common.cancel",
    "common.sign_in",
    "common.sign_out",
    "common.language",
    "common.busy",
    "common.privacy",
    "common.support",
    "common.summary",
    "common.error",
    "common.code_again",
    "common.send_code",
    "sign_in.heading",
    "sign_in.with",
    "sign_in.or",
    "recovery.heading",
    "recovery.send",
    "recovery.back",
    "recovery.new_heading",
    "recovery.save",
    "password.new",
    "password.show",
    "password.requirements",
    "password.met",
    "link.looks_like",
    "link.foreign_heading",
    "no_access.reference",
    "no_access.copy",
    "no_access.copied",
    "no_access.mail_subject",
    "consent.heading",
    "consent.allow",
    "consent.withdraw",
    "account.profile",
    "account.change_email",
    "account.change_password",
    "account.create_password",
    "account.seen",
    "account.by_password",
    "account.by",
    "account.end",
    "account.sign_out_everywhere",
    "account.refresh",
    "account.last_used",
    "account.remove",
    "account.new_email",
    "account.password_heading",
    "account.sign_out_heading",
    "overview.access",
    "overview.go_to",
    "overview.reached",
    "overview.hour",
    "step.of",
    "step.password",
    "step.code",
    "removal.remove",
    "problem_page.restart",
    "problem_page.to_sign_in",
    "problem.password_missing",
    "problem.sign_in_failed",
    "problem.password_wrong",
    "dates.months",
    "dates.day",
    "dates.moment",
];

/// Beginnings of words that no text has: another word means the same in all texts, or they belong to another language.
const AVOIDED: &[(Lang, &[&str])] = &[
    (
        Lang::Nb,
        &[
            "program",
            "applikasjon",
            "knytt",
            "tilknyttet",
            "ustand",
            "regneoppgave",
            "epost",
            "mail",
        ],
    ),
    (
        Lang::Nn,
        &[
            "program",
            "applikasjon",
            "knytt",
            "bare",
            "bekreft",
            "endret",
            "enhet",
            "fjernet",
            "fortsett",
            "hvem",
            "hvis",
            "hvor",
            "ikke",
            "jeg",
            "kobl",
            "lenken",
            "logger",
            "logget",
            "nettleser",
            "noe",
            "sikkerhet",
            "siden",
            "tegn",
            "tjeneste",
            "velg",
            "vindu",
            "vært",
            "være",
        ],
    ),
    (
        Lang::En,
        &["program", "application", "e-mail", "holds", "worked"],
    ),
];

#[test]
fn nynorsk_is_not_bokmaal_and_neither_is_english() {
    let [nb, nn, en] = [Lang::Nb, Lang::Nn, Lang::En].map(|lang| Texts::of(lang).all());
    for ((name, nb, _), ((_, nn, _), (_, en, _))) in nb.into_iter().zip(nn.into_iter().zip(en)) {
        assert_eq!(nb == nn, SPELT_ALIKE.contains(&name), "{name}: {nn}");
        assert!(nb != en && nn != en, "{name}: {en}");
    }
}

#[test]
fn one_word_means_one_thing() {
    for (lang, avoided) in AVOIDED {
        for (name, text, _) in Texts::of(*lang).all() {
            let text = text.to_lowercase();
            let mut words = text.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '{'));
            let found = words.find(|word| avoided.iter().any(|avoided| word.starts_with(avoided)));
            assert_eq!(found, None, "{lang:?} {name}: {text}");
        }
    }
}
