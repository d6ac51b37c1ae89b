-- Single claims that were granted beside the scopes, as JSON.
ALTER TABLE code_grants ADD COLUMN claims TEXT;
ALTER TABLE grant_families ADD COLUMN claims TEXT;

-- What people let applications of others learn of them. An application may come from configuration, so `client_id` refers
-- to nothing.
CREATE TABLE consents (
    account   TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    client_id TEXT   NOT NULL,
    scope     TEXT   NOT NULL,
    given_at  BIGINT NOT NULL,
    PRIMARY KEY (account, client_id)
);
CREATE INDEX code_grants_by_client ON code_grants (account, client_id);
