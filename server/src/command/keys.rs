//! Keys: `new-key` and `rotate-keys`.

use super::{output::print, source::Source};
use kobling::{
    oidc::Signer,
    wiring::{self, StartError},
};
use kobling_domain::oidc::{client::SigningAlg, signing_key::types::Why};
use std::sync::Arc;
use tokio::sync::Notify;

pub(crate) fn new_key() {
    print(&kobling::config::new_key());
}

/// Publishes a new signing key for each algorithm.
pub(crate) async fn rotate(compromised: bool, source: &Source) -> Result<(), StartError> {
    let kobling = wiring::build_domain(&source.load()?, &Arc::new(Notify::new())).await?;
    let why = if compromised {
        Why::Compromised
    } else {
        Why::Command
    };
    let added = Signer::new(&kobling)
        .renew(why)
        .await
        .map_err(StartError::Signer)?;
    for alg in SigningAlg::ALL {
        match added.iter().find(|key| key.alg == alg) {
            Some(key) if key.signs_from <= key.created_at => {
                print(&format!("{}: {} signs from now on", alg.name(), key.kid));
            }
            Some(key) => {
                let minutes = key.signs_from.since(key.created_at).as_seconds() / 60;
                print(&format!(
                    "{}: {} signs in {minutes} minutes",
                    alg.name(),
                    key.kid
                ));
            }
            None => print(&format!("{}: a new key is already published", alg.name())),
        }
    }
    Ok(())
}
