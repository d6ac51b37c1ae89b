-- Counts the changes of a client, so that nobody writes over what somebody else has written meanwhile.
ALTER TABLE clients ADD COLUMN version BIGINT NOT NULL DEFAULT 0;

-- A client that is removed takes with it what it was given.
CREATE INDEX code_grants_of_client ON code_grants (client_id);
CREATE INDEX grant_families_of_client ON grant_families (client_id);
CREATE INDEX pushed_requests_of_client ON pushed_requests (client_id);
CREATE INDEX consents_of_client ON consents (client_id);

-- Counted for whoever runs the house.
CREATE INDEX logout_notices_by_told ON logout_notices (told);
