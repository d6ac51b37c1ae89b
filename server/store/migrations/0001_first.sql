-- Columns are TEXT, BIGINT and BOOLEAN only, so that both engines read the same text alike: ids are UUIDs in lower
-- case, moments are microseconds since 1970, hashes are base64url, structures are JSON that no query looks into.

CREATE TABLE accounts (
    id              TEXT   NOT NULL PRIMARY KEY,
    email           TEXT   NOT NULL UNIQUE,
    email_proven_at BIGINT,
    name            TEXT   NOT NULL,
    lang            TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    disabled_at     BIGINT
);
CREATE INDEX accounts_disabled ON accounts (disabled_at) WHERE disabled_at IS NOT NULL;

CREATE TABLE passwords (
    account    TEXT   NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    hash       TEXT   NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE links (
    id           TEXT   NOT NULL PRIMARY KEY,
    account      TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    provider     TEXT   NOT NULL,
    issuer       TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    pid          TEXT,
    method       TEXT,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX links_by_subject ON links (provider, issuer, subject);
CREATE UNIQUE INDEX links_by_pid ON links (provider, pid) WHERE pid IS NOT NULL;
CREATE INDEX links_by_account ON links (account);

-- `link_id` refers to nothing: the session that removed its own link lives on. `upstream` is the hash of the eID
-- provider's name for its session, where it gave one.
CREATE TABLE sessions (
    id               TEXT   NOT NULL PRIMARY KEY,
    token            TEXT   NOT NULL UNIQUE,
    account          TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    link_id          TEXT,
    method           TEXT   NOT NULL,
    device           TEXT   NOT NULL,
    created_at       BIGINT NOT NULL,
    authenticated_at BIGINT NOT NULL,
    last_seen_at     BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    upstream         TEXT
);
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_link ON sessions (link_id) WHERE link_id IS NOT NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_upstream ON sessions (upstream) WHERE upstream IS NOT NULL;
CREATE INDEX sessions_by_use ON sessions (last_seen_at);

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

-- What became of telling them that it has ended. `sign_out` is what one press, or one event, has ended. These outlive
-- session, account and client, so they refer to nothing.
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
CREATE INDEX logout_notices_by_told ON logout_notices (told);

CREATE TABLE flows (
    id          TEXT   NOT NULL PRIMARY KEY,
    browser     TEXT   NOT NULL,
    destination TEXT   NOT NULL,
    state       TEXT   NOT NULL,
    problem     TEXT,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX flows_by_browser ON flows (browser);
CREATE INDEX flows_by_expiry ON flows (expires_at);

CREATE TABLE eid_attempts (
    state       TEXT   NOT NULL PRIMARY KEY,
    flow        TEXT   NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
    provider    TEXT   NOT NULL,
    browser     TEXT   NOT NULL,
    demanded_at BIGINT,
    expires_at  BIGINT NOT NULL,
    consumed_at BIGINT
);
CREATE INDEX eid_attempts_by_flow ON eid_attempts (flow);
CREATE INDEX eid_attempts_by_expiry ON eid_attempts (expires_at);

CREATE TABLE mailbox_codes (
    flow        TEXT   NOT NULL PRIMARY KEY REFERENCES flows (id) ON DELETE CASCADE,
    account     TEXT,
    email       TEXT   NOT NULL,
    code        TEXT   NOT NULL,
    attempts    BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    consumed_at BIGINT
);
CREATE INDEX mailbox_codes_by_account ON mailbox_codes (account) WHERE account IS NOT NULL;
CREATE INDEX mailbox_codes_by_email ON mailbox_codes (email);
CREATE INDEX mailbox_codes_by_expiry ON mailbox_codes (expires_at);

CREATE TABLE recovery_tickets (
    ticket      TEXT   NOT NULL PRIMARY KEY,
    account     TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    expires_at  BIGINT NOT NULL,
    consumed_at BIGINT
);
CREATE INDEX recovery_tickets_by_account ON recovery_tickets (account);
CREATE INDEX recovery_tickets_by_expiry ON recovery_tickets (expires_at);

CREATE TABLE organisations (
    id      TEXT NOT NULL PRIMARY KEY,
    key     TEXT NOT NULL UNIQUE,
    name    TEXT NOT NULL,
    contact TEXT NOT NULL
);

CREATE TABLE employees (
    org    TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    number TEXT NOT NULL,
    pid    TEXT,
    name   TEXT NOT NULL,
    PRIMARY KEY (org, number)
);
-- The identity number comes first: sign-in knows it and asks for the organisations.
CREATE UNIQUE INDEX employees_by_pid ON employees (pid, org) WHERE pid IS NOT NULL;

-- `number` refers to nothing: user administration may know numbers that the payroll has not sent yet.
CREATE TABLE users (
    org    TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    email  TEXT NOT NULL,
    number TEXT,
    PRIMARY KEY (org, email)
);
CREATE INDEX users_by_number ON users (org, number);
CREATE INDEX users_by_email ON users (email);

-- Applications that are not from configuration. `version` counts the changes, so that nobody writes over what somebody
-- else has written meanwhile.
CREATE TABLE clients (
    id         TEXT   NOT NULL PRIMARY KEY,
    client     TEXT   NOT NULL,
    management TEXT,
    created_at BIGINT NOT NULL,
    version    BIGINT NOT NULL
);

-- What people let applications of others learn of them. An application may come from configuration, so `client_id` refers
-- to nothing.
CREATE TABLE consents (
    account   TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    client_id TEXT   NOT NULL,
    scope     TEXT   NOT NULL,
    given_at  BIGINT NOT NULL,
    PRIMARY KEY (account, client_id)
);
CREATE INDEX consents_of_client ON consents (client_id);

-- Authorization requests that an application has pushed and that wait for the browser (RFC 9126).
CREATE TABLE pushed_requests (
    reference   TEXT   NOT NULL PRIMARY KEY,
    client_id   TEXT   NOT NULL,
    sealed      TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL,
    consumed_at BIGINT
);
CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);
CREATE INDEX pushed_requests_of_client ON pushed_requests (client_id);

-- `claims`: single claims that were granted beside the scopes, as JSON. `jkt`: the key that the authorization request has
-- bound the code to (RFC 9449 §10).
CREATE TABLE code_grants (
    code           TEXT   NOT NULL PRIMARY KEY,
    client_id      TEXT   NOT NULL,
    account        TEXT   NOT NULL,
    session        TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    redirect_uri   TEXT   NOT NULL,
    scope          TEXT   NOT NULL,
    nonce          TEXT,
    code_challenge TEXT   NOT NULL,
    auth_time      BIGINT NOT NULL,
    method         TEXT   NOT NULL,
    claims         TEXT,
    jkt            TEXT,
    expires_at     BIGINT NOT NULL,
    consumed_at    BIGINT
);
CREATE INDEX code_grants_by_session ON code_grants (session);
CREATE INDEX code_grants_by_expiry ON code_grants (expires_at);
CREATE INDEX code_grants_by_client ON code_grants (account, client_id);
CREATE INDEX code_grants_of_client ON code_grants (client_id);

-- What one authorization code led to: everything that a client holds for one sign-in ends together. `id` is the code's
-- hash, so that a code shown again finds it. `refresh` is the hash of the refresh token in force, if there is one;
-- those before it are in `spent_refresh_tokens`. `expires_at` is the end of the session.
CREATE TABLE grant_families (
    id         TEXT   NOT NULL PRIMARY KEY,
    client_id  TEXT   NOT NULL,
    account    TEXT   NOT NULL,
    session    TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    scope      TEXT   NOT NULL,
    auth_time  BIGINT NOT NULL,
    method     TEXT   NOT NULL,
    claims     TEXT,
    jkt        TEXT,
    refresh    TEXT   UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX grant_families_by_session ON grant_families (session);
CREATE INDEX grant_families_by_account ON grant_families (account, client_id);
CREATE INDEX grant_families_of_client ON grant_families (client_id);

CREATE TABLE access_tokens (
    token      TEXT   NOT NULL PRIMARY KEY,
    family     TEXT   NOT NULL REFERENCES grant_families (id) ON DELETE CASCADE,
    scope      TEXT   NOT NULL,
    jkt        TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX access_tokens_by_family ON access_tokens (family);
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);

CREATE TABLE spent_refresh_tokens (
    token  TEXT NOT NULL PRIMARY KEY,
    family TEXT NOT NULL REFERENCES grant_families (id) ON DELETE CASCADE
);
CREATE INDEX spent_refresh_tokens_by_family ON spent_refresh_tokens (family);

-- Signing keys follow each other: of two processes that make the next one at once, one is first.
CREATE TABLE signing_keys (
    kid        TEXT   NOT NULL PRIMARY KEY,
    alg        TEXT   NOT NULL,
    generation BIGINT NOT NULL,
    sealed     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    signs_from BIGINT NOT NULL
);
CREATE UNIQUE INDEX signing_keys_by_generation ON signing_keys (alg, generation);

CREATE TABLE spent_proofs (
    id         TEXT   NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX spent_proofs_by_expiry ON spent_proofs (expires_at);

-- `tat`: the theoretical arrival time of the generic cell rate algorithm (ITU-T I.371).
CREATE TABLE rate_limits (
    key TEXT   NOT NULL PRIMARY KEY,
    tat BIGINT NOT NULL
);
CREATE INDEX rate_limits_by_tat ON rate_limits (tat);

-- Mails and notices wait in lanes of their own: an application that does not answer holds up no mail.
CREATE TABLE outbox (
    id         TEXT   NOT NULL PRIMARY KEY,
    lane       TEXT   NOT NULL,
    sealed     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    attempts   BIGINT NOT NULL,
    due_at     BIGINT NOT NULL
);
CREATE INDEX outbox_by_due ON outbox (due_at, id);
CREATE INDEX outbox_by_lane ON outbox (lane, due_at, id);

-- Refers to nothing: the log outlives what it speaks of. Rows are only added, and removed by age alone; `id` is a
-- UUIDv7, so that a sealer can chain the rows in its order later.
CREATE TABLE audit (
    id           TEXT   NOT NULL PRIMARY KEY,
    at           BIGINT NOT NULL,
    event        TEXT   NOT NULL,
    actor        TEXT,
    subject      TEXT,
    session      TEXT,
    target       TEXT,
    credential   TEXT,
    organisation TEXT,
    client       TEXT,
    provider     TEXT,
    reason       TEXT,
    count        BIGINT,
    added        BIGINT,
    changed      BIGINT,
    network      TEXT   NOT NULL,
    request      TEXT   NOT NULL
);
CREATE INDEX audit_by_subject ON audit (subject, at);
CREATE INDEX audit_by_time ON audit (at);
