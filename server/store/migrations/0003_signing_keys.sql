-- Signing keys follow each other: of two processes that make the next one at once, one is first.
ALTER TABLE signing_keys ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;
ALTER TABLE signing_keys ADD COLUMN signs_from BIGINT NOT NULL DEFAULT 0;

-- Keys from before signed from when they were made, the newest before the others.
UPDATE signing_keys SET signs_from = created_at, generation = 1 + (
    SELECT count(*) FROM signing_keys AS older
    WHERE older.alg = signing_keys.alg
        AND (older.created_at < signing_keys.created_at
            OR (older.created_at = signing_keys.created_at AND older.kid > signing_keys.kid)));

CREATE UNIQUE INDEX signing_keys_by_generation ON signing_keys (alg, generation);
