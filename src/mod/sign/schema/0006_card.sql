-- A signature that a card or a phone is asked for through somebody else's service.
CREATE TABLE sign_card (
    id               INTEGER PRIMARY KEY,
    kind             TEXT NOT NULL,              -- who wants it: struct card_use
    ref              INTEGER NOT NULL,           -- what for, in the words of that kind
    number           BLOB NOT NULL,              -- [personal] what the service knows the person by, sealed; empty once it has ended
    state            TEXT NOT NULL,              -- asked, sent, signed, refused, expired, failed
    certs            BLOB NOT NULL,              -- [personal] DER certificates one behind the other, the signer's first
    to_sign          BLOB NOT NULL,              -- empty until the certificate is known
    shown            TEXT NOT NULL,              -- [personal] text for the person
    ticket           TEXT NOT NULL,              -- the service's; '' until sent
    tries            INTEGER NOT NULL,           -- calls in vain since the last one that was answered
    next             INTEGER NOT NULL,           -- when the service is asked again
    until            INTEGER NOT NULL,
    started          INTEGER NOT NULL,
    why              TEXT NOT NULL               -- of a failure
) STRICT;
CREATE INDEX sign_card_next ON sign_card (state, next);
CREATE INDEX sign_card_ref ON sign_card (kind, ref, id);

-- The simulator of such a service, in demonstrations only: its cards, and what they are asked.
CREATE TABLE sign_sim_card (
    number           TEXT PRIMARY KEY,
    key              INTEGER NOT NULL REFERENCES sign_key (id),
    cert             BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sign_sim_order (
    id               INTEGER PRIMARY KEY,        -- its text form is the ticket
    key              TEXT NOT NULL UNIQUE,       -- the same order repeated
    number           TEXT NOT NULL,
    shown            TEXT NOT NULL,
    to_sign          BLOB NOT NULL,
    state            TEXT NOT NULL,              -- waiting, signed, refused
    signature        BLOB NOT NULL,
    until            INTEGER NOT NULL
) STRICT;
