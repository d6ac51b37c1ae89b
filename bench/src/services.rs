//! The services around Kobling, in a process of their own: the simulated eID, a start page and a mailbox.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use anyhow::{Context, Result};
use axum::Router;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kobling_demo::{eid, mailbox::Mailbox, start_page};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use rsa::traits::PublicKeyParts;
use serde_json::json;
use tokio::net::TcpListener;

use crate::place::{KEY_FILE, KID, Ports, SECRET};

/// Serves all three until the process is stopped.
///
/// # Errors
/// If one of them cannot be started.
pub async fn run(folder: &Path, ports: Ports) -> Result<()> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    let origin = ports.origin();
    let eid = eid::Eid::new(eid::Config {
        issuer: ports.eid().parse()?,
        client: eid::Client {
            client_id: "kobling".to_owned(),
            auth: eid::ClientAuth::PrivateKeyJwt {
                jwk: public_key(&folder.join(KEY_FILE))?,
            },
            redirect_uris: vec![format!("{origin}/eid/bankid/callback").parse()?],
            post_logout_redirect_uris: Vec::new(),
            frontend_origins: Vec::new(),
        },
        people: Vec::new(),
        bar: None,
    })?;
    let start = start_page::router(start_page::Config {
        origin: ports.start_page().parse()?,
        issuer: origin.parse()?,
        client_id: "startside".to_owned(),
        client_secret: SECRET.to_owned(),
        tour: None,
    })?;
    Mailbox::new().listen_smtp(SocketAddr::from((Ipv4Addr::LOCALHOST, ports.smtp_port())))?;
    tokio::try_join!(
        serve(ports.start_page_port(), start),
        serve(ports.eid_port(), eid.router())
    )?;
    Ok(())
}

async fn serve(port: u16, router: Router) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .with_context(|| format!("port {port} cannot be listened on"))?;
    Ok(axum::serve(listener, router).await?)
}

/// Creates the key with which Kobling authenticates itself at the simulated eID.
///
/// # Errors
/// If it cannot be written.
pub fn create_key(folder: &Path) -> Result<()> {
    let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2_048)?;
    std::fs::write(folder.join(KEY_FILE), key.to_pkcs8_pem(LineEnding::LF)?)?;
    Ok(())
}

fn public_key(file: &Path) -> Result<serde_json::Value> {
    let key = RsaPrivateKey::from_pkcs8_pem(&std::fs::read_to_string(file)?)?;
    Ok(json!({
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": KID,
        "n": URL_SAFE_NO_PAD.encode(key.n().to_bytes_be()),
        "e": URL_SAFE_NO_PAD.encode(key.e().to_bytes_be()),
    }))
}
