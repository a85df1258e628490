-- The first answer to every request that carried an idempotency key. Rows live for a day.
CREATE TABLE idempotency (
    scope   INTEGER NOT NULL,   -- the caller: API key, account, or a number made from a visitor's token
    key     TEXT NOT NULL,      -- as sent; time-ordered keys go to the end of the index
    request BLOB NOT NULL,      -- SHA-256 of the request
    status  INTEGER NOT NULL,
    location TEXT NOT NULL,     -- '' when the answer was no redirect
    type    TEXT NOT NULL,      -- '' when the answer had no body
    body    BLOB NOT NULL,      -- personal: may repeat what the caller was shown
    at      INTEGER NOT NULL,   -- microseconds
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_at ON idempotency (at);
