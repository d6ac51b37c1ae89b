//! `kobling demo`: Kobling and three simulated services in one process, each on its own origin, with fictitious people.
//!
//! Built only with the feature `demo`. The services use Kobling over HTTP and SMTP only.

use crate::{
    config::Config,
    wiring::{Server, StartError},
    world::SystemEntropy,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use kobling_demo::{
    Bar, FINNES, Service,
    eid::{self, Eid},
    mailbox::Mailbox,
    payroll, people, start_page,
};
use kobling_domain::{Kobling, kernel::clock::Entropy};
use kobling_store::Database;
use rsa::{
    RsaPrivateKey,
    pkcs8::{EncodePrivateKey, LineEnding},
    traits::PublicKeyParts,
};
use serde_json::json;
use std::{
    fs,
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::{net::TcpListener, sync::Mutex};
use url::Url;

/// The coat of arms of the organisation, which is as fictitious as its people.
const ARMS: [(&str, &str); 2] = [
    ("nordvik.svg", include_str!("demo/nordvik.svg")),
    ("nordvik-dark.svg", include_str!("demo/nordvik-dark.svg")),
];
/// The colour that goes with it.
const ACCENT: &str = "#0a6153";
/// How often to try to empty the database: on PostgreSQL, requests in progress can be in the way.
const RESTART_ATTEMPTS: u32 = 3;

/// The options of the demo.
#[derive(Debug, Clone)]
pub struct Options {
    /// Directory of the database and the keys; an empty one starts from scratch.
    pub data_dir: PathBuf,
    /// Port of Kobling; the start page, the simulated eID and the mailbox use the next three.
    pub port: u16,
    /// URL of a database instead of the file in the data directory.
    pub database: Option<String>,
    /// `section.key=value` settings.
    pub settings: Vec<String>,
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "used as a function in map_err"
)]
fn failed(error: impl ToString) -> StartError {
    StartError::Demo(error.to_string())
}

/// Creates a file that only its owner can read.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(path)?.write_all(text.as_bytes())
}

/// The file of a secret in the data directory, which is generated if it is missing.
fn kept(
    dir: &Path,
    name: &str,
    make: impl FnOnce() -> Result<String, StartError>,
) -> Result<PathBuf, StartError> {
    let path = dir.join(name);
    if !path.is_file() {
        write_private(&path, &make()?).map_err(failed)?;
    }
    Ok(path)
}

fn origin(port: u16) -> String {
    format!("http://localhost:{port}")
}

/// The demo's configuration. `smtp_port` is 0 for commands, which send nothing.
///
/// # Errors
/// [`StartError`].
pub fn configuration(options: &Options, smtp_port: u16) -> Result<Config, StartError> {
    let dir = &options.data_dir;
    fs::create_dir_all(dir).map_err(failed)?;
    let random = || Ok(STANDARD.encode(SystemEntropy.bytes()));
    let master = kept(dir, "master.key", random)?;
    let identity = kept(dir, "identity.key", random)?;
    let secret = kept(dir, "start-page.secret", random)?;
    let eid_key = kept(dir, "eid-client.pem", || {
        let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2_048).map_err(failed)?;
        Ok(key
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(failed)?
            .to_string())
    })?;
    let database = options
        .database
        .clone()
        .unwrap_or_else(|| format!("sqlite://{}", dir.join("kobling.db").display()));
    for (name, drawing) in ARMS {
        fs::write(dir.join(name), drawing).map_err(failed)?;
    }
    let [light, dark] = ARMS.map(|(name, _)| dir.join(name));
    let (port, start) = (options.port, origin(options.port + 1));
    let text = format!(
        r#"
        [server]
        listen = "127.0.0.1:{port}"
        origin = "{origin}"
        site_name = "Kobling"
        mode = "test"

        [branding]
        logo = {light:?}
        logo_dark = {dark:?}
        favicon = {light:?}
        accent = {ACCENT:?}
        support = "mailto:brukerstotte@nordvik.example"

        [database]
        url = {database:?}

        [secrets]
        master_key_file = {master:?}
        identity_key_file = {identity:?}

        [mail]
        from_name = "Kobling"
        from_address = "kobling@nordvik.example"

        [mail.smtp]
        host = "127.0.0.1"
        port = {smtp_port}
        tls = "none"

        [[organisation]]
        key = "nordvik"
        name = "Nordvik kommune"
        contact = "Brukerstøtte i Nordvik kommune, brukerstotte@nordvik.example"
        address_hint = "fornavn.etternavn@nordvik.example"

        [[provider]]
        id = "bankid"
        name = "BankID"
        preset = "idporten-test"
        issuer = "{eid}"
        client_id = "kobling-demo"
        private_key_file = {eid_key:?}
        kid = "kobling-demo"
        minimum_level = "high"

        [[client]]
        id = "startside"
        name = "Startside"
        secret_file = {secret:?}
        redirect_uris = ["{start}/enterprise/callback"]
        post_logout_redirect_uris = ["{start}/enterprise/signed-out"]
        back_channel_logout = "{start}/enterprise/backchannel-logout"
        start = "{start}/enterprise"
        organisation = "nordvik"
        provider = "bankid"
        "#,
        origin = origin(port),
        eid = origin(port + 2),
    );
    Ok(Config::read(&text, &options.settings)?)
}

/// Imports the directory and creates the account that exists from the start, unless they are there already.
async fn fill(kobling: &Kobling) -> Result<(), String> {
    let report = kobling
        .directory
        .import_once("nordvik", payroll().as_bytes())
        .await
        .map_err(|error| error.to_string())?;
    if let Some(problem) = report.and_then(|report| report.problems.into_iter().next()) {
        return Err(format!("payroll line {}: {}", problem.line, problem.error));
    }
    let (name, address, password) = FINNES;
    kobling
        .profile
        .ensure_account(address, name, password)
        .await
        .map_err(|error| error.to_string())
}

/// What is emptied when the demo is restarted.
struct Services {
    kobling: Arc<Kobling>,
    /// The URL of Kobling's database.
    database: String,
    eid: Eid,
    mailbox: Mailbox,
    /// One restart at a time.
    restarts: Mutex<()>,
}

impl Services {
    /// Brings back the state of a start with an empty data directory, while all services run. If it fails half-way, a
    /// second restart or the next start completes it.
    async fn restart(self: Arc<Self>) -> Result<(), String> {
        let _one = self.restarts.lock().await;
        let database = Database::open(&self.database)
            .await
            .map_err(|error| error.to_string())?;
        let mut emptied = database.empty().await;
        for _ in 1..RESTART_ATTEMPTS {
            if emptied.is_err() {
                emptied = database.empty().await;
            }
        }
        database.close().await;
        emptied.map_err(|error| error.to_string())?;
        fill(&self.kobling).await?;
        self.eid.forget();
        // Last, because mails that were being sent have arrived by now.
        self.mailbox.empty();
        Ok(())
    }
}

/// Starts all four services and runs until `stop` completes.
///
/// # Errors
/// [`StartError`].
pub async fn run(
    options: Options,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let mailbox = Mailbox::new();
    let smtp = mailbox
        .listen_smtp(SocketAddr::from(([127, 0, 0, 1], 0)))
        .map_err(failed)?;
    let config = configuration(&options, smtp.port())?;
    let dir = options.data_dir.clone();
    let port = options.port;
    let url = |text: String| Url::parse(&text).map_err(failed);

    let bar = Bar {
        kobling: origin(port),
        start_page: origin(port + 1),
        eid: origin(port + 2),
        mailbox: origin(port + 3),
    };
    let mailbox = mailbox.with_bar(bar.clone());
    let database = config.database.url()?;
    let on_kobling = bar.clone();
    let server = Server::build(
        config,
        Some(Arc::new(move |lang: kobling_model::Lang| {
            let lang = kobling_demo::Lang::parse(lang.tag()).unwrap_or_default();
            on_kobling.html(lang, Service::Kobling)
        })),
    )
    .await?;
    fill(&server.kobling).await.map_err(failed)?;

    let eid = Eid::new(eid::Config {
        issuer: url(origin(port + 2))?,
        client: eid::Client {
            client_id: "kobling-demo".to_owned(),
            auth: eid::ClientAuth::PrivateKeyJwt {
                jwk: public_jwk(&dir.join("eid-client.pem"))?,
            },
            redirect_uris: vec![url(format!("{}/eid/bankid/callback", origin(port)))?],
            post_logout_redirect_uris: vec![url(format!(
                "{}/eid/bankid/signed-out",
                origin(port)
            ))?],
            frontend_origins: vec![origin(port), origin(port + 1)],
        },
        people: people(),
        bar: Some(bar.clone()),
    })
    .map_err(failed)?;
    let secret = fs::read_to_string(dir.join("start-page.secret")).map_err(failed)?;
    let services = Arc::new(Services {
        kobling: Arc::clone(&server.kobling),
        database,
        eid: eid.clone(),
        mailbox: mailbox.clone(),
        restarts: Mutex::new(()),
    });
    let start = start_page::router(start_page::Config {
        origin: url(origin(port + 1))?,
        issuer: url(origin(port))?,
        client_id: "startside".to_owned(),
        client_secret: secret,
        tour: Some(start_page::Tour {
            bar,
            restart: Box::new(move || Box::pin(Arc::clone(&services).restart())),
        }),
    })
    .map_err(failed)?;

    for (offset, router) in [(1, start), (2, eid.router()), (3, mailbox.router())] {
        let address = SocketAddr::from(([127, 0, 0, 1], port + offset));
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| StartError::Listen(address, error))?;
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, %address, "a simulated service stopped");
            }
        });
    }
    let (ready, listening) = tokio::sync::oneshot::channel();
    let running = server.run_and_report(ready, stop);
    tokio::spawn(async move {
        if listening.await.is_ok() {
            announce(port);
        }
    });
    running.await
}

#[allow(
    clippy::print_stdout,
    reason = "the person who started the demo reads it"
)]
fn announce(port: u16) {
    println!("Start page      {}/enterprise", origin(port + 1));
    println!("Simulated eID   {}", origin(port + 2));
    println!("Mailbox         {}", origin(port + 3));
    println!("Kobling is up at {}", origin(port));
}

fn public_jwk(pem: &Path) -> Result<serde_json::Value, StartError> {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use rsa::pkcs8::DecodePrivateKey;
    let key =
        RsaPrivateKey::from_pkcs8_pem(&fs::read_to_string(pem).map_err(failed)?).map_err(failed)?;
    Ok(json!({
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": "kobling-demo",
        "n": URL_SAFE_NO_PAD.encode(key.n().to_bytes_be()),
        "e": URL_SAFE_NO_PAD.encode(key.e().to_bytes_be()),
    }))
}
