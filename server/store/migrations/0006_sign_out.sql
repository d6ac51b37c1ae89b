-- Which applications were given something from a session, and by what names they know session and person. No cascade: a
-- session can only end together with taking these rows out, and whoever takes them out knows whom to tell. Checked at
-- the commit, so that the session goes first and nothing can be given from it any more.
CREATE TABLE client_sessions (
    session   TEXT NOT NULL REFERENCES sessions (id) DEFERRABLE INITIALLY DEFERRED,
    client_id TEXT NOT NULL,
    sid       TEXT NOT NULL,
    subject   TEXT NOT NULL,
    account   TEXT NOT NULL,
    PRIMARY KEY (session, client_id)
);
CREATE INDEX client_sessions_by_client ON client_sessions (client_id);

-- What became of telling them. `sign_out` is what one press, or one event, has ended. These outlive session, account
-- and client, so they refer to nothing.
CREATE TABLE logout_notices (
    id         TEXT   NOT NULL PRIMARY KEY,
    sign_out   TEXT   NOT NULL,
    account    TEXT   NOT NULL,
    client_id  TEXT   NOT NULL,
    sid        TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    told       TEXT   NOT NULL,
    told_at    BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX logout_notices_by_sign_out ON logout_notices (sign_out);
CREATE INDEX logout_notices_by_expiry ON logout_notices (expires_at);

-- Hash of the eID provider's name for its session, where it gave one.
ALTER TABLE sessions ADD COLUMN upstream TEXT;
CREATE INDEX sessions_by_upstream ON sessions (upstream) WHERE upstream IS NOT NULL;
CREATE INDEX sessions_by_use ON sessions (last_seen_at);
CREATE INDEX accounts_disabled ON accounts (disabled_at) WHERE disabled_at IS NOT NULL;

-- Mails and notices wait in lanes of their own: an application that does not answer holds up no mail.
ALTER TABLE outbox ADD COLUMN lane TEXT NOT NULL DEFAULT 'mail';
CREATE INDEX outbox_by_lane ON outbox (lane, due_at, id);
