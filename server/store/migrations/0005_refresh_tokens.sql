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
    jkt        TEXT,
    refresh    TEXT   UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX grant_families_by_session ON grant_families (session);
CREATE INDEX grant_families_by_account ON grant_families (account, client_id);

CREATE TABLE spent_refresh_tokens (
    token  TEXT NOT NULL PRIMARY KEY,
    family TEXT NOT NULL REFERENCES grant_families (id) ON DELETE CASCADE
);
CREATE INDEX spent_refresh_tokens_by_family ON spent_refresh_tokens (family);

-- Those of before belong to no family. They live for ten minutes, and so are not taken over.
DROP TABLE access_tokens;
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

-- The key that the authorization request has bound the code to (RFC 9449 §10).
ALTER TABLE code_grants ADD COLUMN jkt TEXT;
