//! The exact JSON that rows and waiting jobs contain, at least one row for each variant. A database in use contains
//! rows of older builds: a change of a row here means that stored rows can no longer be read.

use crate::{
    auth::session::Method,
    flow::types::{
        AddingStep, Destination, FlowState, Identity, Linking, LinkingStep, RemovingStep, Return,
    },
    kernel::secret::Digest256,
    link::types::{LinkOrigin, OwnerProof},
    oidc::grant::{
        claims::{AcrWanted, ClaimsWanted, Wanted},
        types::{AuthorizationRequest, Thumbprint},
    },
    ops::{
        mail::{Content, Letter},
        outbox::Job,
    },
};
use kobling_model::{
    AccountId, Email, FlowId, Lang, Level, LinkId, ProviderId, SessionId, Timestamp,
    id::{NoticeId, SignOutId},
    route::Page,
    status::{NoAccessReason, Notice, NoticeStatus},
};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;
use uuid::Uuid;

/// Rows of a type, by variant. The match makes a variant without a row a compile error.
macro_rules! rows {
    ($test:ident, $type:ty, $($variant:pat => [$($value:expr => $json:expr),+ $(,)?],)+) => {
        #[test]
        fn $test() {
            match None::<$type> {
                None $(| Some($variant))+ => {}
            }
            $($(
                let value: $type = $value;
                assert!(matches!(value, $variant));
                hold(&value, $json);
            )+)+
        }
    };
}

/// This build writes exactly this JSON, and reads it back unchanged.
fn hold<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, json: &str) {
    assert_eq!(serde_json::to_string(value).expect("serialises"), json);
    assert_eq!(&serde_json::from_str::<T>(json).expect("reads"), value);
}

fn account() -> AccountId {
    AccountId(Uuid::from_u128(1))
}

fn link() -> LinkId {
    LinkId(Uuid::from_u128(2))
}

fn email() -> Email {
    Email::parse("kari@nordvik.example").expect("an address")
}

fn provider() -> ProviderId {
    ProviderId::parse("bankid").expect("a provider")
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn linking() -> Linking {
    Linking {
        identity: Identity {
            provider: provider(),
            issuer: text("https://eid.example"),
            subject: text("s"),
            pid: Some(Digest256(text("d"))),
            level: Level::High,
            acr: Some(text("a")),
            method: Some(text("BankID")),
            sid: Some(text("i")),
            authenticated_at: Timestamp(3),
        },
        moves_from: Some((account(), link())),
        by_session: true,
        no_access: None,
        step: LinkingStep::Code {
            email: email(),
            name: None,
            fixed: false,
            again: false,
        },
    }
}

fn request() -> AuthorizationRequest {
    AuthorizationRequest {
        client_id: text("c"),
        redirect_uri: text("https://a.example/"),
        scope: text("openid"),
        state: Some(text("s")),
        nonce: Some(text("n")),
        code_challenge: text("p"),
        force_login: true,
        max_age: Some(60),
        login_hint: Some(text("k")),
        lang: Some(Lang::En),
        silent: true,
        force_consent: true,
        claims: ClaimsWanted {
            id_token: Wanted {
                name: true,
                email: false,
            },
            userinfo: Wanted {
                name: false,
                email: true,
            },
        },
        acr: AcrWanted {
            values: vec![text("high")],
            essential: true,
        },
        subject: Some(text("u")),
        stepped_up: true,
        dpop_jkt: Some(Thumbprint(text("t"))),
    }
}

rows! { destinations, Destination,
    Destination::Account => [Destination::Account => r#""account""#],
    Destination::Return(_) => [
        Destination::Return(Return { page: Page::AccountEmail, typed: text("k"), mark: Digest256(text("d")) }) => r#"{"return":{"page":"AccountEmail","typed":"k","mark":"d"}}"#,
    ],
    Destination::Client(_) => [
        Destination::Client(AuthorizationRequest::default()) => r#"{"client":{"client_id":"","redirect_uri":"","scope":"","state":null,"nonce":null,"code_challenge":"","force_login":false,"max_age":null,"login_hint":null,"lang":null,"silent":false,"force_consent":false,"claims":{"id_token":{"name":false,"email":false},"userinfo":{"name":false,"email":false}},"acr":{"values":[],"essential":false},"subject":null,"stepped_up":false,"dpop_jkt":null}}"#,
        Destination::Client(request()) => r#"{"client":{"client_id":"c","redirect_uri":"https://a.example/","scope":"openid","state":"s","nonce":"n","code_challenge":"p","force_login":true,"max_age":60,"login_hint":"k","lang":"en","silent":true,"force_consent":true,"claims":{"id_token":{"name":true,"email":false},"userinfo":{"name":false,"email":true}},"acr":{"values":["high"],"essential":true},"subject":"u","stepped_up":true,"dpop_jkt":"t"}}"#,
    ],
}

rows! { flow_states, FlowState,
    FlowState::SignIn { .. } => [
        FlowState::SignIn { typed: text("k"), email: None } => r#"{"sign_in":{"typed":"k","email":null}}"#,
        FlowState::SignIn { typed: text("k"), email: Some(email()) } => r#"{"sign_in":{"typed":"k","email":"kari@nordvik.example"}}"#,
    ],
    FlowState::Linking(_) => [FlowState::Linking(linking()) => r#"{"linking":{"identity":{"provider":"bankid","issuer":"https://eid.example","subject":"s","pid":"d","level":"high","acr":"a","method":"BankID","sid":"i","authenticated_at":3},"moves_from":["00000000-0000-0000-0000-000000000001","00000000-0000-0000-0000-000000000002"],"by_session":true,"step":{"code":{"email":"kari@nordvik.example","name":null,"fixed":false}}}}"#],
    FlowState::NoAccess { .. } => [
        FlowState::NoAccess { account: account(), reference: text("R"), reason: NoAccessReason::TooLow, typed: text("k") } => r#"{"no_access":{"account":"00000000-0000-0000-0000-000000000001","reference":"R","reason":"too_low","typed":"k"}}"#,
    ],
    FlowState::Consent { .. } => [FlowState::Consent { account: account(), seen: None } => r#"{"consent":{"account":"00000000-0000-0000-0000-000000000001"}}"#],
    FlowState::Removing { .. } => [
        FlowState::Removing { account: account(), link: link(), step: RemovingStep::Ask } => r#"{"removing":{"account":"00000000-0000-0000-0000-000000000001","link":"00000000-0000-0000-0000-000000000002","step":"ask"}}"#,
    ],
    FlowState::ChangingEmail { .. } => [
        FlowState::ChangingEmail { account: account(), typed: text("k"), email: Some(email()), session: Some(SessionId(Uuid::from_u128(8))), again: false } => r#"{"changing_email":{"account":"00000000-0000-0000-0000-000000000001","typed":"k","email":"kari@nordvik.example","session":"00000000-0000-0000-0000-000000000008"}}"#,
    ],
    FlowState::EmailRestored { .. } => [
        FlowState::EmailRestored { sign_in: FlowId(Uuid::from_u128(4)), password: true, unlinked: false } => r#"{"email_restored":{"sign_in":"00000000-0000-0000-0000-000000000004","password":true,"unlinked":false}}"#,
    ],
    FlowState::Recovery { .. } => [FlowState::Recovery { typed: text("k"), sent: true, sign_in: None } => r#"{"recovery":{"typed":"k","sent":true}}"#],
    FlowState::Resetting => [FlowState::Resetting => r#""resetting""#],
    FlowState::RecoveryDone { .. } => [
        FlowState::RecoveryDone { sign_in: FlowId(Uuid::from_u128(4)), account: Some(account()), notice: Some(Notice::LinkRemoved) } => r#"{"recovery_done":{"sign_in":"00000000-0000-0000-0000-000000000004","account":"00000000-0000-0000-0000-000000000001","notice":"LinkRemoved"}}"#,
    ],
    FlowState::ChangingPassword { .. } => [FlowState::ChangingPassword { account: account() } => r#"{"changing_password":{"account":"00000000-0000-0000-0000-000000000001"}}"#],
    FlowState::Adding { .. } => [
        FlowState::Adding { account: account(), provider: Some(provider()), step: AddingStep::Prove } => r#"{"adding":{"account":"00000000-0000-0000-0000-000000000001","provider":"bankid","step":"prove"}}"#,
    ],
    FlowState::AskingSignOut { .. } => [
        FlowState::AskingSignOut { client: Some(text("c")), then: Some(text("https://a.example/")) } => r#"{"asking_sign_out":{"client":"c","then":"https://a.example/"}}"#,
    ],
    FlowState::SigningOut { .. } => [
        FlowState::SigningOut { then: None, sign_out: None, upstream: None } => r#"{"signing_out":{"then":null,"sign_out":null,"upstream":null}}"#,
        FlowState::SigningOut {
            then: Some(text("https://a.example/")),
            sign_out: Some(SignOutId(Uuid::from_u128(5))),
            upstream: Some((provider(), NoticeStatus::Failed)),
        } => r#"{"signing_out":{"then":"https://a.example/","sign_out":"00000000-0000-0000-0000-000000000005","upstream":["bankid","Failed"]}}"#,
    ],
    FlowState::Naming { .. } => [FlowState::Naming { typed: text("k") } => r#"{"naming":{"typed":"k"}}"#],
    FlowState::Ended { .. } => [
        FlowState::Ended { notice: None } => r#"{"ended":{"notice":null}}"#,
        FlowState::Ended { notice: Some(Notice::Linked) } => r#"{"ended":{"notice":"Linked"}}"#,
    ],
}

rows! { linking_steps, LinkingStep,
    LinkingStep::Vouched { .. } => [
        LinkingStep::Vouched { email: email(), name: text("Kari"), organisation: text("nordvik") } => r#"{"vouched":{"email":"kari@nordvik.example","name":"Kari","organisation":"nordvik"}}"#,
    ],
    LinkingStep::Address { .. } => [
        LinkingStep::Address { typed: text("k"), vouched: None } => r#"{"address":{"typed":"k","vouched":null}}"#,
        LinkingStep::Address { typed: text("k"), vouched: Some((email(), text("nordvik"))) } => r#"{"address":{"typed":"k","vouched":["kari@nordvik.example","nordvik"]}}"#,
    ],
    LinkingStep::Code { .. } => [
        LinkingStep::Code { email: email(), name: Some(text("Kari")), fixed: true, again: false } => r#"{"code":{"email":"kari@nordvik.example","name":"Kari","fixed":true}}"#,
    ],
    LinkingStep::Caution { .. } => [
        LinkingStep::Caution { email: email(), name: None, code: Digest256(text("d")) } => r#"{"caution":{"email":"kari@nordvik.example","name":null,"code":"d"}}"#,
    ],
    LinkingStep::Name { .. } => [LinkingStep::Name { email: email(), typed: text("K") } => r#"{"name":{"email":"kari@nordvik.example","typed":"K"}}"#],
}

rows! { removing_steps, RemovingStep,
    RemovingStep::Ask => [RemovingStep::Ask => r#""ask""#],
    RemovingStep::Prove => [RemovingStep::Prove => r#""prove""#],
    RemovingStep::Proven => [RemovingStep::Proven => r#""proven""#],
    RemovingStep::Refused => [RemovingStep::Refused => r#""refused""#],
}

rows! { origins, LinkOrigin,
    LinkOrigin::Directory { .. } => [LinkOrigin::Directory { organisation: text("nordvik") } => r#"{"directory":{"organisation":"nordvik"}}"#],
    LinkOrigin::Mailbox { .. } => [LinkOrigin::Mailbox { email: email() } => r#"{"mailbox":{"email":"kari@nordvik.example"}}"#],
    LinkOrigin::Account { .. } => [
        LinkOrigin::Account { proof: OwnerProof::Password } => r#"{"account":{"proof":"password"}}"#,
        LinkOrigin::Account { proof: OwnerProof::Eid } => r#"{"account":{"proof":"eid"}}"#,
        LinkOrigin::Account { proof: OwnerProof::IdentifiedEid } => r#"{"account":{"proof":"identified_eid"}}"#,
    ],
}

rows! { adding_steps, AddingStep,
    AddingStep::Prove => [AddingStep::Prove => r#""prove""#],
    AddingStep::Proven { .. } => [
        AddingStep::Proven { session: SessionId(Uuid::from_u128(6)), by: OwnerProof::Password } => r#"{"proven":{"session":"00000000-0000-0000-0000-000000000006","by":"password"}}"#,
    ],
}

rows! { reasons, NoAccessReason,
    NoAccessReason::NotAUser => [NoAccessReason::NotAUser => r#""not_a_user""#],
    NoAccessReason::AnotherPerson => [NoAccessReason::AnotherPerson => r#""another_person""#],
    NoAccessReason::OtherWay => [NoAccessReason::OtherWay => r#""other_way""#],
    NoAccessReason::TooLow => [NoAccessReason::TooLow => r#""too_low""#],
}

rows! { notices, Notice,
    Notice::LinkRemoved => [Notice::LinkRemoved => r#""LinkRemoved""#],
    Notice::EmailChanged => [Notice::EmailChanged => r#""EmailChanged""#],
    Notice::PasswordChanged => [Notice::PasswordChanged => r#""PasswordChanged""#],
    Notice::PasswordCreated => [Notice::PasswordCreated => r#""PasswordCreated""#],
    Notice::NameChanged => [Notice::NameChanged => r#""NameChanged""#],
    Notice::SessionsEnded => [Notice::SessionsEnded => r#""SessionsEnded""#],
    Notice::Linked => [Notice::Linked => r#""Linked""#],
    Notice::ConsentWithdrawn => [Notice::ConsentWithdrawn => r#""ConsentWithdrawn""#],
}

rows! { notice_statuses, NoticeStatus,
    NoticeStatus::Waiting => [NoticeStatus::Waiting => r#""Waiting""#],
    NoticeStatus::Confirmed => [NoticeStatus::Confirmed => r#""Confirmed""#],
    NoticeStatus::Failed => [NoticeStatus::Failed => r#""Failed""#],
    NoticeStatus::Untold => [NoticeStatus::Untold => r#""Untold""#],
}

rows! { levels, Level,
    Level::Low => [Level::Low => r#""low""#],
    Level::Substantial => [Level::Substantial => r#""substantial""#],
    Level::High => [Level::High => r#""high""#],
}

rows! { languages, Lang,
    Lang::Nb => [Lang::Nb => r#""nb""#],
    Lang::Nn => [Lang::Nn => r#""nn""#],
    Lang::En => [Lang::En => r#""en""#],
}

rows! { methods, Method,
    Method::Password => [Method::Password => r#""password""#],
    Method::Eid { .. } => [
        Method::Eid {
            provider: provider(),
            link: link(),
            level: Level::Substantial,
            acr: None,
            method: Some(text("BankID")),
            sid: None,
        } => r#"{"eid":{"provider":"bankid","link":"00000000-0000-0000-0000-000000000002","level":"substantial","acr":null,"method":"BankID","sid":null}}"#,
    ],
}

rows! { jobs, Job,
    Job::Mail { .. } => [
        Job::Mail {
            letter: Letter {
                to: email(),
                lang: Lang::Nb,
                content: Content::PasswordChanged { url: text("u") },
            },
            not_after: Some(Timestamp(6)),
        } => r#"{"Mail":{"letter":{"to":"kari@nordvik.example","lang":"nb","content":{"PasswordChanged":{"url":"u"}}},"not_after":6}}"#,
    ],
    Job::Recover { .. } => [Job::Recover { email: email(), lang: Lang::En } => r#"{"Recover":{"email":"kari@nordvik.example","lang":"en"}}"#],
    Job::Logout { .. } => [Job::Logout { notice: NoticeId(Uuid::from_u128(7)) } => r#"{"Logout":{"notice":"00000000-0000-0000-0000-000000000007"}}"#],
}

rows! { contents, Content,
    Content::LinkCode { .. } => [
        Content::LinkCode { code: text("123456"), url: text("u"), provider: text("BankID"), minutes: 15 } => r#"{"LinkCode":{"code":"123456","url":"u","provider":"BankID","minutes":15}}"#,
    ],
    Content::EmailCode { .. } => [
        Content::EmailCode { code: text("123456"), url: text("u"), minutes: 15 } => r#"{"EmailCode":{"code":"123456","url":"u","minutes":15}}"#,
    ],
    Content::Reset { .. } => [Content::Reset { url: text("u"), minutes: 15 } => r#"{"Reset":{"url":"u","minutes":15}}"#],
    Content::PasswordCreated { .. } => [Content::PasswordCreated { url: text("u") } => r#"{"PasswordCreated":{"url":"u"}}"#],
    Content::PasswordChanged { .. } => [Content::PasswordChanged { url: text("u") } => r#"{"PasswordChanged":{"url":"u"}}"#],
    Content::Linked { .. } => [Content::Linked { provider: text("BankID"), url: text("u") } => r#"{"Linked":{"provider":"BankID","url":"u"}}"#],
    Content::LinkRemoved { .. } => [
        Content::LinkRemoved { provider: text("BankID"), url: text("u") } => r#"{"LinkRemoved":{"provider":"BankID","url":"u"}}"#,
    ],
    Content::LinkMoved { .. } => [Content::LinkMoved { provider: text("BankID"), url: text("u") } => r#"{"LinkMoved":{"provider":"BankID","url":"u"}}"#],
    Content::PasswordRemoved { .. } => [Content::PasswordRemoved { url: text("u") } => r#"{"PasswordRemoved":{"url":"u"}}"#],
    Content::LinkUnbacked { .. } => [
        Content::LinkUnbacked { provider: text("BankID"), email: email(), url: text("u") } => r#"{"LinkUnbacked":{"provider":"BankID","email":"kari@nordvik.example","url":"u"}}"#,
    ],
    Content::AddressReleased { .. } => [
        Content::AddressReleased { email: email(), url: text("u") } => r#"{"AddressReleased":{"email":"kari@nordvik.example","url":"u"}}"#,
    ],
    Content::EmailChanged { .. } => [
        Content::EmailChanged { new: email(), url: text("u"), undo: None } => r#"{"EmailChanged":{"new":"kari@nordvik.example","url":"u"}}"#,
        Content::EmailChanged { new: email(), url: text("u"), undo: Some(text("o")) } => r#"{"EmailChanged":{"new":"kari@nordvik.example","url":"u","undo":"o"}}"#,
    ],
    Content::EmailRestored { .. } => [Content::EmailRestored { email: email(), url: text("u") } => r#"{"EmailRestored":{"email":"kari@nordvik.example","url":"u"}}"#],
}

/// Rows of earlier builds that this build can read.
#[test]
fn older_rows_are_still_readable() {
    let read = |json| serde_json::from_str::<FlowState>(json).expect("reads");
    let state = read(r#"{"signing_out":{"then":null}}"#);
    assert!(matches!(
        state,
        FlowState::SigningOut {
            sign_out: None,
            upstream: None,
            ..
        }
    ));
    let state = read(
        r#"{"changing_email":{"account":"00000000-0000-0000-0000-000000000001","typed":"k","email":null}}"#,
    );
    assert!(matches!(
        state,
        FlowState::ChangingEmail { session: None, .. }
    ));
    let state =
        read(r#"{"no_access":{"account":"00000000-0000-0000-0000-000000000001","reference":"R"}}"#);
    assert!(matches!(
        state,
        FlowState::NoAccess {
            reason: NoAccessReason::NotAUser,
            ..
        }
    ));
    let step = serde_json::from_str(r#"{"code":{"email":"kari@nordvik.example","name":null}}"#);
    assert!(matches!(step, Ok(LinkingStep::Code { fixed: false, .. })));
    let state = read(r#"{"recovery_done":{"sign_in":"00000000-0000-0000-0000-000000000004"}}"#);
    assert!(matches!(
        state,
        FlowState::RecoveryDone {
            account: None,
            notice: None,
            ..
        }
    ));
    let state = read(r#"{"adding":{"account":"00000000-0000-0000-0000-000000000001"}}"#);
    assert!(matches!(
        state,
        FlowState::Adding {
            provider: None,
            step: AddingStep::Prove,
            ..
        }
    ));
}
