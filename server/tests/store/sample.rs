//! Sample values, deterministic: the number distinguishes them.

use kobling_domain::{
    account::types::{Account, AddressChange, Claim},
    auth::session::{Method, Session},
    directory::types::Organisation,
    eid::types::EidAttempt,
    flow::types::{Destination, Flow, FlowState, MailboxCode},
    kernel::{secret::Digest256, store::Work},
    link::types::{Link, LinkOrigin},
    oidc::grant::{
        claims::{ClaimsWanted, Wanted},
        types::{AccessToken, AuthorizationRequest, CodeGrant, Family, Thumbprint},
    },
    ops::outbox::{Lane, OutboxRow},
};
use kobling_model::{
    AccountId, Email, FlowId, Lang, Level, LinkId, OrgId, Problems, ProviderId, SessionId,
    Timestamp, id::OutboxId, time::Span,
};
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp(1_800_000_000_123_456);
pub const MINUTE: Span = Span::minutes(1);

pub fn later(minutes: i64) -> Timestamp {
    NOW + Span::minutes(minutes)
}

pub fn uuid(number: u128) -> Uuid {
    Uuid::from_u128((0x0199 << 112) | number)
}

pub fn hash(of: &str) -> Digest256 {
    Digest256(format!("{of:-<43}"))
}

pub fn email(text: &str) -> Email {
    Email::parse(text).expect("an address")
}

pub fn bankid() -> ProviderId {
    ProviderId::parse("bankid").expect("a provider")
}

pub fn account(number: u128) -> Account {
    Account {
        id: AccountId(uuid(number)),
        email: email(&format!("person{number}@nordvik.example")),
        claim: Claim::Vouched,
        name: format!("Person Æ {number}"),
        lang: Lang::Nb,
        created_at: NOW,
        disabled_at: None,
    }
}

/// By which an account left an address, so many minutes from now; ten minutes remain to undo it.
pub fn address_change(ticket: &str, account: AccountId, old: &str, minutes: i64) -> AddressChange {
    AddressChange {
        ticket: hash(ticket),
        account,
        old: email(old),
        was_proven: true,
        changed_at: later(minutes),
        expires_at: later(minutes + 10),
    }
}

pub fn link(number: u128, account: AccountId) -> Link {
    Link {
        id: LinkId(uuid(number)),
        account,
        provider: bankid(),
        issuer: "https://eid.example".into(),
        subject: format!("subject {number}"),
        pid: Some(hash(&format!("pid {number}"))),
        origin: Some(LinkOrigin::Directory {
            organisation: "nordvik".into(),
        }),
        method: Some("BankID Mobil".into()),
        created_at: NOW,
        last_used_at: NOW,
    }
}

pub fn by_eid(link: LinkId) -> Method {
    Method::Eid {
        provider: bankid(),
        link,
        level: Level::High,
        acr: Some("idporten-loa-high".into()),
        method: Some("BankID".into()),
        sid: None,
    }
}

pub fn session(number: u128, account: AccountId) -> Session {
    Session {
        id: SessionId(uuid(number)),
        token: hash(&format!("session {number}")),
        account,
        method: Method::Password,
        device: "Firefox, Linux".into(),
        created_at: NOW,
        authenticated_at: later(1),
        last_seen_at: later(2),
        idle_until: Some(later(59)),
        expires_at: later(60),
    }
}

pub fn request() -> AuthorizationRequest {
    AuthorizationRequest {
        client_id: "startside".into(),
        redirect_uri: "https://start.example/callback".into(),
        scope: "openid email".into(),
        state: Some("a \"state\" with 'quotes' and \u{0} and ø".into()),
        nonce: None,
        code_challenge: "challenge".into(),
        force_login: true,
        max_age: Some(300),
        login_hint: None,
        lang: Some(Lang::En),
        ..AuthorizationRequest::default()
    }
}

pub fn flow(number: u128) -> Flow {
    Flow {
        id: FlowId(uuid(number)),
        browser: hash("browser"),
        destination: Destination::Client(request()),
        state: FlowState::SignIn {
            typed: "Kari".into(),
            email: None,
        },
        problem: Problems::NONE,
        version: 1,
        created_at: NOW,
        expires_at: later(30),
    }
}

pub fn attempt(flow: FlowId) -> EidAttempt {
    EidAttempt {
        state: hash("state"),
        flow,
        provider: bankid(),
        browser: hash("browser"),
        demanded_at: Some(NOW),
        expires_at: later(10),
    }
}

pub fn code(flow: FlowId) -> MailboxCode {
    MailboxCode {
        flow,
        account: None,
        email: email("kari@nordvik.example"),
        code: hash("code"),
        expires_at: later(10),
    }
}

pub fn code_grant(session: &Session) -> CodeGrant {
    CodeGrant {
        code: hash("grant"),
        client_id: "startside".into(),
        account: session.account,
        session: session.id,
        redirect_uri: "https://start.example/callback".into(),
        scope: "openid".into(),
        nonce: Some("nonce".into()),
        code_challenge: "challenge".into(),
        auth_time: NOW,
        method: by_eid(LinkId(uuid(9))),
        claims: claims(),
        jkt: None,
        expires_at: later(1),
    }
}

pub fn claims() -> ClaimsWanted {
    ClaimsWanted {
        id_token: Wanted::default(),
        userinfo: Wanted {
            name: true,
            email: false,
        },
    }
}

/// The token family of the code `name`, with a refresh token `name refresh`.
pub fn family(name: &str, session: &Session) -> Family {
    Family {
        id: hash(name),
        client_id: "startside".into(),
        account: session.account,
        session: session.id,
        scope: "openid email".into(),
        auth_time: NOW,
        method: by_eid(LinkId(uuid(9))),
        claims: claims(),
        jkt: None,
        refresh: Some(hash(&format!("{name} refresh"))),
        created_at: NOW,
        expires_at: session.expires_at,
    }
}

pub fn thumbprint(of: &str) -> Thumbprint {
    Thumbprint(hash(of).0)
}

pub fn access_token(name: &str, family: &Family) -> AccessToken {
    AccessToken {
        token: hash(name),
        family: family.id.clone(),
        scope: "openid".into(),
        jkt: Some(thumbprint("key")),
        created_at: NOW,
        expires_at: later(5),
    }
}

pub fn outbox(number: u128, due_at: Timestamp) -> OutboxRow {
    OutboxRow {
        id: OutboxId(uuid(number)),
        lane: Lane::Mail,
        sealed: format!("sealed {number}"),
        created_at: NOW,
        attempts: 0,
        due_at,
    }
}

pub fn organisation(number: u128, key: &str) -> Organisation {
    Organisation {
        id: OrgId(uuid(number)),
        key: key.into(),
        name: format!("{key} kommune"),
        contact: "Servicetorget, 55 00 00 00".into(),
        address_hint: None,
    }
}

/// Account 1 with session 1, and flow 1: most other rows reference these.
pub async fn base_rows(work: &mut dyn Work) -> (Account, Session, Flow) {
    let (account, flow) = (account(1), flow(1));
    let session = session(1, account.id);
    work.accounts()
        .insert_account(&account)
        .await
        .expect("account");
    work.sessions()
        .insert_session(&session)
        .await
        .expect("session");
    work.flows().insert_flow(&flow).await.expect("flow");
    (account, session, flow)
}
