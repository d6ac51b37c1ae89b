//! Solves a proof of work (ALTCHA v2) in slices, so that the page stays responsive.
//!
//! The `altcha` crate creates the challenges and verifies the solutions on the server. It can also solve them, but
//! without interruption, and it contains algorithms that our challenges do not use. A test checks this code against
//! that crate.

use pbkdf2::pbkdf2_hmac;
use sha2::Sha256;
use std::fmt::Write;

/// A challenge and the next counter to try.
pub(crate) struct Work {
    challenge: String,
    nonce: Vec<u8>,
    salt: Vec<u8>,
    rounds: u32,
    length: usize,
    prefix: String,
    counter: u32,
}

/// The parameters of a challenge, by ALTCHA's names.
pub(crate) struct Parameters {
    pub algorithm: String,
    pub cost: u32,
    pub key_length: usize,
    pub key_prefix: String,
    pub nonce: String,
    pub salt: String,
}

impl Work {
    /// Starts on a challenge: ALTCHA's JSON, and the parameters parsed from it. `None` for a kind that the server does
    /// not create.
    pub fn parse(challenge: String, parameters: Parameters) -> Option<Self> {
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

    /// Tries one counter. If it solves the challenge, returns the payload for the server, as JSON.
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
    use altcha::{
        Challenge, ChallengeParameters, CreateChallengeOptions, Payload, VerifySolutionOptions,
    };

    fn challenge(prefix: &str) -> Challenge {
        let options = CreateChallengeOptions {
            cost: 2,
            key_prefix: prefix.into(),
            hmac_signature_secret: Some("key".into()),
            ..Default::default()
        };
        altcha::create_challenge(options).expect("a challenge")
    }

    fn work(challenge: &Challenge) -> Option<Work> {
        let text = leptos::serde_json::to_string(challenge).expect("serialises");
        let given = challenge.parameters.clone();
        let parameters = Parameters {
            algorithm: given.algorithm,
            cost: given.cost,
            key_length: given.key_length,
            key_prefix: given.key_prefix,
            nonce: given.nonce,
            salt: given.salt,
        };
        Work::parse(text, parameters)
    }

    #[test]
    fn solutions_are_accepted_by_altcha() {
        for prefix in ["00", "a", "0f3"] {
            let mut work = work(&challenge(prefix)).expect("our kind");
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
    fn other_kinds_are_rejected() {
        let changed = |change: fn(&mut ChallengeParameters)| {
            let mut challenge = challenge("00");
            change(&mut challenge.parameters);
            work(&challenge)
        };
        assert!(changed(|_| ()).is_some());
        assert!(changed(|given| given.algorithm = "SHA-512".into()).is_none());
        assert!(changed(|given| given.key_length = 65).is_none());
        assert!(changed(|given| given.nonce.insert(0, 'ø')).is_none());
    }
}
