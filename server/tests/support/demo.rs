//! The whole demo, started for a test and used without a browser engine.

use super::{
    browser::{Browser, Page, param, send},
    db::{Engine, each_engine},
};
use kobling::demo::{self, Options};
use kobling_demo::eid::synthetic_pid;
use serde::Deserialize;
use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{ExitStatus, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    sync::oneshot,
};

/// The number of concurrent callers in tests of single use.
pub const RACERS: usize = 16;
/// The address and password of an existing account.
pub const FINNES: (&str, &str) = ("finnes@nordvik.example", "Fjellrev synger i nattens lys");
/// The name of the session cookie.
pub const SESSION: &str = "kobling_session";
/// How often a test polls for what happens after the response.
const TRIES: usize = 500;

/// Cheap hashing, no waiting, and rate limits that allow races.
const SETTINGS: [&str; 5] = [
    "password.memory_kib=64",
    "password.iterations=1",
    "recovery.delay_milliseconds=0",
    "recovery.proof_cost=1",
    "limits.room=1000",
];

/// A person whom the simulated eID signs in without showing a page.
pub fn hint(pid: &str) -> String {
    format!("testid:{pid}_idporten-loa-high")
}

/// The directory knows the identity number and the address.
pub fn kjent() -> String {
    synthetic_pid(0)
}

/// The directory does not know the identity number.
pub fn ukjent() -> String {
    synthetic_pid(1)
}

/// The directory does not know the identity number; the address has an account.
pub fn finnes() -> String {
    synthetic_pid(2)
}

/// A person whose identity number and address are unknown.
pub fn unknown_person(index: u32) -> String {
    synthetic_pid(200_000 + index)
}

/// A mail as the mailbox shows it.
#[derive(Debug, Clone, Deserialize)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
}

impl Mail {
    /// The first address in it with this prefix.
    pub fn address(&self, beginning: &str) -> String {
        let start = self
            .text
            .find(beginning)
            .unwrap_or_else(|| panic!("no {beginning} in {}", self.text));
        self.text[start..]
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    /// A query parameter of the first address in it with this prefix.
    pub fn param(&self, beginning: &str, name: &str) -> String {
        let address = self.address(beginning).parse().expect("an address");
        param(&address, name).unwrap_or_else(|| panic!("no {name} in the mail"))
    }
}

/// A demo that runs until it is dropped.
pub struct Demo {
    pub origin: String,
    pub start: String,
    pub eid: String,
    mailbox: String,
    pub engine: Engine,
    pub folder: TempDir,
    running: Running,
}

/// Stops the demo when it is dropped.
enum Running {
    Task { _stop: oneshot::Sender<()> },
    Process { command: Box<Command>, child: Child },
}

impl Demo {
    /// Starts it on four free ports, in this process.
    pub async fn start(engine: &Engine, more: &[&str]) -> Self {
        let (folder, port) = (folder(), four_free_ports());
        let options = Options {
            data_dir: folder.path().to_owned(),
            port,
            database: Some(engine.url().to_owned()),
            settings: SETTINGS
                .iter()
                .chain(more)
                .map(|&setting| setting.to_owned())
                .collect(),
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(demo::run(options, async move {
            let _ = stopped.await;
        }));
        let demo = Self::at(port, folder, engine, Running::Task { _stop: stop });
        let up = demo.is_up().await;
        assert!(
            up && !running.is_finished(),
            "the demo stopped: {:?}",
            running.await
        );
        demo
    }

    /// Starts the demo's binary as a process that writes its log to a file.
    pub async fn spawn(engine: &Engine, more: &[&str]) -> Self {
        let folder = folder();
        let log = folder.path().join("log");
        fs::File::create(&log).expect("a log file");
        Self::spawn_logging(engine, more, folder, &log).await
    }

    /// The same with a log that cannot be written, as on a full disk.
    pub async fn spawn_without_log(engine: &Engine) -> Self {
        Self::spawn_logging(engine, &[], folder(), Path::new("/dev/full")).await
    }

    async fn spawn_logging(engine: &Engine, more: &[&str], folder: TempDir, log: &Path) -> Self {
        let port = four_free_ports();
        let mut command = Command::new(env!("CARGO_BIN_EXE_kobling"));
        command
            .args([
                "demo",
                "--port",
                &port.to_string(),
                "--database",
                engine.url(),
                "--data-dir",
            ])
            .arg(folder.path());
        for setting in SETTINGS.iter().chain(more) {
            command.args(["--set", setting]);
        }
        let mut file = fs::OpenOptions::new();
        let log = file.append(true).open(log).expect("a log file");
        command.stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        let child = command.spawn().expect("the program starts");
        let running = Running::Process {
            command: Box::new(command),
            child,
        };
        let demo = Self::at(port, folder, engine, running);
        demo.comes_up().await;
        demo
    }

    async fn comes_up(&self) {
        assert!(
            self.is_up().await,
            "the demo does not come up: {}",
            self.log()
        );
    }

    /// Sends SIGKILL to the process and waits until it has ended.
    pub async fn kill(&mut self) {
        let Running::Process { child, .. } = &mut self.running else {
            panic!("the demo is no process of its own");
        };
        child.kill().await.expect("it is killed");
    }

    /// Starts the process again, after it has ended.
    pub async fn restart(&mut self) {
        if let Running::Process { command, child } = &mut self.running {
            *child = command.spawn().expect("the program starts");
        }
        self.comes_up().await;
    }

    /// Sends SIGTERM to the process and waits until it has ended.
    pub async fn terminate(&mut self) -> ExitStatus {
        let Running::Process { child, .. } = &mut self.running else {
            panic!("the demo is no process of its own");
        };
        let id = child.id().expect("it runs");
        let killed = Command::new("sh")
            .args(["-c", &format!("kill -TERM {id}")])
            .status()
            .await;
        assert!(killed.is_ok_and(|status| status.success()), "kill");
        child.wait().await.expect("it has ended")
    }

    /// What the process has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn at(port: u16, folder: TempDir, engine: &Engine, running: Running) -> Self {
        let of = |offset: u16| format!("http://localhost:{}", port + offset);
        Self {
            origin: of(0),
            start: of(1),
            eid: of(2),
            mailbox: of(3),
            engine: engine.clone(),
            folder,
            running,
        }
    }

    async fn is_up(&self) -> bool {
        let client = self.browser();
        for _ in 0..TRIES {
            let answer = client.request(reqwest::Method::GET, "/health").send().await;
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return true;
            }
            a_moment().await;
        }
        false
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.origin)
    }

    /// Opens the start page and signs in with an eID; returns the last page.
    pub async fn enter(&self, browser: &Browser, pid: &str) -> Page {
        let address = format!("{}/enterprise?login_hint={}", self.start, hint(pid));
        browser.go(&address).await
    }

    /// Signs in with an eID on the way to account settings; returns the last page.
    pub async fn sign_in(&self, browser: &Browser, pid: &str) -> Page {
        let page = self.at_eid(browser, pid).await;
        browser.follow(page).await
    }

    /// Signs in at the simulated eID; returns the page that redirects to Kobling.
    pub async fn at_eid(&self, browser: &Browser, pid: &str) -> Page {
        let begun = browser.get("/eid/bankid/start").await;
        let page = browser
            .follow_until(begun, |next| next.path() == "/eid/bankid/callback")
            .await;
        if page.location().is_some() {
            // The person is still signed in there.
            return page;
        }
        assert!(page.url.as_str().starts_with(&self.eid), "{}", page.url);
        let interaction = page.param("interaction");
        let form = [
            ("interaction", interaction.as_str()),
            ("pid", pid),
            ("action", "sign-in"),
        ];
        send(
            browser
                .request(reqwest::Method::POST, &format!("{}/login", self.eid))
                .form(&form),
        )
        .await
    }

    /// Signs in with address and password on the way to account settings.
    pub async fn sign_in_with_password(
        &self,
        browser: &Browser,
        email: &str,
        password: &str,
    ) -> Page {
        let page = browser.submit("/ui/identify", &[("email", email)]).await;
        let flow = page.param("flow");
        browser
            .submit(
                "/ui/password-sign-in",
                &[("flow", &flow), ("password", password)],
            )
            .await
    }

    /// Sends the form that asks for an address; returns the flow and the code.
    pub async fn ask_code(&self, browser: &Browser, page: &Page, email: &str) -> (String, String) {
        let flow = page.param("flow");
        let page = browser
            .submit("/ui/link-send-code", &[("flow", &flow), ("email", email)])
            .await;
        assert_eq!(page.url.path(), "/link", "{}", page.body);
        let mail = self.mail(email, "Engangskode").await;
        (flow, mail.param(&self.origin, "code"))
    }

    /// Links an unknown eID to an address by code; returns the last page.
    pub async fn link(&self, browser: &Browser, page: &Page, email: &str) -> Page {
        let (flow, code) = self.ask_code(browser, page, email).await;
        browser
            .submit("/ui/link-code", &[("flow", &flow), ("code", &code)])
            .await
    }

    /// Requests a reset mail and returns its ticket.
    pub async fn ticket(&self, email: &str) -> String {
        self.browser()
            .submit("/ui/request-recovery", &[("email", email), ("robot", "on")])
            .await;
        self.mail(email, "Tilbakestill")
            .await
            .param(&self.origin, "ticket")
    }

    /// All mails so far, newest first.
    pub async fn mails(&self) -> Vec<Mail> {
        let page = self
            .browser()
            .get(&format!("{}/api/messages", self.mailbox))
            .await;
        serde_json::from_str(&page.body).expect("a list of mails")
    }

    /// Waits for the newest mail to an address with this in its subject.
    pub async fn mail(&self, to: &str, subject: &str) -> Mail {
        self.settled().await;
        let mails = self.mails().await;
        mails
            .iter()
            .find(|mail| mail.to == to && mail.subject.contains(subject))
            .unwrap_or_else(|| panic!("no mail “{subject}” to {to}, but {mails:?}"))
            .clone()
    }

    /// The number of mails to an address with this in their subject, once the outbox is empty.
    pub async fn mails_to(&self, to: &str, subject: &str) -> usize {
        self.settled().await;
        let mails = self.mails().await;
        mails
            .iter()
            .filter(|mail| mail.to == to && mail.subject.contains(subject))
            .count()
    }

    /// Waits until the outbox is empty: a job is removed only when it is done.
    pub async fn settled(&self) {
        for _ in 0..TRIES {
            if self.engine.rows("outbox").await == 0 {
                return;
            }
            a_moment().await;
        }
        panic!("the outbox does not empty");
    }

    /// The client secret of the start page.
    pub fn client_secret(&self) -> String {
        fs::read_to_string(self.folder.path().join("start-page.secret"))
            .expect("the client's secret")
    }
}

/// Runs a test against a demo on each engine.
pub async fn each_demo(test: impl AsyncFn(&Demo)) {
    each_engine(async |engine| {
        let demo = Demo::start(&engine, &[]).await;
        test(&demo).await;
    })
    .await;
}

/// Waits between two polls.
pub async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

/// Does sixteen things concurrently.
pub async fn race<T, F>(mut act: impl FnMut(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(RACERS));
    let mut racers = tokio::task::JoinSet::new();
    for number in 0..RACERS {
        let (barrier, act) = (barrier.clone(), act(number));
        racers.spawn(async move {
            barrier.wait().await;
            act.await
        });
    }
    racers.join_all().await
}

/// A data directory. Creating its key takes longer than everything else, so the demos of one run share one.
fn folder() -> TempDir {
    static KEY: OnceLock<Vec<u8>> = OnceLock::new();
    let name = "eid-client.pem";
    let key = KEY.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let options = Options {
            data_dir: folder.path().to_owned(),
            port: 3000,
            database: None,
            settings: Vec::new(),
        };
        demo::configuration(&options, 0).expect("a configuration");
        fs::read(folder.path().join(name)).expect("a key")
    });
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join(name), key).expect("the key is stored");
    folder
}

/// The first of four free ports in a row, below those that the system assigns.
fn four_free_ports() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = 20_000 + (std::process::id() % 1_000) as u16 * 8;
    for _ in 0..1_000 {
        let port = begin + NEXT.fetch_add(4, Ordering::Relaxed) % 4_000;
        if (port..port + 4).all(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()) {
            return port;
        }
    }
    panic!("no four free ports in a row");
}
