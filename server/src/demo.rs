//! `kobling demo`: Kobling and three simulated services in one process, each on its own origin, with fictitious people.
//!
//! Built only with the feature `demo`. The services use Kobling over HTTP and SMTP only.

use crate::{
    config::Config,
    wiring::{Server, StartError},
    world::SystemEntropy,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use kobling_demo::{eid, mailbox::Mailbox, start_page};
use kobling_domain::kernel::clock::Entropy;
use rsa::{
    RsaPrivateKey,
    pkcs8::{EncodePrivateKey, LineEnding},
    traits::PublicKeyParts,
};
use serde_json::json;
use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
};
use tokio::net::TcpListener;
use url::Url;

/// Number of employees of the organisation.
const EMPLOYEES: u32 = 1_000;
/// The coat of arms of the organisation, which is as fictitious as its people.
const ARMS: [(&str, &str); 2] = [
    ("nordvik.svg", include_str!("demo/nordvik.svg")),
    ("nordvik-dark.svg", include_str!("demo/nordvik-dark.svg")),
];
/// The colour that goes with it.
const ACCENT: &str = "#0a6153";
/// The address and password of an existing account, which the README names.
const FINNES: (&str, &str) = ("finnes@nordvik.example", "Fjellrev synger i nattens lys");

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

/// People that the browser tests use.
fn people() -> Vec<eid::Person> {
    [
        (0, "Kjent i HRM", "Nummer og adresse er kjent: bekreft adressen, og du er inne."),
        (1, "Ukjent i HRM", "Nummeret er ukjent: du blir spurt om adressen. Riktig adresse er ukjent@nordvik.example."),
        (2, "Har konto fra før", "Har konto med passord fra før; nummeret er ukjent. Adressen er finnes@nordvik.example."),
    ]
    .into_iter()
    .map(|(index, label, shows)| eid::Person {
        label: label.to_owned(),
        shows: shows.to_owned(),
        pid: eid::synthetic_pid(index),
    })
    .collect()
}

/// The payroll file that the demo imports.
fn payroll() -> String {
    const FIRST: [&str; 20] = [
        "Anne", "Bjørn", "Camilla", "David", "Eva", "Fredrik", "Grete", "Hans", "Ingrid", "Jonas",
        "Kari", "Lars", "Marit", "Nils", "Oda", "Per", "Ragnhild", "Svein", "Turid", "Øyvind",
    ];
    const LAST: [&str; 25] = [
        "Aas",
        "Bakke",
        "Berg",
        "Dahl",
        "Eide",
        "Fjeld",
        "Foss",
        "Haugen",
        "Holm",
        "Iversen",
        "Johansen",
        "Knutsen",
        "Lie",
        "Lund",
        "Moen",
        "Nes",
        "Olsen",
        "Pedersen",
        "Rud",
        "Sandvik",
        "Solberg",
        "Strand",
        "Tangen",
        "Vik",
        "Ødegård",
    ];
    let mut file = String::from("fodselsnummer;ansattnummer;navn;epost\n");
    let _ = writeln!(
        file,
        "{};1;Kjersti Kjent;kjent@nordvik.example",
        eid::synthetic_pid(0)
    );
    file.push_str(
        ";2;Ulrik Ukjent;ukjent@nordvik.example\n;3;Frida Finnes;finnes@nordvik.example\n",
    );
    for index in 4..=EMPLOYEES {
        let (first, last) = (FIRST[index as usize % 20], LAST[index as usize / 20 % 25]);
        let pid = eid::synthetic_pid(index + 100);
        let _ = writeln!(
            file,
            "{pid};{index};{first} {last};ansatt{index}@nordvik.example"
        );
    }
    file
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

    let server = Server::build(config, true).await?;
    let report = server
        .kobling
        .directory
        .import_once("nordvik", payroll().as_bytes())
        .await
        .map_err(failed)?;
    if let Some(problem) = report.and_then(|report| report.problems.into_iter().next()) {
        return Err(failed(format!(
            "payroll line {}: {}",
            problem.line, problem.error
        )));
    }
    server
        .kobling
        .profile
        .ensure_account(FINNES.0, "Frida Finnes", FINNES.1)
        .await
        .map_err(failed)?;

    let eid = eid::router(eid::Config {
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
    })
    .map_err(failed)?;
    let secret = fs::read_to_string(dir.join("start-page.secret")).map_err(failed)?;
    let start = start_page::router(start_page::Config {
        origin: url(origin(port + 1))?,
        issuer: url(origin(port))?,
        client_id: "startside".to_owned(),
        client_secret: secret,
    })
    .map_err(failed)?;

    for (offset, router) in [(1, start), (2, eid), (3, mailbox.router())] {
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
