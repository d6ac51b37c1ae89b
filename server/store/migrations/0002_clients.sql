-- Applications that are not from configuration.
CREATE TABLE clients (
    id         TEXT   NOT NULL PRIMARY KEY,
    client     TEXT   NOT NULL,
    management TEXT,
    created_at BIGINT NOT NULL
);
