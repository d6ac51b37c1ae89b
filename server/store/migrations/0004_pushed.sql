-- Authorization requests that an application has pushed and that wait for the browser (RFC 9126).
CREATE TABLE pushed_requests (
    reference   TEXT   NOT NULL PRIMARY KEY,
    client_id   TEXT   NOT NULL,
    sealed      TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL,
    consumed_at BIGINT
);
CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);
