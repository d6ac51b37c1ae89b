//! The texts of the simulated eID.

use super::behaviour::Behaviour;
use crate::lang::Lang;

/// The texts of one language.
pub(crate) struct Text {
    pub(crate) lang: Lang,
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
    pub(crate) suggested: &'static str,
    pub(crate) by_number: &'static str,
    pub(crate) testers: &'static str,
    pub(crate) behaviour: &'static str,
    pub(crate) behaviour_hint: &'static str,
    pub(crate) front: &'static str,
    pub(crate) to_start_page: &'static str,
    pub(crate) signed_out: &'static str,
    pub(crate) signed_out_text: &'static str,
    pub(crate) cannot: &'static str,
    pub(crate) unknown_client: &'static str,
    pub(crate) unknown_redirect: &'static str,
    pub(crate) gone: &'static str,
}

impl Text {
    /// The texts of a language.
    pub(crate) const fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::Nb => &NB,
            Lang::Nn => &NN,
            Lang::En => &EN,
        }
    }

    /// The label of a behaviour.
    pub(crate) fn name(&self, behaviour: Behaviour) -> &'static str {
        let (nb, nn, en) = match behaviour {
            Behaviour::Normal => ("Vanlig", "Vanleg", "Normal"),
            Behaviour::WrongIssuer => (
                "Feil utsteder i ID-tokenet",
                "Feil utferdar i ID-tokenet",
                "Wrong issuer in the ID token",
            ),
            Behaviour::WrongAudience => ("Feil mottaker", "Feil mottakar", "Wrong audience"),
            Behaviour::WrongNonce => ("Feil nonce", "Feil nonce", "Wrong nonce"),
            Behaviour::WrongSignature => ("Feil signatur", "Feil signatur", "Wrong signature"),
            Behaviour::LowAcr => ("For lavt nivå", "For lågt nivå", "Level too low"),
            Behaviour::IssuedInFuture => (
                "Utstedt om fem minutter",
                "Utferda om fem minutt",
                "Issued in five minutes",
            ),
            Behaviour::Expired => ("Utløpt", "Utgått", "Expired"),
            Behaviour::ResponseWrongIss => (
                "Feil utsteder i svaret",
                "Feil utferdar i svaret",
                "Wrong issuer in the response",
            ),
            Behaviour::AlgNone => ("Uten signatur", "Utan signatur", "Without a signature"),
            Behaviour::TokenError => (
                "Feil fra tokenendepunktet",
                "Feil frå tokenendepunktet",
                "Error from the token endpoint",
            ),
            Behaviour::TokenSlow => (
                "Tokenendepunktet bruker 30 sekunder",
                "Tokenendepunktet bruker 30 sekund",
                "Token endpoint takes 30 seconds",
            ),
            Behaviour::TemporarilyUnavailable => (
                "Midlertidig utilgjengelig",
                "Mellombels utilgjengeleg",
                "Temporarily unavailable",
            ),
            Behaviour::ServerError => (
                "Feil hos leverandøren",
                "Feil hos leverandøren",
                "Error at the provider",
            ),
            Behaviour::NoPid => (
                "Uten fødselsnummer",
                "Utan fødselsnummer",
                "Without an identity number",
            ),
        };
        self.lang.pick(nb, nn, en)
    }
}

const NB: Text = Text {
    lang: Lang::Nb,
    title: "Simulert eID",
    simulated: "Dette er en simulert eID for utprøving. Her finnes bare oppdiktede personer.",
    error_prefix: "Feil: ",
    number: "Fødselsnummer",
    number_hint: "11 siffer. Bare syntetiske numre, der måneden er økt med 80.",
    number_bad: "Skriv et gyldig syntetisk fødselsnummer med 11 siffer.",
    level: "Nivå",
    sign_in: "Logg inn",
    cancel: "Avbryt",
    people: "Logg inn som en av disse",
    suggested: "Du valgte denne på startsiden.",
    by_number: "Eller med et fødselsnummer",
    testers: "For testere",
    behaviour: "Oppførsel",
    behaviour_hint: "Gjelder bare denne innloggingen.",
    front: "Start fra tjenesten du vil logge inn på. Den sender deg hit.",
    to_start_page: "Til startsiden",
    signed_out: "Du er logget ut",
    signed_out_text: "Du er logget ut av den simulerte eID-en og kan lukke vinduet.",
    cannot: "Innloggingen kan ikke fortsette",
    unknown_client: "Tjenesten som sendte deg hit, er ikke registrert. Gå tilbake og prøv en annen vei.",
    unknown_redirect: "Tjenesten ba om et svar til en adresse som ikke er registrert. Gå tilbake og prøv en annen vei.",
    gone: "Innloggingen er brukt eller utløpt. Gå tilbake til tjenesten og logg inn på nytt.",
};

const NN: Text = Text {
    lang: Lang::Nn,
    title: "Simulert eID",
    simulated: "Dette er ein simulert eID til utprøving. Her finst berre oppdikta personar.",
    error_prefix: "Feil: ",
    number: "Fødselsnummer",
    number_hint: "11 siffer. Berre syntetiske nummer, der månaden er auka med 80.",
    number_bad: "Skriv eit gyldig syntetisk fødselsnummer med 11 siffer.",
    level: "Nivå",
    sign_in: "Logg inn",
    cancel: "Avbryt",
    people: "Logg inn som ein av desse",
    suggested: "Du valde denne på startsida.",
    by_number: "Eller med eit fødselsnummer",
    testers: "For testarar",
    behaviour: "Oppførsel",
    behaviour_hint: "Gjeld berre denne innlogginga.",
    front: "Start frå tenesta du vil logge inn på. Ho sender deg hit.",
    to_start_page: "Til startsida",
    signed_out: "Du er logga ut",
    signed_out_text: "Du er logga ut av den simulerte eID-en og kan lukke vindauget.",
    cannot: "Innlogginga kan ikkje halde fram",
    unknown_client: "Tenesta som sende deg hit, er ikkje registrert. Gå tilbake og prøv ein annan veg.",
    unknown_redirect: "Tenesta bad om eit svar til ei adresse som ikkje er registrert. Gå tilbake og prøv ein annan veg.",
    gone: "Innlogginga er brukt eller utgått. Gå tilbake til tenesta og logg inn på nytt.",
};

const EN: Text = Text {
    lang: Lang::En,
    title: "Simulated eID",
    simulated: "This is a simulated eID for trying things out. The people here are made up.",
    error_prefix: "Error: ",
    number: "National identity number",
    number_hint: "11 digits. Synthetic numbers only, with 80 added to the month.",
    number_bad: "Enter a valid synthetic identity number of 11 digits.",
    level: "Level",
    sign_in: "Sign in",
    cancel: "Cancel",
    people: "Sign in as one of these",
    suggested: "You chose this one on the start page.",
    by_number: "Or with an identity number",
    testers: "For testers",
    behaviour: "Behaviour",
    behaviour_hint: "Applies to this sign-in only.",
    front: "Start from the service that you want to sign in to. It sends you here.",
    to_start_page: "To the start page",
    signed_out: "You are signed out",
    signed_out_text: "You are signed out of the simulated eID and can close the window.",
    cannot: "The sign-in cannot go on",
    unknown_client: "The service that sent you here is not registered. Go back and try another way.",
    unknown_redirect: "The service asked for an answer to an address that is not registered. Go back and try another way.",
    gone: "The sign-in has been used or has expired. Go back to the service and sign in again.",
};
