//! The views that several samples are variations of.

use kobling_model::password::Personal;
use kobling_model::status::NoAccessReason;
use kobling_model::view::{
    AccountView, ApplicationItem, ChangeEmailStep, ChangeEmailView, ClosingItem, Learns, LinkItem,
    LinkStep, LinkView, NoAccessView, OrganisationView, ProofView, ProviderView, ServiceItem,
    SessionItem, SignInStep, SignInView,
};
use kobling_model::{FlowId, LinkId, Problems, ProviderId, SessionId, Timestamp};
use uuid::Uuid;

/// No browser has such a flow, so the server answers the forms of a sample with `flow_expired`.
pub(super) const FLOW: FlowId = FlowId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001));
pub(super) const KARI: &str = "kari.nordmann@nordvik.example";
pub(super) const CLIENT: &str = "Nordvik timeføring";
pub(super) const ORGANISATION: &str = "Nordvik kommune";
pub(super) const CONTACT: &str = "post@nordvik.example";
pub(super) const CODE: &str = "48213579";

pub(super) fn text(text: &str) -> String {
    text.to_owned()
}

pub(super) fn at(day: i64) -> Timestamp {
    Timestamp::from_seconds(1_790_000_000 + day * 86_400)
}

pub(super) fn providers() -> Vec<ProviderView> {
    [("bankid", "BankID"), ("idporten", "ID-porten")]
        .into_iter()
        .filter_map(|(id, name)| {
            Some(ProviderView {
                id: ProviderId::parse(id)?,
                name: text(name),
            })
        })
        .collect()
}

pub(super) fn organisation() -> OrganisationView {
    OrganisationView {
        name: text(ORGANISATION),
        contact: text(CONTACT),
        address_hint: Some(text("fornavn.etternavn@nordvik.example")),
    }
}

pub(super) fn login(step: SignInStep) -> SignInView {
    SignInView {
        flow: Some(FLOW),
        step,
        problem: Problems::NONE,
        providers: providers(),
        eid_first: false,
        client: None,
        signed_out: None,
        client_origin: None,
    }
}

pub(super) fn link(provider: &ProviderView, step: LinkStep) -> LinkView {
    LinkView {
        flow: FLOW,
        provider: provider.clone(),
        step,
        problem: Problems::NONE,
        moves_from: None,
        client: Some(text(CLIENT)),
        client_origin: None,
        organisation: Some(organisation()),
        ahead: None,
    }
}

pub(super) fn no_access(provider: &ProviderView, reason: NoAccessReason) -> NoAccessView {
    NoAccessView {
        flow: FLOW,
        email: text("kari@privat.example"),
        client: text(CLIENT),
        organisation: text(ORGANISATION),
        contact: text(CONTACT),
        mailto: Some((text(CONTACT), format!("mailto:{CONTACT}?subject=0199"))),
        reference: text("01990000-0000-7000-8000-000000000001"),
        provider: Some(provider.clone()),
        reason,
        address_hint: organisation().address_hint,
        typed: String::new(),
        problem: Problems::NONE,
        client_origin: None,
    }
}

pub(super) fn link_item(index: u128, provider: &ProviderView) -> LinkItem {
    LinkItem {
        id: LinkId(Uuid::from_u128(index)),
        provider: provider.clone(),
        method: Some(text("BankID Mobil")),
        created_at: at(0),
        last_used_at: at(40),
    }
}

pub(super) fn session(index: u128, device: &str, provider: Option<&str>) -> SessionItem {
    SessionItem {
        id: SessionId(Uuid::from_u128(index)),
        current: index == 0,
        device: text(device),
        provider: provider.map(text),
        created_at: at(39),
        last_seen_at: at(40),
        seen_minutes: if index == 0 { 0 } else { 130 },
        services: provider.map(|_| text(CLIENT)).into_iter().collect(),
        number: None,
    }
}

pub(super) fn service(
    name: &str,
    organisation: Option<&str>,
    refused: Option<NoAccessReason>,
) -> ServiceItem {
    ServiceItem {
        name: text(name),
        start: organisation.map(|_| text("https://tjeneste.nordvik.example/")),
        organisation: organisation.map(text),
        refused,
    }
}

pub(super) fn account(links: Vec<LinkItem>, linkable: Vec<ProviderView>) -> AccountView {
    AccountView {
        name: text("Kari Nordmann"),
        typed: None,
        mark: String::new(),
        email: text(KARI),
        released: false,
        password_since: Some(at(10)),
        links,
        sessions: vec![
            session(0, "Firefox, Windows", Some("BankID")),
            session(1, "Safari, iPhone", None),
            SessionItem {
                number: Some(1),
                ..session(3, "Chrome, Android", None)
            },
            SessionItem {
                number: Some(2),
                ..session(4, "Chrome, Android", None)
            },
            session(2, "", Some("BankID")),
        ],
        linkable,
        services: vec![
            service(CLIENT, Some(ORGANISATION), None),
            service("Åpen kalender", None, None),
            service("Lønn", Some(ORGANISATION), Some(NoAccessReason::TooLow)),
            service(
                "Arkiv",
                Some("Sørvik kommune"),
                Some(NoAccessReason::NotAUser),
            ),
        ],
        applications: [(true, true), (true, false), (false, false)]
            .into_iter()
            .enumerate()
            .map(|(index, (name, email))| ApplicationItem {
                client: format!("app-{index}"),
                name: format!("Kalender {}", index + 1),
                learns: Learns { name, email },
                given_at: at(20),
            })
            .collect(),
        adding: None,
        removal: None,
        problem: Problems::NONE,
        notice: None,
    }
}

pub(super) fn change_email(step: ChangeEmailStep, proof: ProofView) -> ChangeEmailView {
    ChangeEmailView {
        flow: Some(FLOW),
        current: text(KARI),
        mark: String::new(),
        step,
        proof,
        closing: vec![ClosingItem {
            applications: vec![text(CLIENT), text("Nordvik arkiv")],
            organisation: text(ORGANISATION),
            contact: text(CONTACT),
        }],
        problem: Problems::NONE,
    }
}

pub(super) fn about() -> Personal {
    Personal {
        email: text(KARI),
        name: text("Kari Nordmann"),
    }
}
