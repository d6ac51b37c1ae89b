-- What the addresses of an organisation look like, such as fornavn.etternavn@nordvik.example.
ALTER TABLE organisations ADD COLUMN address_hint TEXT;
