//! Proof-of-work challenges.

use crate::kernel::{core::service, outcome::Fault, secret::Purpose};
use base64::{Engine, engine::general_purpose::STANDARD};
use kobling_model::{Problem, Timestamp, time::Span};

service! {
    /// Proof-of-work challenges.
    ProofOfWorkService {}
}

impl ProofOfWorkService {
    /// A new proof-of-work challenge: signed, valid for ten minutes (ALTCHA v2, PBKDF2/SHA-256).
    ///
    /// # Errors
    /// [`Fault::Store`] never; [`Problem::Unavailable`] if the challenge cannot be made.
    pub fn challenge(&self) -> Result<String, Fault> {
        let expires_at = (self.now() + Span::minutes(10)).as_seconds();
        let options = altcha::CreateChallengeOptions {
            cost: self.settings.proof_cost,
            expires_at: Some(expires_at),
            hmac_signature_secret: Some(self.proof_key()),
            ..Default::default()
        };
        let challenge = altcha::create_challenge(options).map_err(|_| Problem::Unavailable)?;
        Ok(serde_json::to_string(&challenge).map_err(|_| Problem::Unavailable)?)
    }

    fn proof_key(&self) -> String {
        self.keys.derive(Purpose::Proof, &[]).0
    }

    /// Checks a solution (base64 of ALTCHA's JSON payload) and spends it; returns whether it was valid and unspent.
    pub(crate) async fn spend(&self, proof: &str) -> Result<bool, Fault> {
        let Some(payload) = STANDARD
            .decode(proof)
            .ok()
            .and_then(|json| serde_json::from_slice::<altcha::Payload>(&json).ok())
        else {
            return Ok(false);
        };
        let parameters = &payload.challenge.parameters;
        // Rejects other parameters before the costly verification; the signature check comes after it.
        let expires_at = Timestamp::from_seconds(parameters.expires_at.unwrap_or_default());
        if parameters.cost != self.settings.proof_cost
            || parameters.key_length > 64
            || expires_at < self.now()
        {
            return Ok(false);
        }
        let options = altcha::VerifySolutionOptions::new(
            &payload.challenge,
            &payload.solution,
            self.proof_key(),
        );
        let verified = altcha::verify_solution(options).is_ok_and(|result| result.verified);
        if !verified {
            return Ok(false);
        }
        let id = self
            .keys
            .derive(Purpose::Proof, &[&parameters.nonce, &parameters.salt]);
        let mut work = self.begin().await?;
        let spent = work.spent_proofs().spend_proof(&id, expires_at).await?;
        work.commit().await?;
        Ok(spent)
    }
}
