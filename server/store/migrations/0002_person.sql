-- How a link was made, as JSON; NULL for links from before this column.
ALTER TABLE links ADD COLUMN origin TEXT;

-- The address that an account had before its claim to it ended, and when that was. `accounts.email` then holds the
-- account's id, which is no address: the address is free for its new holder, and the column stays unique.
ALTER TABLE accounts ADD COLUMN released_email TEXT;
ALTER TABLE accounts ADD COLUMN released_at BIGINT;
