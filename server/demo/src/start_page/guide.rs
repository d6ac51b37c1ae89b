//! The pages of the tour.

use maud::{Markup, html};

use super::memory::Progress;
use crate::{
    bar::RESTART,
    lang::Lang,
    look::Look,
    people::{FINNES, Role},
    web::Params,
};

/// Where the tour begins.
pub(crate) const WELCOME: &str = "/enterprise/welcome";
/// Where a sign-in begins.
pub(crate) const BEGIN: &str = "/enterprise/begin";

/// The address of the beginning, in the language that is asked for.
pub(crate) fn welcome(params: &Params) -> String {
    match params.get("ui_locales").and_then(Lang::parse) {
        Some(lang) => format!("{WELCOME}?ui_locales={}", lang.tag()),
        None => WELCOME.to_owned(),
    }
}

/// The beginning: what can be tried.
pub(crate) struct Welcome<'a> {
    pub(crate) lang: Lang,
    /// The language that was asked for, which the sign-in asks for too.
    pub(crate) asked: Option<Lang>,
    pub(crate) progress: &'a Progress,
    pub(crate) is_restarted: bool,
}

impl Welcome<'_> {
    pub(crate) fn page(&self, look: &Look) -> Markup {
        let lang = self.lang;
        let heading = lang.pick("Prøv Kobling", "Prøv Kobling", "Try Kobling");
        let main = html! {
            h1 { (heading) }
            @if self.is_restarted {
                p.note role="status" { (lang.pick(
                    "Demoen er tømt. Alle er logget ut.",
                    "Demoen er tømd. Alle er logga ut.",
                    "The demo has been emptied. Everybody is signed out.",
                )) }
            }
            p { (lang.pick(
                "De ansatte i Nordvik kommune logger på med BankID. Her er tre historier om den første gangen. \
                 De tar ett minutt hver.",
                "Dei tilsette i Nordvik kommune loggar på med BankID. Her er tre historier om den første gongen. \
                 Dei tek eitt minutt kvar.",
                "The employees of Nordvik kommune sign in with BankID. Here are three stories of the first time. \
                 They take a minute each.",
            )) }
            ol.cards.stories {
                @for role in Role::STORIES {
                    li.card {
                        h2 { (role.title(lang)) }
                        p { (role.about(lang)) }
                        ol.steps {
                            @for step in role.steps(lang) { li { (step) } }
                        }
                        @if self.progress.done.contains(&role) {
                            p { strong { (lang.pick("Ferdig.", "Ferdig.", "Done.")) } }
                        }
                        (begin(role, lang, self.asked, self.progress.next() == Some(role)))
                    }
                }
            }
            h2 { (lang.pick("På egen hånd", "På eiga hand", "On your own")) }
            p {
                (lang.pick(
                    "Velg selv hvem du er hos eID-en. Én har konto fra før:",
                    "Vel sjølv kven du er hos eID-en. Éin har konto frå før:",
                    "Choose yourself who you are at the eID. One has an account already:",
                ))
                " " (FINNES.1) " "
                (lang.pick("med passordet", "med passordet", "with the password"))
                " «" (FINNES.2) "»."
            }
            form.actions method="post" action=(BEGIN) {
                (asked(self.asked))
                button type="submit" { (lang.pick(
                    "Logg på med BankID",
                    "Logg på med BankID",
                    "Sign in with BankID",
                )) }
            }
        };
        look.page(lang, heading, &main)
    }
}

fn asked(lang: Option<Lang>) -> Markup {
    html! {
        @if let Some(lang) = lang {
            input type="hidden" name="ui_locales" value=(lang.tag());
        }
    }
}

/// The button that begins a story.
fn begin(role: Role, lang: Lang, in_lang: Option<Lang>, is_next: bool) -> Markup {
    html! {
        form method="post" action=(BEGIN) {
            (asked(in_lang))
            button.main[is_next] type="submit" name="story" value=(role.key()) {
                (lang.pick("Prøv: ", "Prøv: ", "Try: ")) (role.title(lang))
            }
        }
    }
}

/// On the start page: the story that has come to its end, and the next.
pub(crate) fn ending(progress: &Progress, lang: Lang) -> Markup {
    html! {
        @if let Some(role) = progress.done.last() {
            p.note {
                strong { (lang.pick("Ferdig: ", "Ferdig: ", "Done: ")) (role.title(lang)) }
                " – " (role.done(lang))
                " "
                @if progress.next().is_some() {
                    (lang.pick(
                        "Prøv den neste historien.",
                        "Prøv den neste historia.",
                        "Try the next story.",
                    ))
                } @else {
                    (lang.pick(
                        "Det var alle tre. Se på kontoinnstillingene, eller begynn på nytt.",
                        "Det var alle tre. Sjå på kontoinnstillingane, eller begynn på nytt.",
                        "That was all three. Look at the account settings, or start again.",
                    ))
                }
            }
        }
        @if let Some(role) = progress.next() {
            div.actions { (begin(role, lang, None, true)) }
        }
    }
}

/// Asks whether to restart the demo.
pub(crate) fn restart(look: &Look, lang: Lang) -> Markup {
    let heading = lang.pick(
        "Vil du begynne på nytt?",
        "Vil du begynne på nytt?",
        "Do you want to start again?",
    );
    let main = html! {
        h1 { (heading) }
        p { (lang.pick(
            "Alle kontoer, koblinger og e-poster i demoen blir slettet, og alle blir logget ut. \
             Kommunens register leses inn igjen.",
            "Alle kontoar, koplingar og e-postar i demoen blir sletta, og alle blir logga ut. \
             Registeret til kommunen blir lese inn att.",
            "All accounts, links and mails of the demo are deleted, and everybody is signed out. \
             The directory of the municipality is imported again.",
        )) }
        form.actions method="post" action=(RESTART) {
            button.main type="submit" { (lang.pick("Begynn på nytt", "Begynn på nytt", "Start again")) }
            a href="/enterprise" { (lang.pick("Avbryt", "Avbryt", "Cancel")) }
        }
    };
    look.page(lang, heading, &main)
}
