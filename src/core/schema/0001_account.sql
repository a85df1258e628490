-- Who: people, the organisations they act for, and how they prove it.
CREATE TABLE account (
    id      INTEGER PRIMARY KEY,
    email   TEXT NOT NULL UNIQUE,   -- personal; folded to lower case
    name    TEXT NOT NULL,          -- personal
    lang    INTEGER NOT NULL,       -- enum lang
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE party (
    id      INTEGER PRIMARY KEY,
    kind    INTEGER NOT NULL,       -- enum party_kind
    name    TEXT NOT NULL,          -- personal: a person's when kind is a person
    ubn     TEXT UNIQUE,            -- 8 digits; NULL when it has none
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE member (
    party   INTEGER NOT NULL REFERENCES party (id),
    account INTEGER NOT NULL REFERENCES account (id),
    perms   INTEGER NOT NULL,       -- AS_* bits
    PRIMARY KEY (party, account)
) STRICT;
CREATE INDEX member_account ON member (account);

-- One-time links sent by e-mail.
CREATE TABLE signin_token (
    hash    BLOB PRIMARY KEY,       -- SHA-256 of the token
    account INTEGER NOT NULL REFERENCES account (id),
    next    TEXT NOT NULL,
    expires INTEGER NOT NULL,
    used    INTEGER NOT NULL        -- 0, or when
) STRICT;
CREATE INDEX signin_token_account ON signin_token (account, expires);

CREATE TABLE session (
    id      INTEGER PRIMARY KEY,
    hash    BLOB NOT NULL UNIQUE,   -- SHA-256 of the cookie's token
    account INTEGER NOT NULL REFERENCES account (id),
    party   INTEGER NOT NULL,       -- acted for; 0: none
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;
CREATE INDEX session_account ON session (account);

CREATE TABLE api_key (
    id      INTEGER PRIMARY KEY,
    hash    BLOB NOT NULL UNIQUE,   -- SHA-256 of the key
    party   INTEGER NOT NULL REFERENCES party (id),
    account INTEGER NOT NULL REFERENCES account (id),
    label   TEXT NOT NULL,
    perms   INTEGER NOT NULL,
    created INTEGER NOT NULL,
    last_used INTEGER NOT NULL,     -- 0: never; to the minute
    revoked INTEGER NOT NULL        -- 0, or when
) STRICT;
CREATE INDEX api_key_party ON api_key (party);
