//! The texts of the simulated eID, in Bokmål and English.

use super::{behaviour::Behaviour, request::Locale};

/// The texts of one language.
pub(crate) struct Text {
    pub(crate) lang: &'static str,
    pub(crate) title: &'static str,
    pub(crate) simulated: &'static str,
    pub(crate) error_prefix: &'static str,
    pub(crate) number: &'static str,
    pub(crate) number_hint: &'static str,
    pub(crate) number_bad: &'static str,
    pub(crate) level: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) people: &'static str,
    pub(crate) testers: &'static str,
    pub(crate) behaviour: &'static str,
    pub(crate) behaviour_hint: &'static str,
    pub(crate) front: &'static str,
    pub(crate) signed_out: &'static str,
    pub(crate) signed_out_text: &'static str,
    pub(crate) cannot: &'static str,
    pub(crate) unknown_client: &'static str,
    pub(crate) unknown_redirect: &'static str,
    pub(crate) gone: &'static str,
}

impl Text {
    /// The texts of a language.
    pub(crate) const fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::En => &EN,
            Locale::Nb | Locale::Nn | Locale::Se => &NB,
        }
    }

    /// The label of a behaviour.
    pub(crate) fn name(&self, behaviour: Behaviour) -> &'static str {
        let (nb, en) = match behaviour {
            Behaviour::Normal => ("Vanlig", "Normal"),
            Behaviour::WrongIssuer => {
                ("Feil utsteder i ID-tokenet", "Wrong issuer in the ID token")
            }
            Behaviour::WrongAudience => ("Feil mottaker", "Wrong audience"),
            Behaviour::WrongNonce => ("Feil nonce", "Wrong nonce"),
            Behaviour::WrongSignature => ("Feil signatur", "Wrong signature"),
            Behaviour::LowAcr => ("For lavt nivå", "Level too low"),
            Behaviour::IssuedInFuture => ("Utstedt om fem minutter", "Issued in five minutes"),
            Behaviour::Expired => ("Utløpt", "Expired"),
            Behaviour::ResponseWrongIss => {
                ("Feil utsteder i svaret", "Wrong issuer in the response")
            }
            Behaviour::AlgNone => ("Uten signatur", "Without a signature"),
            Behaviour::TokenError => ("Feil fra tokenendepunktet", "Error from the token endpoint"),
            Behaviour::TokenSlow => (
                "Tokenendepunktet bruker 30 sekunder",
                "Token endpoint takes 30 seconds",
            ),
            Behaviour::TemporarilyUnavailable => {
                ("Midlertidig utilgjengelig", "Temporarily unavailable")
            }
            Behaviour::ServerError => ("Feil hos leverandøren", "Error at the provider"),
            Behaviour::NoPid => ("Uten fødselsnummer", "Without an identity number"),
        };
        if self.lang == "en" { en } else { nb }
    }
}

const NB: Text = Text {
    lang: "nb",
    title: "Simulert eID",
    simulated: "Dette er en simulert eID for utprøving. Her finnes bare oppdiktede personer.",
    error_prefix: "Feil: ",
    number: "Fødselsnummer",
    number_hint: "11 siffer. Bare syntetiske numre, der måneden er økt med 80.",
    number_bad: "Skriv et gyldig syntetisk fødselsnummer med 11 siffer.",
    level: "Nivå",
    sign_in: "Logg inn",
    cancel: "Avbryt",
    people: "Eller logg inn som en av disse",
    testers: "For testere",
    behaviour: "Oppførsel",
    behaviour_hint: "Gjelder bare denne innloggingen.",
    front: "Start fra tjenesten du vil logge inn på. Den sender deg hit.",
    signed_out: "Du er logget ut",
    signed_out_text: "Du er logget ut av den simulerte eID-en og kan lukke vinduet.",
    cannot: "Innloggingen kan ikke fortsette",
    unknown_client: "Tjenesten som sendte deg hit, er ikke registrert. Gå tilbake og prøv en annen vei.",
    unknown_redirect: "Tjenesten ba om et svar til en adresse som ikke er registrert. Gå tilbake og prøv en annen vei.",
    gone: "Innloggingen er brukt eller utløpt. Gå tilbake til tjenesten og logg inn på nytt.",
};

const EN: Text = Text {
    lang: "en",
    title: "Simulated eID",
    simulated: "This is a simulated eID for trying things out. The people here are made up.",
    error_prefix: "Error: ",
    number: "National identity number",
    number_hint: "11 digits. Synthetic numbers only, with 80 added to the month.",
    number_bad: "Enter a valid synthetic identity number of 11 digits.",
    level: "Level",
    sign_in: "Sign in",
    cancel: "Cancel",
    people: "Or sign in as one of these",
    testers: "For testers",
    behaviour: "Behaviour",
    behaviour_hint: "Applies to this sign-in only.",
    front: "Start from the service that you want to sign in to. It sends you here.",
    signed_out: "You are signed out",
    signed_out_text: "You are signed out of the simulated eID and can close the window.",
    cannot: "The sign-in cannot go on",
    unknown_client: "The service that sent you here is not registered. Go back and try another way.",
    unknown_redirect: "The service asked for an answer to an address that is not registered. Go back and try another way.",
    gone: "The sign-in has been used or has expired. Go back to the service and sign in again.",
};
