//! Emptying the database of the demo. Only builds with the feature `demo` have it.

use crate::{
    Database,
    work::{execute, statements},
};
use kobling_domain::kernel::{error::Stored, store::Work as _};

statements! {
    // What refers to other rows comes before them.
    EMPTY_OUTBOX = "DELETE FROM outbox";
    EMPTY_LOGOUT_NOTICES = "DELETE FROM logout_notices";
    EMPTY_CLIENT_SESSIONS = "DELETE FROM client_sessions";
    EMPTY_ACCESS_TOKENS = "DELETE FROM access_tokens";
    EMPTY_SPENT_REFRESH_TOKENS = "DELETE FROM spent_refresh_tokens";
    EMPTY_GRANT_FAMILIES = "DELETE FROM grant_families";
    EMPTY_CODE_GRANTS = "DELETE FROM code_grants";
    EMPTY_PUSHED_REQUESTS = "DELETE FROM pushed_requests";
    EMPTY_CONSENTS = "DELETE FROM consents";
    EMPTY_CLIENTS = "DELETE FROM clients";
    EMPTY_EID_ATTEMPTS = "DELETE FROM eid_attempts";
    EMPTY_MAILBOX_CODES = "DELETE FROM mailbox_codes";
    EMPTY_FLOWS = "DELETE FROM flows";
    EMPTY_RECOVERY_TICKETS = "DELETE FROM recovery_tickets";
    EMPTY_ADDRESS_CHANGES = "DELETE FROM address_changes";
    EMPTY_SESSIONS = "DELETE FROM sessions";
    EMPTY_LINKS = "DELETE FROM links";
    EMPTY_PASSWORDS = "DELETE FROM passwords";
    EMPTY_ACCOUNTS = "DELETE FROM accounts";
    EMPTY_USERS = "DELETE FROM users";
    EMPTY_EMPLOYEES = "DELETE FROM employees";
    EMPTY_SPENT_PROOFS = "DELETE FROM spent_proofs";
    EMPTY_RATE_LIMITS = "DELETE FROM rate_limits";
    EMPTY_AUDIT = "DELETE FROM audit";
}

impl Database {
    /// Deletes everything but what the running server has read at its start: the organisations of the configuration, and
    /// the signing keys.
    ///
    /// # Errors
    /// [`kobling_domain::kernel::error::StoreError`]; then nothing is deleted. Requests in progress can be the reason, so
    /// a second attempt is worth it.
    pub async fn empty(&self) -> Stored<()> {
        let mut work = self.begin_unit().await?;
        for &(_, statement) in STATEMENTS {
            execute!(work, statement)?;
        }
        work.commit().await
    }
}
