-- Columns are TEXT, BIGINT and BOOLEAN only, so that this file has the same meaning on both engines: ids are UUIDs in
-- lower case, times are microseconds since 1970, hashes are base64url, structures are JSON that no query reads.

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

-- `link_id` has no foreign key: a session survives the removal of its link. `upstream` is the hash of the session id
-- (`sid`) of the eID provider, if it has sent one. `idle_until` moves with each use; NULL means no idle limit.
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
    idle_until       BIGINT,
    expires_at       BIGINT NOT NULL,
    upstream         TEXT
);
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_link ON sessions (link_id) WHERE link_id IS NOT NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_upstream ON sessions (upstream) WHERE upstream IS NOT NULL;
CREATE INDEX sessions_by_idle_limit ON sessions (idle_until) WHERE idle_until IS NOT NULL;

-- The applications that have received tokens from a session, with the session id and subject that they know. There is
-- no cascade: whoever deletes a session must delete these rows too, and so knows which applications to notify. The
-- foreign key is checked at commit, so that the session can be deleted first and no more tokens are issued from it.
CREATE TABLE client_sessions (
    session   TEXT NOT NULL REFERENCES sessions (id) DEFERRABLE INITIALLY DEFERRED,
    client_id TEXT NOT NULL,
    sid       TEXT NOT NULL,
    subject   TEXT NOT NULL,
    account   TEXT NOT NULL,
    PRIMARY KEY (session, client_id)
);
CREATE INDEX client_sessions_by_client ON client_sessions (client_id);

-- The logout notices and their status. `sign_out` groups the notices of one sign-out. They outlive session, account and
-- client, so they have no foreign keys.
CREATE TABLE logout_notices (
    id         TEXT   NOT NULL PRIMARY KEY,
    sign_out   TEXT   NOT NULL,
    account    TEXT   NOT NULL,
    client_id  TEXT   NOT NULL,
    sid        TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    status     TEXT   NOT NULL,
    settled_at BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX logout_notices_by_sign_out ON logout_notices (sign_out);
CREATE INDEX logout_notices_by_expiry ON logout_notices (expires_at);
CREATE INDEX logout_notices_by_status ON logout_notices (status);

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
-- The identity number comes first: a sign-in looks up the organisations of a person.
CREATE UNIQUE INDEX employees_by_pid ON employees (pid, org) WHERE pid IS NOT NULL;

-- `number` has no foreign key: user administration may contain numbers that have not been imported from payroll yet.
CREATE TABLE users (
    org    TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    email  TEXT NOT NULL,
    number TEXT,
    PRIMARY KEY (org, email)
);
CREATE INDEX users_by_number ON users (org, number);
CREATE INDEX users_by_email ON users (email);

-- Applications that are not from configuration. `version` counts the changes, for optimistic locking.
CREATE TABLE clients (
    id         TEXT   NOT NULL PRIMARY KEY,
    client     TEXT   NOT NULL,
    management TEXT,
    created_at BIGINT NOT NULL,
    version    BIGINT NOT NULL
);

-- Consents to third-party applications. An application may come from configuration, so `client_id` has no foreign key.
CREATE TABLE consents (
    account   TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    client_id TEXT   NOT NULL,
    scope     TEXT   NOT NULL,
    given_at  BIGINT NOT NULL,
    PRIMARY KEY (account, client_id)
);
CREATE INDEX consents_of_client ON consents (client_id);

-- Pushed authorization requests (RFC 9126) that no browser has presented yet.
CREATE TABLE pushed_requests (
    reference   TEXT   NOT NULL PRIMARY KEY,
    client_id   TEXT   NOT NULL,
    sealed      TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL,
    consumed_at BIGINT
);
CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);
CREATE INDEX pushed_requests_of_client ON pushed_requests (client_id);

-- `claims`: individual claims that were granted in addition to the scopes, as JSON. `jkt`: thumbprint of the key that
-- the code is bound to (RFC 9449 §10).
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

-- All tokens that descend from one authorization code, which end together. `id` is the hash of the code, so that a
-- replay of the code finds its family. `refresh` is the hash of the current refresh token, if there is one; earlier
-- ones are in `spent_refresh_tokens`. `expires_at` is the end of the session.
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

-- Generations are unique, so that of two processes that generate the next key at the same time only one succeeds.
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

-- Mails and notices have separate lanes: an application that does not respond delays no mail.
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

-- No foreign keys: events outlive what they refer to. Rows are only added, and deleted only by age. `id` is a UUIDv7,
-- so that rows can be chained in its order.
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
