-- Changes of an account's address that the reader of the old mailbox can still undo. `ticket` is the hash of the one in
-- the mail; `old_email` is what the account gets back. What was changed at `changed_at` or later is undone with it.
CREATE TABLE address_changes (
    ticket      TEXT   NOT NULL PRIMARY KEY,
    account     TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    old_email   TEXT   NOT NULL,
    was_proven  BOOLEAN NOT NULL,
    changed_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    consumed_at BIGINT
);
CREATE INDEX address_changes_by_account ON address_changes (account, changed_at);
CREATE INDEX address_changes_by_expiry ON address_changes (expires_at);
CREATE INDEX address_changes_by_old_email ON address_changes (old_email);
