-- When the browsers that an account has signed in in were forgotten last: its password changed, or all its sessions
-- ended. The cookie of a known browser is bound to this time.
ALTER TABLE accounts ADD COLUMN browsers_forgotten_at BIGINT;
