//! Bokmål.

use super::{Text, Words};
use kobling_domain::ops::mail::Content;

pub(super) const WORDS: Words = Words {
    code: "Engangskode",
    address: "Hvis knappen ikke virker, kan du kopiere denne adressen inn i nettleseren:",
    was_it_not_you: "Var det ikke deg?",
    footer: (
        "Denne e-posten er sendt automatisk fra ",
        " og kan ikke besvares.",
    ),
};

fn minutes(n: i64) -> String {
    if n == 1 {
        "1 minutt".to_owned()
    } else {
        format!("{n} minutter")
    }
}

pub(super) fn text(content: &Content, site: &str) -> Text {
    match content {
        Content::LinkCode {
            provider,
            minutes: n,
            ..
        } => Text {
            subject: format!("Engangskode for å koble til {provider}"),
            heading: format!("Koble {provider} til kontoen din"),
            happened: format!(
                "Du har logget på hos {site} med {provider} og oppgitt denne e-postadressen. Skriv inn engangskoden på \
                 siden du kom fra, så blir {provider} koblet til kontoen din."
            ),
            next: format!(
                "Koden virker i {} og kan bare brukes én gang. Leser du e-posten på en annen enhet, skriver du inn \
                 koden på enheten der du startet.",
                minutes(*n)
            ),
            button: "Åpne siden med koden fylt inn",
            not_you: "Da trenger du ikke gjøre noe. Ingenting blir koblet til kontoen uten koden. Ikke gi den til noen, \
                      heller ikke til oss.",
        },
        Content::EmailCode { minutes: n, .. } => Text {
            subject: "Engangskode for å bekrefte e-postadressen din".to_owned(),
            heading: "Bekreft den nye e-postadressen din".to_owned(),
            happened: format!(
                "Du har bedt om å bruke denne e-postadressen for kontoen din hos {site}. Skriv inn engangskoden på siden \
                 du kom fra for å bekrefte at adressen er din."
            ),
            next: format!(
                "Koden virker i {} og kan bare brukes én gang. Leser du e-posten på en annen enhet, skriver du inn \
                 koden på enheten der du startet.",
                minutes(*n)
            ),
            button: "Åpne siden med koden fylt inn",
            not_you: "Da trenger du ikke gjøre noe. Adressen blir ikke tatt i bruk uten koden. Ikke gi den til noen, heller \
                      ikke til oss.",
        },
        Content::Reset { minutes: n, .. } => Text {
            subject: "Tilbakestill passordet ditt".to_owned(),
            heading: "Tilbakestill passordet ditt".to_owned(),
            happened: format!(
                "Vi har fått en forespørsel om å tilbakestille passordet for kontoen din hos {site}."
            ),
            next: format!(
                "Velg «Opprett nytt passord» for å fortsette. Lenken virker i {} og kan bare brukes én gang.",
                minutes(*n)
            ),
            button: "Opprett nytt passord",
            not_you: "Da trenger du ikke gjøre noe. Passordet ditt er ikke endret, og du kan fortsette å bruke det.",
        },
        Content::PasswordCreated { .. } => Text {
            subject: "Kontoen din har fått et passord".to_owned(),
            heading: "Kontoen din har fått et passord".to_owned(),
            happened: format!(
                "Det er opprettet et passord for kontoen din hos {site}. Fra nå av kan du også logge på med e-postadressen og \
                 passordet."
            ),
            next: "Var det du som gjorde det, trenger du ikke gjøre noe mer.".to_owned(),
            button: "Tilbakestill passord",
            not_you: "Tilbakestill passordet med én gang. Se deretter gjennom kontoinnstillingene dine, eller ta \
                      kontakt med brukerstøtten der du jobber.",
        },
        Content::PasswordChanged { .. } => Text {
            subject: "Kontoen din har fått nytt passord".to_owned(),
            heading: "Kontoen din har fått nytt passord".to_owned(),
            happened: format!("Det er lagret et nytt passord for kontoen din hos {site}."),
            next: "Var det du som gjorde det, trenger du ikke gjøre noe mer.".to_owned(),
            button: "Tilbakestill passord",
            not_you: "Tilbakestill passordet med én gang. Se deretter gjennom kontoinnstillingene dine, eller ta \
                      kontakt med brukerstøtten der du jobber.",
        },
        Content::PasswordRemoved { .. } => Text {
            subject: "Passordet er fjernet fra kontoen din".to_owned(),
            heading: "Passordet er fjernet fra kontoen din".to_owned(),
            happened: format!(
                "Passordet for kontoen din hos {site} ble laget før en elektronisk ID ble koblet til kontoen. Vi vet ikke om \
                 det var du som laget det. Derfor har vi fjernet passordet og logget ut kontoen alle andre steder."
            ),
            next: "Du logger på med den elektroniske ID-en din. Vil du også ha et passord, kan du opprette et nytt.".to_owned(),
            button: "Opprett nytt passord",
            not_you: "Ta kontakt med brukerstøtten der du jobber så snart du kan.",
        },
        Content::Linked { provider, .. } => Text {
            subject: format!("{provider} er koblet til kontoen din"),
            heading: format!("{provider} er koblet til kontoen din"),
            happened: format!("{provider} er nå koblet til kontoen din hos {site}."),
            next: format!("Heretter kan du logge på med {provider}."),
            button: "Gå til kontoinnstillinger",
            not_you: "Gå til kontoinnstillinger, fjern tilknytningen og bytt passord. Ta gjerne kontakt med \
                      brukerstøtten der du jobber.",
        },
        Content::LinkRemoved { provider, .. } => Text {
            subject: format!("{provider} er fjernet fra kontoen din"),
            heading: format!("{provider} er fjernet fra kontoen din"),
            happened: format!(
                "Tilknytningen mellom {provider} og kontoen din hos {site} er fjernet. Du kan ikke lenger logge på denne \
                 kontoen med {provider}."
            ),
            next: format!("Du kan koble til {provider} igjen når du vil."),
            button: "Gå til kontoinnstillinger",
            not_you: "Gå til kontoinnstillinger, se over kontoen og bytt passord. Ta gjerne kontakt med brukerstøtten \
                      der du jobber.",
        },
        Content::LinkMoved { provider, .. } => Text {
            subject: format!("{provider} er koblet til en annen konto"),
            heading: format!("{provider} er koblet til en annen konto"),
            happened: format!(
                "{provider} var koblet til denne kontoen hos {site}, men er nå koblet til en konto med en annen \
                 e-postadresse. Du kan ikke lenger logge på denne kontoen med {provider}."
            ),
            next: "Var det du som gjorde det, trenger du ikke gjøre noe mer.".to_owned(),
            button: "Gå til kontoinnstillinger",
            not_you: "Gå til kontoinnstillinger og se over kontoen, eller ta kontakt med brukerstøtten der du jobber.",
        },
        Content::LinkUnbacked {
            provider, email, ..
        } => Text {
            subject: format!("{provider} er fjernet fra en konto"),
            heading: format!("{provider} er fjernet fra en konto"),
            happened: format!(
                "{provider} var koblet til kontoen med adressen {email} hos {site} uten at adressen var bekreftet. Nå er \
                 adressen bekreftet på en annen måte, og {provider} er derfor fjernet fra kontoen."
            ),
            next: format!(
                "Var det din {provider}, kan du koble den til igjen neste gang du logger på, med en kode som vi sender \
                 til adressen."
            ),
            button: "Gå til kontoinnstillinger",
            not_you: "Ta kontakt med brukerstøtten der du jobber, så de kan rette opplysningene om deg.",
        },
        Content::AddressReleased { email, .. } => Text {
            subject: "En e-postadresse har fått ny eier".to_owned(),
            heading: "En e-postadresse har fått ny eier".to_owned(),
            happened: format!(
                "Adressen {email} er nå registrert på en annen person. Derfor er den fjernet fra kontoen som hadde den hos \
                 {site}, og den kontoen er logget ut overalt."
            ),
            next: "Er adressen din nå, logger du på som vanlig og får din egen konto. Hadde du adressen før, kan du \
                   logge på med den elektroniske ID-en din og legge inn en annen adresse."
                .to_owned(),
            button: "Gå til kontoinnstillinger",
            not_you: "Er adressen fortsatt din, ta kontakt med brukerstøtten der du jobber så snart du kan.",
        },
        Content::EmailChanged { new, undo, .. } => Text {
            subject: "E-postadressen for kontoen din er endret".to_owned(),
            heading: "E-postadressen for kontoen din er endret".to_owned(),
            happened: format!(
                "Kontoen din hos {site} har fått en ny e-postadresse: {new}. Adressen som denne e-posten er sendt til, \
                 hører ikke lenger til kontoen."
            ),
            next: "Var det du som gjorde det, trenger du ikke gjøre noe mer.".to_owned(),
            button: if undo.is_some() {
                "Angre endringen"
            } else {
                "Gå til kontoinnstillinger"
            },
            not_you: if undo.is_some() {
                "Velg «Angre endringen». Kontoen får da tilbake denne adressen, og alle som er logget på den, blir logget \
                 ut. Lenken virker i sju dager og kan bare brukes én gang."
            } else {
                "Ta kontakt med brukerstøtten der du jobber så snart du kan."
            },
        },
        Content::EmailRestored { email, .. } => Text {
            subject: "Endringen av e-postadressen er angret".to_owned(),
            heading: "Endringen av e-postadressen er angret".to_owned(),
            happened: format!(
                "Kontoen hos {site} har igjen e-postadressen {email}. Alle som var logget på kontoen, er logget ut. \
                 Elektroniske ID-er og passord som ble lagt til etter endringen, er fjernet."
            ),
            next: format!(
                "Logg på med {email}. Trenger du et nytt passord, velger du «Glemt ditt passord?» når du logger på."
            ),
            button: "Logg på",
            not_you: "Ta kontakt med brukerstøtten der du jobber så snart du kan.",
        },
    }
}
