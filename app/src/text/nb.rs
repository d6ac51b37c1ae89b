//! Bokmål.

use super::words::{
    Account, Common, Consent, Idle, LinkTexts, NoAccess, PasswordTexts, ProblemTexts, Recovery,
    Removal, SignIn, Texts, UndoEmail,
};
use kobling_model::password::Requirement;
use kobling_model::status::{NoAccessReason, Notice, NoticeStatus};
use kobling_model::{Lang, Problem};

pub(super) static NB: Texts = Texts {
    lang: Lang::Nb,
    common: Common {
        email: "E-postadresse",
        password: "Passord",
        name: "Navn",
        next: "Neste",
        cancel: "Avbryt",
        confirm: "Bekreft",
        continue_: "Fortsett",
        sign_in: "Logg på",
        sign_out: "Logg ut",
        other_address: "Bruk en annen adresse",
        skip: "Hopp til innholdet",
        language: "Språk",
        accessibility: "Tilgjengelighetserklæring",
        demo: "Dette er en demo. Personene er oppdiktet.",
        busy: "Vent litt",
        offline: "Vi fikk ikke kontakt med tjenesten. Prøv igjen om litt.",
        code: "Engangskode",
        code_hint: "Koden sendes inn av seg selv når alle åtte sifrene er på plass.",
        code_sent: |email, minutes| {
            format!(
                "Vi har sendt en kode på åtte sifre til {email}. Den virker i {minutes} minutter."
            )
        },
        code_again: "Send ny kode",
        last_code: |minutes| {
            format!(
                "Koden du fikk sist, virker fortsatt, i {minutes} minutter etter at den ble sendt."
            )
        },
        send_code: "Send kode",
        confirm_with: |provider| format!("Bekreft med {provider}"),
        back_to_account: "Tilbake til kontoinnstillinger",
    },
    idle: Idle {
        soon: "Du blir snart logget ut",
        soon_text: "Siden har ikke vært i bruk på en stund. Om to minutter logger vi deg ut for å passe på kontoen din. Det du har skrevet, blir stående.",
        stay: "Fortsett",
        over: "Du er logget ut",
        over_text: "Siden var ikke i bruk. Det du har skrevet, står fortsatt her: logg på i et nytt vindu, og gå så videre her.",
        close: "Tilbake til siden",
        without_script: |minutes| {
            format!("Du logges ut når siden ikke har vært i bruk på {minutes} minutter.")
        },
    },
    sign_in: SignIn {
        heading: "Logg på",
        with: |provider| format!("Logg på med {provider}"),
        or: "eller",
        forgot: "Glemt ditt passord?",
        towards: |client| format!("Du logger på for å komme til {client}."),
        signed_out: "Du er logget ut.",
        as_whom: "Du logger på som",
    },
    recovery: Recovery {
        heading: "Tilbakestill passord",
        intro: "Vi sender deg en e-post med en lenke. Der oppretter du et nytt passord.",
        robot: "Jeg er ikke en robot",
        robot_hint: "Kryss av, så gjør maskinen din en liten regneoppgave for deg.",
        working: "Maskinen din regner. Det tar noen sekunder.",
        worked: "Ferdig. Du kan gå videre.",
        send: "Tilbakestill passord",
        sent: |email, minutes| {
            format!(
                "Hvis {email} hører til en konto, er en e-post på vei dit. \
                 Lenken i den virker i {minutes} minutter."
            )
        },
        not_arrived: "Kommer den ikke fram? Se i søppelposten, eller prøv en gang til.",
        again: "Prøv en gang til",
        back: "Tilbake til pålogging",
        new_heading: "Opprett nytt passord",
        new_intro: |email| format!("Passordet er for {email}."),
        save: "Lagre passord",
        dead: "Lenken virker ikke lenger",
        ask_again: "Be om en ny lenke",
        done: "Passordet er lagret",
        done_text: "Det nye passordet gjelder fra nå av, og du er logget ut alle andre steder. \
                    Vi har også sendt deg en bekreftelse på e-post.",
        can_sign_in: "Disse kan logge på kontoen. Fjern det du ikke kjenner igjen.",
    },
    password: PasswordTexts {
        current: "Nåværende passord",
        new: "Nytt passord",
        confirm: "Bekreft passord",
        show: "Vis passord",
        hide: "Skjul passord",
        requirements: "Krav til passordet",
        met: "oppfylt",
        not_met: "ikke oppfylt",
        progress: |met, all| format!("{met} av {all} krav er oppfylt"),
        requirement: |requirement| match requirement {
            Requirement::MinLength(n) => format!("Minst {n} tegn"),
            Requirement::Upper => "En stor bokstav".into(),
            Requirement::Lower => "En liten bokstav".into(),
            Requirement::Digit => "Et tall".into(),
            Requirement::Symbol => "Et spesialtegn, for eksempel ! eller ?".into(),
            Requirement::NotCommon => "Ikke et vanlig passord".into(),
            Requirement::NotPersonal => "Ikke laget av navnet eller adressen din".into(),
        },
    },
    link: LinkTexts {
        heading: |provider| format!("Koble {provider} til kontoen din"),
        vouched: |organisation| format!("Denne adressen er registrert på deg hos {organisation}."),
        wrong: |contact| {
            format!(
                "Er adressen feil? Den endres i brukeradministrasjonen. Ta kontakt med {contact}."
            )
        },
        link: "Koble til",
        which: |provider| {
            format!(
                "Skriv adressen du bruker på jobb. Vi sender en kode dit, så vi vet at den er din. \
                 Neste gang kommer du rett inn med {provider}."
            )
        },
        fixed: "Adressen er registrert på deg. Vi sender en kode dit, så vi vet at du leser den.",
        moves: |provider, email| {
            format!("{provider} er nå koblet til {email}, og flyttes når du er ferdig her.")
        },
        looks_like: |hint| format!("Adressene ser slik ut: {hint}"),
        caution: |client| format!("Denne adressen gir ikke tilgang til {client}"),
        caution_why: |email, organisation, client| {
            format!(
                "{email} er bekreftet, men er ikke blant adressene som {organisation} har gitt tilgang til {client}. \
                 Ingenting er koblet ennå."
            )
        },
        use_another: "Bruk en annen adresse",
        anyway: "Fortsett likevel",
        caution_contact: |contact| format!("Vet du ikke hvilken adresse det er? Spør {contact}."),
        name_intro: "Adressen er bekreftet, og du får en ny konto. Hva heter du?",
        name_hint: "Navnet vises for deg og i programmene du logger på.",
        foreign_heading: "Koden din",
        foreign: "Skriv koden i vinduet der du begynte. Dette vinduet kan du lukke.",
    },
    no_access: NoAccess {
        heading: |reason| match reason {
            NoAccessReason::NotAUser | NoAccessReason::AnotherPerson => "Du har ikke tilgang ennå",
            NoAccessReason::OtherWay => "Logg på på en annen måte",
            NoAccessReason::TooLow => "Logg på med en sikrere ID",
        },
        linked_to: "Du er logget på som",
        why: |reason, organisation, client| match reason {
            NoAccessReason::NotAUser => format!(
                "Adressen er ikke blant dem som {organisation} har gitt tilgang til {client}."
            ),
            NoAccessReason::AnotherPerson => {
                format!("{organisation} har registrert denne adressen på en annen person.")
            }
            NoAccessReason::OtherWay => {
                format!("Måten du logget på, gir ikke tilgang til {client}.")
            }
            NoAccessReason::TooLow => {
                format!("{client} krever en sikrere pålogging enn den du brukte.")
            }
        },
        repair: "Har du fått tilgang med en annen adresse? Skriv den her, så sender vi en kode dit.",
        relink: |provider| format!("Koble {provider} til en annen adresse"),
        contact: "Er adressen riktig? Be om tilgang hos",
        help: "Får du det ikke til? Spør",
        operator: |client| format!("dem som driver {client}"),
        reference: "Oppgi referansen",
        to_account: "Gå til kontoinnstillinger",
    },
    consent: Consent {
        heading: |client| format!("Vil du bruke kontoen din i {client}?"),
        learns: |client, host| format!("Da får {client} på {host} vite dette:"),
        you: "Hvem du er her",
        you_text: "Et kjennetegn, så programmet kjenner deg igjen neste gang",
        withdrawn_at: "Du kan når som helst trekke det tilbake i kontoinnstillingene.",
        allow: "Tillat",
        applications: "Applikasjoner",
        learnt: |learns| match (learns.name, learns.email) {
            (true, true) => "Får vite navnet og e-postadressen din",
            (true, false) => "Får vite navnet ditt",
            (false, true) => "Får vite e-postadressen din",
            (false, false) => "Får bare kjenne deg igjen",
        },
        given: |date| format!("Tillatt {date}"),
        withdraw: "Trekk tilbake",
    },
    account: Account {
        heading: "Kontoinnstillinger",
        profile: "Profil",
        save_name: "Lagre navn",
        change_email: "Endre e-postadresse",
        released: "Adressen er registrert på en annen person, og hører ikke lenger til kontoen. Legg inn en annen adresse.",
        security: "Sikkerhet",
        password_since: |date| format!("Passordet er fra {date}."),
        no_password: "Kontoen har ikke passord.",
        change_password: "Endre passord",
        create_password: "Opprett passord",
        sessions: "Her er du logget på",
        this_session: "Denne enheten",
        unknown_device: "Ukjent enhet",
        began: |date| format!("Logget på {date}"),
        seen: |date| format!("Sist i bruk {date}"),
        by_password: "med passord",
        by: |provider| format!("med {provider}"),
        end: "Avslutt",
        end_others: "Logg ut alle andre",
        sign_out_everywhere: "Logg ut overalt",
        notices_heading: "Dette logges du ut av",
        notice_status: |status| match status {
            NoticeStatus::Confirmed => "Bekreftet",
            NoticeStatus::Waiting => "Venter – vi prøver videre",
            NoticeStatus::Untold => "Får ikke beskjed automatisk",
            NoticeStatus::Failed => "Ikke bekreftet",
        },
        refresh: "Oppdater",
        identities: "Tilknyttede identiteter",
        no_identities: "Ingen elektronisk ID er knyttet til kontoen.",
        linked_on: |date| format!("Tilknyttet {date}"),
        last_used: |date| format!("Sist brukt {date}"),
        remove: |provider| format!("Fjern {provider}"),
        link: |provider| format!("Koble til {provider}"),
        add_heading: "Koble til elektronisk ID",
        add_intro: |provider| {
            format!(
                "Først bekrefter du at det er deg. Så logger du på med {provider}, og deretter gir {provider} tilgang til kontoen."
            )
        },
        new_email: "Ny e-postadresse",
        email_intro: |email| {
            format!(
                "Adressen er nå {email}. Vi sender en kode til den nye, og bytter når du har skrevet den inn."
            )
        },
        closes: |applications, organisation, contact| {
            format!(
                "Adressen du har nå, gir tilgang til {applications}. Når du bytter, er tilgangen stengt til {organisation} har registrert den nye adressen. Kontakt: {contact}"
            )
        },
        email_proof: |provider| format!("Bekreft først at det er deg, med {provider}."),
        password_proof: "Passordet ditt, så vi vet at det er deg.",
        password_heading: "Endre passord",
        others_end: "Når du lagrer, blir du logget ut alle andre steder.",
        notice: |notice| match notice {
            Notice::LinkRemoved => "Tilknytningen er fjernet.",
            Notice::EmailChanged => "E-postadressen er endret.",
            Notice::PasswordChanged => "Passordet er endret.",
            Notice::NameChanged => "Navnet er lagret.",
            Notice::SessionsEnded => "Du er logget ut der.",
            Notice::Linked => "Identiteten er knyttet til kontoen.",
            Notice::ConsentWithdrawn => "Tillatelsen er trukket tilbake.",
        },
        sign_out_heading: "Vil du logge ut?",
        sign_out_ask: |client| match client {
            Some(client) => format!("{client} ber om at du logges ut her."),
            None => "Et program ber om at du logges ut her.".into(),
        },
        stay: "Bli værende",
    },
    undo_email: UndoEmail {
        heading: "Angre endringen av adressen",
        ask: |email| {
            format!(
                "Kontoen får tilbake adressen {email}. Alle som er logget på kontoen, blir logget ut."
            )
        },
        removes: "Elektroniske ID-er som er koblet til etter endringen, blir fjernet. Det samme gjelder et passord som er lagret etter den.",
        undo: "Angre endringen",
        leave: "Var det du som endret adressen? Da lukker du bare denne siden.",
        taken_heading: "Endringen kan ikke angres",
        taken: |email| {
            format!(
                "{email} hører nå til en annen konto, så ingenting er endret. Ta kontakt med brukerstøtten der du jobber."
            )
        },
        dead: "Lenken er brukt, for gammel eller erstattet av en annen endring. Hører adressen til kontoen din, kan du tilbakestille passordet. Ellers tar du kontakt med brukerstøtten der du jobber.",
        done: "Kontoen har fått tilbake adressen",
        done_text: "Alle er logget ut, og begge adressene har fått beskjed på e-post.",
        unlinked: "Elektroniske ID-er som ble koblet til etter endringen, er fjernet. Du kan koble til din egen når du har logget på.",
        new_password: "Opprett et nytt passord nå. Den som endret adressen, kan kjenne det gamle.",
    },
    removal: Removal {
        heading: "Fjern tilknytning",
        ask: |provider| {
            format!(
                "{provider} hører da ikke lenger til denne kontoen, og du blir logget ut der du logget på med {provider}. \
                 Du kan koble til igjen når du vil."
            )
        },
        remove: "Fjern",
        password: "Skriv passordet ditt, så vi vet at det er deg.",
        eid: |provider| format!("Logg på med {provider} en gang til, så vi vet at det er deg."),
        confirmed: |provider| {
            format!("Takk, vi vet at det er deg. Bekreft at {provider} skal fjernes.")
        },
        refused: |provider| {
            format!(
                "{provider} er den eneste måten du kan logge på med. Opprett et passord først, så kan du fjerne {provider} etterpå."
            )
        },
    },
    problem_page: ProblemTexts {
        heading: "Dette gikk ikke",
        not_found: "Vi finner ikke siden",
        leads_back: |client, host| {
            format!(
                "Det kaller seg {client}, og hører til {host}. Fortsett bare hvis du kjenner det."
            )
        },
        continue_to: |host| format!("Fortsett til {host}"),
        restart: "Begynn på nytt",
        to_sign_in: "Til pålogging",
    },
    problem,
    wait: |minutes| {
        let unit = if minutes == 1 { "minutt" } else { "minutter" };
        format!("Det har vært for mange forsøk. Vent {minutes} {unit}, og prøv igjen.")
    },
};

const fn problem(problem: Problem) -> &'static str {
    match problem {
        Problem::PasswordKnown => {
            "Dette passordet er kjent fra en datalekkasje. Velg et annet, så kan ingen gjette det."
        }
        Problem::EmailMissing => "Skriv e-postadressen din.",
        Problem::EmailInvalid => {
            "Skriv hele e-postadressen, for eksempel kari.nordmann@kommune.example."
        }
        Problem::EmailTaken => "Adressen hører til en annen konto. Velg en annen adresse.",
        Problem::EmailSame => "Kontoen har denne adressen allerede. Skriv den nye.",
        Problem::PasswordMissing => "Skriv passordet ditt.",
        Problem::SignInFailed => {
            "Adressen og passordet hører ikke sammen. Prøv igjen, eller tilbakestill passordet."
        }
        Problem::PasswordWrong => "Passordet stemmer ikke. Prøv igjen.",
        Problem::PasswordRules => "Velg et passord som oppfyller alle kravene.",
        Problem::PasswordsDiffer => "De to passordene er ulike. Skriv det samme begge steder.",
        Problem::RobotUnchecked => "Kryss av for at du ikke er en robot.",
        Problem::ProofInvalid => "Regneoppgaven ble ikke godtatt. Kryss av en gang til.",
        Problem::TooMany(_) => "Det har vært for mange forsøk. Vent noen minutter, og prøv igjen.",
        Problem::CodeMissing => "Skriv koden fra e-posten.",
        Problem::CodeWrong => "Koden stemmer ikke. Se etter i den nyeste e-posten, og prøv igjen.",
        Problem::CodeExpired => "Koden gjelder ikke lenger. Be om en ny kode.",
        Problem::NameMissing => "Skriv navnet ditt.",
        Problem::NameInvalid => "Skriv et navn på høyst 100 synlige tegn.",
        Problem::TicketInvalid => {
            "Lenken er brukt, for gammel eller erstattet av en nyere. Be om en ny lenke."
        }
        Problem::FlowExpired => {
            "Du har vært borte for lenge, eller begynte i et annet vindu. Begynn på nytt."
        }
        Problem::AlreadyDone => "Dette er alt gjort. Du trenger ikke gjøre det igjen.",
        Problem::LastWayIn => {
            "Dette er den eneste måten du kan logge på med. Opprett et passord først."
        }
        Problem::LinkedElsewhere => {
            "Kontoen med denne adressen er koblet til en annen elektronisk ID. Bruk en annen adresse, eller logg på med den ID-en. Er den ikke din, ta kontakt med arbeidsgiveren din."
        }
        Problem::AddressOfAnother => {
            "Denne adressen er registrert på en annen person. Bruk en annen adresse, eller ta kontakt med arbeidsgiveren din."
        }
        Problem::OtherPerson => {
            "Den elektroniske ID-en hører til en annen konto. Bekreft med din egen."
        }
        Problem::AccountDisabled => "Kontoen er sperret. Ta kontakt med arbeidsgiveren din.",
        Problem::EidCancelled => "Du avbrøt påloggingen. Prøv igjen, eller logg på en annen måte.",
        Problem::EidUnavailable => {
            "Vi får ikke kontakt med den elektroniske ID-en nå. Prøv igjen om litt, eller logg på en annen måte."
        }
        Problem::EidInvalid => "Svaret fra den elektroniske ID-en kunne ikke godtas. Prøv igjen.",
        Problem::EidTooLow => {
            "Denne elektroniske ID-en er ikke sikker nok her. Logg på med en sikrere."
        }
        Problem::EidSynthetic => {
            "Testpersoner kan ikke logge på her. Bruk din egen elektroniske ID."
        }
        Problem::EidReplayed => "Denne påloggingen er brukt alt. Begynn på nytt.",
        Problem::EidStateUnknown => {
            "Påloggingen ble ikke begynt i denne nettleseren, eller er for gammel. Begynn på nytt."
        }
        Problem::ClientInvalid => {
            "Programmet som sendte deg hit, er ikke riktig satt opp. Gå tilbake dit og prøv igjen, eller si fra til dem som driver det."
        }
        Problem::Outdated => "Kobling er oppdatert. Siden lastes på nytt.",
        Problem::RequestRefused => "Programmet som sendte deg hit, ba om noe det ikke kan få.",
        Problem::RequestSpent => {
            "Denne påloggingen er brukt alt, eller for gammel. Gå tilbake til programmet du kom fra, og begynn på nytt der."
        }
        Problem::NeedProof => "Bekreft først at det er deg.",
        Problem::NotSignedIn => "Du er ikke logget på. Logg på for å fortsette.",
        Problem::NotFound => "Adressen kan være skrevet feil, eller siden er flyttet.",
        Problem::BadRequest => {
            "Noe i forespørselen manglet eller var skadet. Gå tilbake og prøv igjen."
        }
        Problem::CrossOrigin => "Skjemaet ble sendt fra et annet nettsted. Begynn på nytt her.",
        Problem::TooLarge => "Det var mer enn vi kan ta imot. Skriv kortere, og prøv igjen.",
        Problem::Busy => "Det er mange som logger på akkurat nå. Prøv igjen om litt.",
        Problem::Unavailable => "Noe er i ustand hos oss. Prøv igjen om litt.",
    }
}
