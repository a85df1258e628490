-- The peers' tables: the same facts as RISE's ledger, idempotency and public log.
CREATE TABLE account (id bigint PRIMARY KEY, balance bigint NOT NULL, held bigint NOT NULL DEFAULT 0, floor bigint NOT NULL);
CREATE TABLE transfer (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, debit bigint NOT NULL, credit bigint NOT NULL,
                       amount bigint NOT NULL CHECK (amount > 0), at timestamptz NOT NULL DEFAULT now());
CREATE TABLE idempotency (key text PRIMARY KEY, transfer bigint NOT NULL);
CREATE TABLE log_entry (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, ref bigint NOT NULL, record text NOT NULL, salt bytea NOT NULL, commitment bytea NOT NULL);
INSERT INTO account (id, balance, floor) SELECT i, 1000000000, 0 FROM generate_series(1, 10000) AS i;
ANALYZE;
