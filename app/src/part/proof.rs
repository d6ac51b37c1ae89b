//! Solves a proof of work (ALTCHA v2) in pieces, so that the page stays alive meanwhile.
//!
//! The `altcha` crate, which makes the challenges and checks the solutions on the server, solves them too, but in one
//! go, and brings algorithms along that our challenges never ask for. A test holds this to what that crate accepts.

use leptos::serde_json::from_slice;
use pbkdf2::pbkdf2_hmac;
use serde::Deserialize;
use sha2::Sha256;
use std::fmt::Write;

/// A challenge under work.
pub(crate) struct Work<'a> {
    challenge: &'a str,
    nonce: Vec<u8>,
    salt: Vec<u8>,
    rounds: u32,
    length: usize,
    prefix: String,
    counter: u32,
}

#[derive(Deserialize)]
struct Challenge {
    parameters: Parameters,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    algorithm: String,
    cost: u32,
    key_length: usize,
    key_prefix: String,
    nonce: String,
    salt: String,
}

impl<'a> Work<'a> {
    /// Takes up a challenge in ALTCHA's JSON. Nothing when it is of a kind that we do not make.
    pub fn take_up(challenge: &'a str) -> Option<Self> {
        let Challenge { parameters } = from_slice(challenge.as_bytes()).ok()?;
        let ours = parameters.algorithm == "PBKDF2/SHA-256" && parameters.key_length <= 64;
        ours.then_some(())?;
        Some(Self {
            challenge,
            nonce: bytes(&parameters.nonce)?,
            salt: bytes(&parameters.salt)?,
            rounds: parameters.cost,
            length: parameters.key_length,
            prefix: parameters.key_prefix,
            counter: 0,
        })
    }

    /// Makes one guess. When it fits, gives the payload that the server wants, as JSON.
    pub fn guess(&mut self) -> Option<String> {
        let mut password = self.nonce.clone();
        password.extend(self.counter.to_be_bytes());
        let mut key = vec![0; self.length];
        pbkdf2_hmac::<Sha256>(&password, &self.salt, self.rounds, &mut key);
        let key = hex(&key);
        if key.starts_with(&self.prefix) {
            return Some(format!(
                r#"{{"challenge":{},"solution":{{"counter":{},"derivedKey":"{key}"}}}}"#,
                self.challenge, self.counter
            ));
        }
        self.counter = self.counter.wrapping_add(1);
        None
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok())
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use altcha::{CreateChallengeOptions, Payload, VerifySolutionOptions};

    fn challenge(prefix: &str) -> String {
        let options = CreateChallengeOptions {
            cost: 2,
            key_prefix: prefix.into(),
            hmac_signature_secret: Some("key".into()),
            ..Default::default()
        };
        let challenge = altcha::create_challenge(options).expect("a challenge");
        leptos::serde_json::to_string(&challenge).expect("serialises")
    }

    #[test]
    fn what_is_solved_here_is_accepted_there() {
        for prefix in ["00", "a", "0f3"] {
            let challenge = challenge(prefix);
            let mut work = Work::take_up(&challenge).expect("our kind");
            let payload = (0..1_000_000)
                .find_map(|_| work.guess())
                .expect("some guess fits");
            let payload: Payload = leptos::serde_json::from_str(&payload).expect("ALTCHA's form");
            let result = altcha::verify_solution(VerifySolutionOptions::new(
                &payload.challenge,
                &payload.solution,
                "key",
            ));
            assert!(result.expect("can be checked").verified);
        }
    }

    #[test]
    fn other_kinds_are_left_alone() {
        let other = challenge("00").replace("PBKDF2/SHA-256", "SHA-512");
        assert!(Work::take_up(&other).is_none());
        assert!(Work::take_up("{}").is_none());
        assert!(Work::take_up(&challenge("00").replace("\"nonce\":\"", "\"nonce\":\"ø")).is_none());
    }
}
