//! A store that notes every call, and goes away when told to.

use async_trait::async_trait;
use kobling_domain::{
    account::{
        port::{Accounts, Tickets},
        types::{Account, RecoveryTicket, StoredPassword},
    },
    audit::{event::AuditRow, port::Audit},
    auth::{
        port::Sessions,
        session::{Method, Session},
    },
    directory::{
        port::Directory,
        types::{DirectoryUser, Employee, Organisation, Vouched},
    },
    eid::types::EidAttempt,
    flow::{
        port::{Codes, Flows},
        types::{Flow, MailboxCode},
    },
    kernel::{
        error::{StoreError, Stored},
        secret::Digest256,
        store::{Store, Work},
    },
    link::{port::Links, types::Link},
    oidc::{
        client::{SigningAlg, StoredClient},
        consent_rule::Consent,
        grant::{
            port::{Families, Grants, Pushed},
            types::{AccessToken, CodeGrant, Family, PushedRequest, Thumbprint},
        },
        logout::{
            port::Logouts,
            types::{ClientSession, EndedSessions, LogoutNotice, SessionSelector},
        },
        port::{Clients, Consents},
        signing_key::{port::SigningKeys, types::SigningKey},
    },
    ops::{
        outbox::{Lane, OutboxRow},
        port::{Figures, Outbox, RateLimits, SpentProofs},
    },
};
use kobling_model::{
    AccountId, Email, FlowId, Lang, LinkId, OrgId, Problem, ProviderId, SessionId, Timestamp,
    id::{NoticeId, OutboxId, SignOutId},
    status::NoticeStatus,
    time::Span,
};
use kobling_store::Database;
use std::sync::{Arc, Mutex};

/// What is noted, and what is to fail.
#[derive(Default)]
struct Watch {
    calls: Vec<&'static str>,
    fails: Option<&'static str>,
}

/// A database under watch.
#[derive(Clone)]
pub struct Watched {
    store: Database,
    watch: Arc<Mutex<Watch>>,
}

impl Watched {
    pub fn new(store: Database) -> Self {
        Self {
            store,
            watch: Arc::default(),
        }
    }

    /// The calls since the last time.
    pub fn calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.watch.lock().expect("nobody panicked").calls)
    }

    /// From now on every call of this name fails; `begin` and `read` are all of them.
    pub fn fail(&self, call: &'static str) {
        self.watch.lock().expect("nobody panicked").fails = Some(call);
    }

    /// All is well again.
    pub fn mend(&self) {
        self.watch.lock().expect("nobody panicked").fails = None;
    }

    fn note(&self, call: &'static str) -> Stored<()> {
        let mut watch = self.watch.lock().expect("nobody panicked");
        watch.calls.push(call);
        if watch.fails == Some(call) {
            Err(StoreError::Unavailable("told to fail".into()))
        } else {
            Ok(())
        }
    }

    fn unit(&self, work: Box<dyn Work>) -> Box<dyn Work> {
        Box::new(WatchedWork {
            work,
            watched: self.clone(),
        })
    }
}

#[async_trait]
impl Store for Watched {
    async fn begin(&self) -> Stored<Box<dyn Work>> {
        self.note("begin")?;
        Ok(self.unit(self.store.begin().await?))
    }

    async fn read(&self) -> Stored<Box<dyn Work>> {
        self.note("read")?;
        Ok(self.unit(self.store.read().await?))
    }
}

struct WatchedWork {
    work: Box<dyn Work>,
    watched: Watched,
}

#[async_trait]
impl Work for WatchedWork {
    kobling_domain::own_ports!();

    async fn commit(self: Box<Self>) -> Stored<()> {
        self.watched.note("commit")?;
        self.work.commit().await
    }
}

macro_rules! watched {
    ($($port:ident $accessor:ident { $($call:ident($($name:ident: $of:ty),*) -> $out:ty;)+ })+) => {$(
        #[async_trait]
        impl $port for WatchedWork {
            $(async fn $call(&mut self, $($name: $of),*) -> Stored<$out> {
                self.watched.note(stringify!($call))?;
                self.work.$accessor().$call($($name),*).await
            })+
        }
    )+};
}

watched! {
    Accounts accounts {
        account(id: AccountId) -> Option<Account>;
        account_by_email(email: &Email) -> Option<Account>;
        lock_account(id: AccountId) -> ();
        insert_account(account: &Account) -> ();
        set_name(id: AccountId, name: &str) -> ();
        set_lang(id: AccountId, lang: Lang) -> ();
        prove_email(id: AccountId, email: &Email, at: Timestamp) -> ();
        change_email(id: AccountId, old: &Email, new: &Email, at: Timestamp) -> bool;
        password(id: AccountId) -> Option<StoredPassword>;
        set_password(id: AccountId, password: &StoredPassword) -> ();
        refresh_password(id: AccountId, old: &str, new: &str) -> ();
    }
    Links links {
        link_by_subject(provider: &ProviderId, issuer: &str, subject: &str) -> Option<Link>;
        link_by_pid(provider: &ProviderId, pid: &Digest256) -> Option<Link>;
        link(id: LinkId) -> Option<Link>;
        links_of(account: AccountId) -> Vec<Link>;
        insert_link(link: &Link) -> ();
        touch_link(id: LinkId, subject: &str, method: Option<&str>, at: Timestamp) -> bool;
        delete_link(id: LinkId, account: AccountId) -> bool;
    }
    Sessions sessions {
        session_by_token(token: &Digest256, now: Timestamp) -> Option<Session>;
        sessions_of(account: AccountId, now: Timestamp) -> Vec<Session>;
        insert_session(session: &Session) -> ();
        touch_session(id: SessionId, at: Timestamp, idle_until: Option<Timestamp>) -> ();
        rotate_session(old: &Digest256, session: &Session) -> bool;
    }
    Logouts logouts {
        note_client_session(session: &ClientSession) -> ();
        end_sessions(which: &SessionSelector) -> EndedSessions;
        is_upstream_known(upstream: &Digest256) -> bool;
        insert_notice(notice: &LogoutNotice) -> ();
        notice(id: NoticeId) -> Option<LogoutNotice>;
        notices_of(sign_out: SignOutId) -> Vec<LogoutNotice>;
        settle_notice(id: NoticeId, told: NoticeStatus, at: Timestamp) -> ();
    }
    Flows flows {
        flow(id: FlowId, now: Timestamp) -> Option<Flow>;
        insert_flow(flow: &Flow) -> ();
        update_flow(flow: &Flow) -> bool;
        note_problem(flow: &Flow, problem: Problem) -> ();
        delete_flows_of(browser: &Digest256) -> u64;
        insert_attempt(attempt: &EidAttempt) -> ();
        attempt(state: &Digest256, now: Timestamp) -> Option<(EidAttempt, bool)>;
        consume_attempt(state: &Digest256, now: Timestamp) -> Option<EidAttempt>;
    }
    Codes codes {
        put_code(code: &MailboxCode) -> ();
        try_code(flow: FlowId, now: Timestamp, most: i64) -> Option<MailboxCode>;
        consume_code(flow: FlowId, code: &Digest256, now: Timestamp) -> bool;
        void_codes(email: &Email, account: AccountId) -> ();
    }
    Tickets tickets {
        insert_ticket(ticket: &RecoveryTicket) -> ();
        ticket(ticket: &Digest256, now: Timestamp) -> Option<RecoveryTicket>;
        consume_ticket(ticket: &Digest256, now: Timestamp) -> Option<RecoveryTicket>;
        void_tickets(account: AccountId) -> ();
    }
    SpentProofs spent_proofs {
        spend_proof(id: &Digest256, expires_at: Timestamp) -> bool;
    }
    RateLimits rate_limits {
        take(key: &Digest256, now: Timestamp, interval: Span, burst: i64) -> bool;
    }
    Outbox outbox {
        push_outbox(row: &OutboxRow) -> ();
        claim_outbox(lane: Lane, now: Timestamp, lease_until: Timestamp, most: i64) -> Vec<OutboxRow>;
        finish_outbox(id: OutboxId) -> ();
        postpone_outbox(id: OutboxId, due_at: Timestamp) -> ();
        next_outbox_due() -> Option<Timestamp>;
        next_due_in(lane: Lane) -> Option<Timestamp>;
    }
    Directory directory {
        organisation(key: &str) -> Option<Organisation>;
        organisation_by_id(id: OrgId) -> Option<Organisation>;
        put_organisation(org: &Organisation) -> ();
        vouched(pid: &Digest256) -> Vec<Vouched>;
        directory_name(email: &Email) -> Option<String>;
        is_user(org: OrgId, email: &Email) -> bool;
        organisations_of(email: &Email) -> Vec<OrgId>;
        employees(org: OrgId) -> Vec<Employee>;
        users(org: OrgId) -> Vec<DirectoryUser>;
        put_employees(employees: &[Employee]) -> ();
        put_users(org: OrgId, numbers: &[String], users: &[DirectoryUser]) -> ();
    }
    Clients clients {
        client(id: &str) -> Option<StoredClient>;
        all_clients() -> Vec<StoredClient>;
        insert_client(client: &StoredClient) -> ();
        update_client(client: &StoredClient) -> bool;
        delete_client(id: &str) -> bool;
        forget_client(id: &str) -> ();
    }
    Consents consents {
        consent(account: AccountId, client_id: &str) -> Option<Consent>;
        consents_of(account: AccountId) -> Vec<Consent>;
        put_consent(consent: &Consent) -> ();
        delete_consent(account: AccountId, client_id: &str) -> bool;
    }
    Pushed pushed {
        insert_pushed(request: &PushedRequest) -> ();
        consume_pushed(reference: &Digest256, client_id: &str, now: Timestamp) -> Option<PushedRequest>;
    }
    Grants grants {
        insert_code_grant(grant: &CodeGrant) -> ();
        consume_code_grant(code: &Digest256, now: Timestamp) -> Option<CodeGrant>;
    }
    Families families {
        hold_session_of_code(code: &Digest256, now: Timestamp) -> Option<Timestamp>;
        hold_session_of_refresh(token: &Digest256, now: Timestamp) -> Option<Method>;
        insert_family(family: &Family) -> ();
        rotate_refresh(
            old: &Digest256,
            new: &Digest256,
            client_id: &str,
            jkt: Option<&Thumbprint>,
            now: Timestamp
        ) -> Option<Family>;
        family_by_refresh(token: &Digest256, now: Timestamp) -> Option<Family>;
        family_by_spent(token: &Digest256) -> Option<Family>;
        end_family(id: &Digest256) -> bool;
        end_families_of(account: AccountId, client_id: &str) -> u64;
        insert_access_token(token: &AccessToken) -> ();
        access_token(token: &Digest256, now: Timestamp) -> Option<(AccessToken, Family)>;
        end_access_token(token: &Digest256) -> ();
    }
    SigningKeys signing_keys {
        all_signing_keys() -> Vec<SigningKey>;
        insert_signing_key(key: &SigningKey) -> bool;
        forget_signing_keys(alg: SigningAlg, before: i64) -> u64;
    }
    Figures figures {
        outbox_due(now: Timestamp) -> i64;
        logout_notices(told: NoticeStatus) -> i64;
    }
    Audit audit {
        insert_audit(row: &AuditRow) -> ();
        audit_of(account: AccountId, most: i64) -> Vec<AuditRow>;
        purge(now: Timestamp, audit_until: Option<Timestamp>) -> u64;
    }
}
