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

-- `link_id` refers to nothing: the session that removed its own link lives on.
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
    expires_at       BIGINT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_link ON sessions (link_id) WHERE link_id IS NOT NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

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

CREATE TABLE outbox (
    id         TEXT   NOT NULL PRIMARY KEY,
    sealed     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    attempts   BIGINT NOT NULL,
    due_at     BIGINT NOT NULL
);
CREATE INDEX outbox_by_due ON outbox (due_at, id);

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
    expires_at     BIGINT NOT NULL,
    consumed_at    BIGINT
);
CREATE INDEX code_grants_by_session ON code_grants (session);
CREATE INDEX code_grants_by_expiry ON code_grants (expires_at);

-- `code` refers to nothing: a code is purged before the tokens that it issued.
CREATE TABLE access_tokens (
    token      TEXT   NOT NULL PRIMARY KEY,
    code       TEXT   NOT NULL,
    client_id  TEXT   NOT NULL,
    account    TEXT   NOT NULL,
    session    TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    scope      TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX access_tokens_by_code ON access_tokens (code);
CREATE INDEX access_tokens_by_session ON access_tokens (session);
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);

CREATE TABLE signing_keys (
    kid        TEXT   NOT NULL PRIMARY KEY,
    alg        TEXT   NOT NULL,
    sealed     TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

-- `account` refers to nothing: the log outlives the account.
CREATE TABLE audit (
    id      TEXT   NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL,
    event   TEXT   NOT NULL,
    account TEXT,
    detail  TEXT   NOT NULL,
    network TEXT   NOT NULL,
    request TEXT   NOT NULL
);
CREATE INDEX audit_by_account ON audit (account, at);
