//! Nynorsk.

use super::{Text, Words};
use kobling_domain::ops::mail::Content;

pub(super) const WORDS: Words = Words {
    code: "Eingongskode",
    address: "Viss knappen ikkje verkar, kan du kopiere denne adressa inn i nettlesaren:",
    was_it_not_you: "Var det ikkje deg?",
    footer: (
        "Denne e-posten er send automatisk frå ",
        " og kan ikkje svarast på.",
    ),
};

/// The same word in singular and plural.
fn minutes(n: i64) -> String {
    format!("{n} minutt")
}

pub(super) fn text(content: &Content, site: &str) -> Text {
    match content {
        Content::LinkCode {
            provider,
            minutes: n,
            ..
        } => Text {
            subject: format!("Eingongskode for å kople til {provider}"),
            heading: format!("Kople {provider} til kontoen din"),
            happened: format!(
                "Du har logga på hos {site} med {provider} og oppgitt denne e-postadressa. Skriv inn eingongskoden på \
                 sida du kom frå, så blir {provider} kopla til kontoen din."
            ),
            next: format!(
                "Koden verkar i {} og kan berre brukast éin gong. Les du e-posten på ei anna eining, skriv du inn \
                 koden på eininga der du starta.",
                minutes(*n)
            ),
            button: "Opne sida med koden fylt inn",
            not_you: "Då treng du ikkje gjere noko. Ingenting blir kopla til kontoen utan koden. Ikkje gi han til \
                      nokon, heller ikkje til oss.",
        },
        Content::EmailCode { minutes: n, .. } => Text {
            subject: "Eingongskode for å stadfeste e-postadressa di".to_owned(),
            heading: "Stadfest den nye e-postadressa di".to_owned(),
            happened: format!(
                "Du har bede om å bruke denne e-postadressa for kontoen din hos {site}. Skriv inn eingongskoden på sida \
                 du kom frå for å stadfeste at adressa er di."
            ),
            next: format!(
                "Koden verkar i {} og kan berre brukast éin gong. Les du e-posten på ei anna eining, skriv du inn \
                 koden på eininga der du starta.",
                minutes(*n)
            ),
            button: "Opne sida med koden fylt inn",
            not_you: "Då treng du ikkje gjere noko. Adressa blir ikkje teken i bruk utan koden. Ikkje gi han til \
                      nokon, heller ikkje til oss.",
        },
        Content::Reset { minutes: n, .. } => Text {
            subject: "Tilbakestill passordet ditt".to_owned(),
            heading: "Tilbakestill passordet ditt".to_owned(),
            happened: format!(
                "Vi har fått ein førespurnad om å tilbakestille passordet for kontoen din hos {site}."
            ),
            next: format!(
                "Vel «Opprett nytt passord» for å halde fram. Lenka verkar i {} og kan berre brukast éin gong.",
                minutes(*n)
            ),
            button: "Opprett nytt passord",
            not_you: "Då treng du ikkje gjere noko. Passordet ditt er ikkje endra, og du kan halde fram med å bruke \
                      det.",
        },
        Content::PasswordCreated { .. } => Text {
            subject: "Kontoen din har fått eit passord".to_owned(),
            heading: "Kontoen din har fått eit passord".to_owned(),
            happened: format!(
                "Eit passord er oppretta for kontoen din hos {site}. Frå no av kan du òg logge på med e-postadressa og \
                 passordet."
            ),
            next: "Var det du som gjorde det, treng du ikkje gjere noko meir.".to_owned(),
            button: "Tilbakestill passord",
            not_you: "Tilbakestill passordet med ein gong. Sjå deretter gjennom kontoinnstillingane dine, eller ta \
                      kontakt med brukarstøtta der du jobbar.",
        },
        Content::PasswordChanged { .. } => Text {
            subject: "Kontoen din har fått nytt passord".to_owned(),
            heading: "Kontoen din har fått nytt passord".to_owned(),
            happened: format!("Eit nytt passord er lagra for kontoen din hos {site}."),
            next: "Var det du som gjorde det, treng du ikkje gjere noko meir.".to_owned(),
            button: "Tilbakestill passord",
            not_you: "Tilbakestill passordet med ein gong. Sjå deretter gjennom kontoinnstillingane dine, eller ta \
                      kontakt med brukarstøtta der du jobbar.",
        },
        Content::PasswordRemoved { .. } => Text {
            subject: "Passordet er fjerna frå kontoen din".to_owned(),
            heading: "Passordet er fjerna frå kontoen din".to_owned(),
            happened: format!(
                "Passordet for kontoen din hos {site} vart laga før ein elektronisk ID vart kopla til kontoen. Vi veit \
                 ikkje om det var du som laga det. Derfor har vi fjerna passordet og logga ut kontoen alle andre stader."
            ),
            next: "Du loggar på med den elektroniske ID-en din. Vil du òg ha eit passord, kan du opprette eit nytt."
                .to_owned(),
            button: "Opprett nytt passord",
            not_you: "Ta kontakt med brukarstøtta der du jobbar så snart du kan.",
        },
        Content::Linked { provider, .. } => Text {
            subject: format!("{provider} er kopla til kontoen din"),
            heading: format!("{provider} er kopla til kontoen din"),
            happened: format!("{provider} er no kopla til kontoen din hos {site}."),
            next: format!("Frå no av kan du logge på med {provider}."),
            button: "Gå til kontoinnstillingar",
            not_you: "Gå til kontoinnstillingar, fjern tilknytinga og byt passord. Ta gjerne kontakt med brukarstøtta \
                      der du jobbar.",
        },
        Content::LinkRemoved { provider, .. } => Text {
            subject: format!("{provider} er fjerna frå kontoen din"),
            heading: format!("{provider} er fjerna frå kontoen din"),
            happened: format!(
                "Tilknytinga mellom {provider} og kontoen din hos {site} er fjerna. Du kan ikkje lenger logge på denne \
                 kontoen med {provider}."
            ),
            next: format!("Du kan kople til {provider} igjen når du vil."),
            button: "Gå til kontoinnstillingar",
            not_you: "Gå til kontoinnstillingar, sjå over kontoen og byt passord. Ta gjerne kontakt med brukarstøtta \
                      der du jobbar.",
        },
        Content::LinkMoved { provider, .. } => Text {
            subject: format!("{provider} er kopla til ein annan konto"),
            heading: format!("{provider} er kopla til ein annan konto"),
            happened: format!(
                "{provider} var kopla til denne kontoen hos {site}, men er no kopla til ein konto med ei anna \
                 e-postadresse. Du kan ikkje lenger logge på denne kontoen med {provider}."
            ),
            next: "Var det du som gjorde det, treng du ikkje gjere noko meir.".to_owned(),
            button: "Gå til kontoinnstillingar",
            not_you: "Gå til kontoinnstillingar og sjå over kontoen, eller ta kontakt med brukarstøtta der du jobbar.",
        },
        Content::LinkUnbacked {
            provider, email, ..
        } => Text {
            subject: format!("{provider} er fjerna frå ein konto"),
            heading: format!("{provider} er fjerna frå ein konto"),
            happened: format!(
                "{provider} var kopla til kontoen med adressa {email} hos {site} utan at adressa var stadfesta. No er \
                 adressa stadfesta på ein annan måte, og {provider} er derfor fjerna frå kontoen."
            ),
            next: format!(
                "Var det din {provider}, kan du kople han til igjen neste gong du loggar på, med ein kode som vi sender \
                 til adressa."
            ),
            button: "Gå til kontoinnstillingar",
            not_you: "Ta kontakt med brukarstøtta der du jobbar, så dei kan rette opplysningane om deg.",
        },
        Content::AddressReleased { email, .. } => Text {
            subject: "Ei e-postadresse har fått ny eigar".to_owned(),
            heading: "Ei e-postadresse har fått ny eigar".to_owned(),
            happened: format!(
                "Adressa {email} er no registrert på ein annan person. Derfor er ho fjerna frå kontoen som hadde ho hos \
                 {site}, og den kontoen er logga ut overalt."
            ),
            next: "Er adressa di no, loggar du på som vanleg og får din eigen konto. Hadde du adressa før, kan du \
                   logge på med den elektroniske ID-en din og leggje inn ei anna adresse."
                .to_owned(),
            button: "Gå til kontoinnstillingar",
            not_you: "Er adressa framleis di, ta kontakt med brukarstøtta der du jobbar så snart du kan.",
        },
        Content::EmailChanged { new, undo, .. } => Text {
            subject: "E-postadressa for kontoen din er endra".to_owned(),
            heading: "E-postadressa for kontoen din er endra".to_owned(),
            happened: format!(
                "Kontoen din hos {site} har fått ei ny e-postadresse: {new}. Adressa som denne e-posten er send til, \
                 høyrer ikkje lenger til kontoen."
            ),
            next: "Var det du som gjorde det, treng du ikkje gjere noko meir.".to_owned(),
            button: if undo.is_some() {
                "Angre endringa"
            } else {
                "Gå til kontoinnstillingar"
            },
            not_you: if undo.is_some() {
                "Vel «Angre endringa». Kontoen får då tilbake denne adressa, og alle som er logga på han, blir logga ut. \
                 Lenka verkar i sju dagar og kan berre brukast éin gong."
            } else {
                "Ta kontakt med brukarstøtta der du jobbar så snart du kan."
            },
        },
        Content::EmailRestored { email, .. } => Text {
            subject: "Endringa av e-postadressa er angra".to_owned(),
            heading: "Endringa av e-postadressa er angra".to_owned(),
            happened: format!(
                "Kontoen hos {site} har igjen e-postadressa {email}. Alle som var logga på kontoen, er logga ut. \
                 Elektroniske ID-ar og passord som vart lagde til etter endringa, er fjerna."
            ),
            next: format!(
                "Logg på med {email}. Treng du eit nytt passord, vel du «Gløymt passordet?» når du loggar på."
            ),
            button: "Logg på",
            not_you: "Ta kontakt med brukarstøtta der du jobbar så snart du kan.",
        },
    }
}
