//! The domain on a real database, with a test clock, fixed random values, a test mailer and a test eID.

use super::{notifier::TestNotifier, person::Person};
use crate::support::{db::Engine, watch::Watch};
use async_trait::async_trait;
use kobling::hasher::{Argon2Hasher, Queue};
use kobling_demo::eid::synthetic_pid;
use kobling_domain::{
    Kobling, Ports, Settings, Visitor,
    auth::port::{HashFailed, PasswordHasher, Verified},
    directory::import::types::Import,
    eid::port::{EidError, EidIdentity, EidProvider, EidRequest, EidReturn, UpstreamLogout},
    kernel::{
        clock::{Clock, Entropy, Patience},
        secret::{Keys, Password},
    },
    oidc::client::{AccessRule, Client},
    ops::{
        mail::{Content, Letter},
        port::{MailError, Mailer},
    },
};
use kobling_model::{
    Level, NationalId, ProviderId, Timestamp, id::OutboxId, time::Span, view::ResetStep,
};
use kobling_store::Database;
use sha2::{Digest, Sha256};
use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::Notify;

pub const ORIGIN: &str = "https://konto.example";
pub const PASSWORD: &str = "Fjellrev synger i nattens lys";
pub const FIRST_RETRY: Span = Span::seconds(30);
pub const MINUTE: Span = Span::minutes(1);

/// A clock that the test sets.
pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// Every value differs from the others, and every run yields the same values.
struct TestEntropy(AtomicU64);

impl Entropy for TestEntropy {
    fn bytes(&self) -> [u8; 32] {
        Sha256::digest(self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes()).into()
    }
}

/// Records the requested waits, and returns at once.
#[derive(Default)]
pub struct TestPatience {
    waits: Mutex<Vec<Span>>,
    /// The longest wait that returns, if there is one.
    longest: Mutex<Option<Span>>,
    lost: Notify,
}

#[async_trait]
impl Patience for TestPatience {
    async fn wait(&self, span: Span) {
        let lock = || self.waits.lock().expect("the lock is not poisoned");
        let repeats = lock().contains(&span);
        lock().push(span);
        let longest = *self.longest.lock().expect("the lock is not poisoned");
        if longest.is_some_and(|longest| span > longest || span == longest && repeats) {
            self.lost.notify_one();
            pending::<()>().await;
        }
    }
}

impl TestPatience {
    pub fn waits(&self) -> Vec<Span> {
        std::mem::take(&mut self.waits.lock().expect("the lock is not poisoned"))
    }

    /// From now on, longer waits do not end, nor does a second one as long.
    pub fn lose_after(&self, longest: Span) {
        *self.longest.lock().expect("the lock is not poisoned") = Some(longest);
    }

    /// Completes when a wait does not end.
    pub async fn is_lost(&self) {
        self.lost.notified().await;
    }
}

/// Counts its calls and their work.
pub struct TestHasher {
    argon2: Argon2Hasher,
    done: AtomicUsize,
    blocks: AtomicU64,
}

/// An Argon2 that refuses nobody.
fn argon2(memory_kib: u32, iterations: u32, entropy: Arc<dyn Entropy>) -> Argon2Hasher {
    let queue = Queue {
        at_once: 2,
        length: 1_000,
        deadline: Duration::from_secs(600),
        keep: Duration::from_secs(10),
    };
    Argon2Hasher::new(memory_kib, iterations, 1, queue, entropy).expect("in range")
}

#[async_trait]
impl PasswordHasher for TestHasher {
    async fn hash(&self, password: Password) -> Result<String, HashFailed> {
        self.done.fetch_add(1, Ordering::SeqCst);
        self.argon2.hash(password).await
    }

    async fn verify(
        &self,
        password: Password,
        hash: Option<String>,
    ) -> Result<Verified, HashFailed> {
        self.done.fetch_add(1, Ordering::SeqCst);
        self.argon2.verify(password, hash).await
    }
}

impl TestHasher {
    /// The number of calls since the last time.
    pub fn done(&self) -> usize {
        self.done.swap(0, Ordering::SeqCst)
    }

    /// The memory blocks that Argon2 has computed since the last time.
    pub fn blocks(&self) -> u64 {
        let blocks = self.argon2.blocks();
        blocks - self.blocks.swap(blocks, Ordering::SeqCst)
    }
}

/// Keeps the mails that it delivers, or refuses them.
#[derive(Default)]
pub struct TestMailer {
    delivered: Mutex<Vec<(OutboxId, Letter)>>,
    refuses: Mutex<Option<MailError>>,
    stalls: AtomicBool,
    stalled: Notify,
}

#[async_trait]
impl Mailer for TestMailer {
    async fn deliver(&self, id: OutboxId, letter: &Letter) -> Result<(), MailError> {
        if let Some(error) = self
            .refuses
            .lock()
            .expect("the lock is not poisoned")
            .clone()
        {
            return Err(error);
        }
        if self.stalls.load(Ordering::SeqCst) {
            self.stalled.notify_one();
            pending::<()>().await;
        }
        self.delivered
            .lock()
            .expect("the lock is not poisoned")
            .push((id, letter.clone()));
        Ok(())
    }
}

impl TestMailer {
    pub fn refuse(&self, error: Option<MailError>) {
        *self.refuses.lock().expect("the lock is not poisoned") = error;
    }

    /// Whether a delivery takes for ever from now on.
    pub fn stall(&self, stalls: bool) {
        self.stalls.store(stalls, Ordering::SeqCst);
    }

    /// Completes when a delivery has begun that takes for ever.
    pub async fn is_stalled(&self) {
        self.stalled.notified().await;
    }

    pub fn delivered(&self) -> Vec<(OutboxId, Letter)> {
        self.delivered
            .lock()
            .expect("the lock is not poisoned")
            .clone()
    }
}

/// The prefix of a code that stands for a sign-in of the lowest level.
pub const LOW: &str = "low ";

/// An eID provider that accepts any code as identity number or subject; prefix [`LOW`] for a low level.
pub struct TestEid {
    id: ProviderId,
    /// The `sid` of the sign-ins from now on.
    pub sid: Mutex<Option<String>>,
    /// The `auth_time` of the sign-ins from now on.
    pub auth_time: Mutex<Option<Timestamp>>,
    acr_levels: [(String, Level); 2],
}

impl TestEid {
    fn new(id: &str) -> Self {
        Self {
            id: ProviderId::parse(id).expect("a name"),
            sid: Mutex::default(),
            auth_time: Mutex::default(),
            acr_levels: [
                ("idporten-loa-low".into(), Level::Low),
                ("idporten-loa-high".into(), Level::High),
            ],
        }
    }
}

#[async_trait]
impl EidProvider for TestEid {
    fn id(&self) -> &ProviderId {
        &self.id
    }

    fn issuer(&self) -> &str {
        "https://eid.example"
    }

    fn name(&self) -> &str {
        "BankID"
    }

    async fn begin(&self, request: EidRequest) -> Result<String, EidError> {
        let level = request.level.map(|level| format!("level={level:?}&"));
        let prompt = request.force_login.then_some("prompt=login&");
        Ok(format!(
            "https://eid.example/authorize?{}{}state={}",
            level.unwrap_or_default(),
            prompt.unwrap_or_default(),
            request.state
        ))
    }

    async fn finish(&self, answer: EidReturn) -> Result<EidIdentity, EidError> {
        let (level, acr, code) = match answer.code.strip_prefix(LOW) {
            Some(code) => (Level::Low, "idporten-loa-low", code),
            None => (Level::High, "idporten-loa-high", answer.code.as_str()),
        };
        Ok(EidIdentity {
            provider: self.id.clone(),
            issuer: "https://eid.example".into(),
            subject: format!("subject of {}", &code[..6]),
            pid: NationalId::parse(code).ok(),
            level,
            acr: Some(acr.into()),
            method: Some("BankID".into()),
            sid: self.sid.lock().expect("the lock is not poisoned").clone(),
            auth_time: *self.auth_time.lock().expect("the lock is not poisoned"),
        })
    }

    fn acr_levels(&self) -> &[(String, Level)] {
        &self.acr_levels
    }

    async fn end_session(&self, _: &str) -> Option<String> {
        None
    }

    /// Accepts a token of the form `jti sid subject`, with `-` for a missing part.
    async fn logout_token(&self, token: &str) -> Result<UpstreamLogout, EidError> {
        let parts: Vec<_> = token.split(' ').collect();
        let [jti, sid, subject] = parts[..] else {
            return Err(EidError::Invalid("logout token: signature".into()));
        };
        let given = |text: &str| (text != "-").then(|| text.replace('_', " "));
        Ok(UpstreamLogout {
            issuer: self.issuer().into(),
            sid: given(sid),
            subject: given(subject),
            jti: jti.into(),
            expires_at: Timestamp(i64::MAX),
        })
    }

    fn origins(&self) -> Vec<String> {
        vec!["https://eid.example".into()]
    }

    fn session_idle(&self) -> Option<Span> {
        Some(Span::minutes(30))
    }
}

/// The domain with all its test ports.
pub struct World {
    pub kobling: Kobling,
    pub clock: Arc<TestClock>,
    pub watch: Arc<Watch>,
    pub engine: Engine,
    pub hasher: Arc<TestHasher>,
    pub patience: Arc<TestPatience>,
    pub mailer: Arc<TestMailer>,
    pub notifier: Arc<TestNotifier>,
    pub eid: Arc<TestEid>,
}

/// The identity number with this index; the directory has 0 as `kari@nordvik.example`.
pub fn pid(index: u32) -> String {
    synthetic_pid(index * 40)
}

pub fn client(id: &str, access: AccessRule) -> Client {
    Client {
        redirect_uris: vec![format!("https://{id}.example/callback")],
        access,
        ..Client::new(id, id)
    }
}

impl World {
    pub async fn new(engine: &Engine) -> Self {
        Self::with(engine, |_| {}).await
    }

    /// With settings other than the defaults. Empties the database first.
    pub async fn with(engine: &Engine, change: impl FnOnce(&mut Settings)) -> Self {
        Self::with_eids(engine, &[], change).await
    }

    /// With more eID providers than `bankid`.
    pub async fn with_eids(
        engine: &Engine,
        others: &[&str],
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let engine = engine.emptied().await;
        let database = Database::open(engine.url()).await.expect("opens");
        database.migrate().await.expect("migrates");
        let watch = Arc::<Watch>::default();
        let clock = Arc::new(TestClock(AtomicI64::new(1_800_000_000_000_000)));
        let entropy: Arc<dyn Entropy> = Arc::new(TestEntropy(AtomicU64::new(0)));
        let hasher = Arc::new(TestHasher {
            argon2: argon2(64, 1, entropy.clone()),
            done: AtomicUsize::new(0),
            blocks: AtomicU64::new(0),
        });
        let (patience, mailer) = (Arc::<TestPatience>::default(), Arc::<TestMailer>::default());
        let notifier = Arc::<TestNotifier>::default();
        let eid = Arc::new(TestEid::new("bankid"));
        let ports = Ports {
            store: Arc::new(database.observed(watch.clone())),
            clock: clock.clone(),
            entropy,
            patience: patience.clone(),
            hasher: hasher.clone(),
            mailer: mailer.clone(),
            notifier: notifier.clone(),
            providers: std::iter::once(eid.clone() as Arc<dyn EidProvider>)
                .chain(others.iter().map(|id| Arc::new(TestEid::new(id)) as _))
                .collect(),
        };
        let mut settings = Settings::new(ORIGIN);
        settings.clients = vec![
            client(
                "start",
                AccessRule {
                    organisation: Some("nordvik".into()),
                    ..AccessRule::default()
                },
            ),
            client("open", AccessRule::default()),
        ];
        change(&mut settings);
        let kobling = Kobling::new(
            ports,
            Keys::new([1; 32], [2; 32]),
            settings,
            Arc::new(|| {}),
        );
        kobling
            .directory
            .put_organisation("nordvik", "Nordvik kommune", "Brukerstøtte", None)
            .await
            .expect("stored");
        let world = Self {
            kobling,
            clock,
            watch,
            engine,
            hasher,
            patience,
            mailer,
            notifier,
            eid,
        };
        world
            .import(&format!(
                "{};1;Kari Nordmann;kari@nordvik.example\n;2;Ola Nordmann;ola@nordvik.example\n",
                pid(0)
            ))
            .await;
        world
    }

    /// Another process on the same database, after the first has stopped.
    pub async fn restarted(&self) -> Kobling {
        let database = Database::open(self.engine.url()).await.expect("opens");
        database.migrate().await.expect("nothing to migrate");
        let ports = Ports {
            store: Arc::new(database),
            // Random values do not repeat.
            entropy: Arc::new(TestEntropy(AtomicU64::new(1 << 32))),
            ..self.kobling.ports().clone()
        };
        Kobling::new(
            ports,
            self.kobling.keys().clone(),
            self.kobling.settings().clone(),
            Arc::new(|| {}),
        )
    }

    /// Imports rows into the directory.
    pub async fn import(&self, lines: &str) {
        self.import_into("nordvik", lines).await;
    }

    /// Imports rows into the directory of an organisation.
    pub async fn import_into(&self, organisation: &str, lines: &str) {
        let file = format!("fodselsnummer;ansattnummer;navn;epost\n{lines}");
        let report = self
            .kobling
            .directory
            .import(organisation, file.as_bytes(), &Import::default())
            .await
            .expect("imports");
        assert_eq!(report.problems, []);
    }

    pub fn pass(&self, span: Span) {
        self.clock.0.fetch_add(span.0, Ordering::SeqCst);
    }

    /// An account with [`PASSWORD`].
    pub async fn account(&self, email: &str) {
        self.kobling
            .profile
            .ensure_account(email, "Ann Ansatt", PASSWORD)
            .await
            .expect("an account");
    }

    /// An account with [`PASSWORD`], hashed with other parameters than those in force.
    pub async fn old_account(&self, email: &str, memory_kib: u32, iterations: u32) {
        self.account(email).await;
        let old = argon2(memory_kib, iterations, self.kobling.ports().entropy.clone());
        let hash = old.hash(Password(PASSWORD.into())).await.expect("hashes");
        let id = format!("(SELECT id FROM accounts WHERE email = '{email}')");
        let set = format!("UPDATE passwords SET hash = '{hash}' WHERE account = {id}");
        self.engine.execute(&set).await;
    }

    /// A person with a browser.
    pub fn person(&self) -> Person<'_> {
        Person::new(self)
    }

    /// Runs the jobs that are due until none is left.
    pub async fn deliver(&self) {
        while self
            .kobling
            .jobs
            .run_all(FIRST_RETRY)
            .await
            .expect("the outbox")
            > 0
        {}
    }

    /// The mails to an address, oldest first.
    pub async fn mails(&self, to: &str) -> Vec<Content> {
        self.deliver().await;
        self.mailer
            .delivered()
            .into_iter()
            .filter(|(_, letter)| letter.to.as_str() == to)
            .map(|(_, letter)| letter.content)
            .collect()
    }

    /// The newest one-time code in a mailbox.
    pub async fn code(&self, to: &str) -> String {
        let mails = self.mails(to).await;
        let codes = mails.into_iter().rev().find_map(|content| match content {
            Content::LinkCode { code, .. } | Content::EmailCode { code, .. } => Some(code),
            _ => None,
        });
        codes.unwrap_or_else(|| panic!("no code for {to}"))
    }

    /// Requests a reset mail and returns its ticket.
    pub async fn ticket(&self, email: &str) -> String {
        let answer = self.person().recover(email).await;
        assert!(answer.starts_with("/forgot-password"), "{answer}");
        let mails = self.mails(email).await;
        let tickets = mails.into_iter().rev().find_map(|content| match content {
            Content::Reset { url, .. } => url
                .split_once("ticket=")
                .map(|(_, ticket)| ticket.to_owned()),
            _ => None,
        });
        tickets.unwrap_or_else(|| panic!("no ticket for {email}"))
    }

    /// Whether a ticket is valid.
    pub async fn ticket_lives(&self, ticket: &str) -> bool {
        let view = self
            .kobling
            .recovery
            .reset_view(&Visitor::default(), Some(ticket), None)
            .await
            .expect("a view");
        matches!(view.step, ResetStep::Choose { .. })
    }

    pub async fn rows(&self, table: &str) -> i64 {
        self.engine.rows(table).await
    }
}
