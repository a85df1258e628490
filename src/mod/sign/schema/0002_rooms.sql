-- Signing rooms: one document, several people who sign it. Files are rows of core's document table, one for each revision.

-- A room, or a template for rooms. Its file only ever grows: `revision` counts what was appended since it was sent.
CREATE TABLE sign_room (
    id               INTEGER PRIMARY KEY,
    party            INTEGER NOT NULL,           -- whose room it is
    owner            INTEGER NOT NULL,           -- account that made it
    is_template      INTEGER NOT NULL,           -- 1: never sent itself; its signers have a slot instead of a person
    origin           INTEGER NOT NULL,           -- the template it was made from; 0 none
    bulk             INTEGER NOT NULL,           -- the bulk sending it belongs to; 0 none
    title            TEXT NOT NULL,
    message          TEXT NOT NULL,              -- to all signers
    state            TEXT NOT NULL,              -- draft, open, finishing, completed, declined, voided, expired
    reason           TEXT NOT NULL,              -- of the end, where one was asked for
    expires          INTEGER NOT NULL,           -- open rooms end then; a draft's is 0
    expiry_days      INTEGER NOT NULL,           -- from sending
    remind_days      INTEGER NOT NULL,           -- between reminders; 0 none
    original         INTEGER NOT NULL,           -- document as it was uploaded; 0 not yet
    file             INTEGER NOT NULL,           -- document as it stands now
    revision         INTEGER NOT NULL,           -- 0 until sent; grows by one with every signature: the optimistic lock of signing
    seal_level       TEXT NOT NULL,              -- of the finished file: b, t, lt, lta; '' until then
    seal_note        TEXT NOT NULL,              -- why no higher; '' when it is what was asked for
    seal_retry       INTEGER NOT NULL,           -- when raising it is tried again; 0 not
    archive          INTEGER NOT NULL,           -- document: the archive of the finished room; 0 none yet
    created          INTEGER NOT NULL,
    changed          INTEGER NOT NULL,
    sent             INTEGER NOT NULL,
    closed           INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_room_party ON sign_room (party, is_template, state, changed);
CREATE INDEX sign_room_expires ON sign_room (state, expires);
CREATE INDEX sign_room_bulk ON sign_room (bulk, id) WHERE bulk <> 0;

-- Somebody who signs, approves, or gets a copy. Equal steps act in any order, a step begins when the one before has ended.
CREATE TABLE sign_signer (
    id               INTEGER PRIMARY KEY,
    room             INTEGER NOT NULL REFERENCES sign_room (id),
    position         INTEGER NOT NULL,           -- in lists, from 1
    step             INTEGER NOT NULL,           -- from 1
    role             TEXT NOT NULL,              -- sign, approve, copy
    slot             TEXT NOT NULL,              -- "Tenant": who this is in a template
    name             TEXT NOT NULL,              -- [personal]
    email            TEXT NOT NULL,              -- [personal]
    lang             TEXT NOT NULL,              -- zh, en
    level            TEXT NOT NULL,              -- link, code, passkey, certificate, card
    card             BLOB NOT NULL,              -- [personal] the number that the card service knows the person by, sealed; empty none
    witness          INTEGER NOT NULL,           -- what is recorded while signing (enum witness_kind as bits); 0 nothing
    token            BLOB NOT NULL,              -- SHA-256 of the link's token; empty until invited
    state            TEXT NOT NULL,              -- waiting, invited, signed, declined, delegated, stopped
    invited          INTEGER NOT NULL,
    viewed           INTEGER NOT NULL,           -- first time
    acted            INTEGER NOT NULL,
    reminded         INTEGER NOT NULL,           -- last time; 0 never
    reminders        INTEGER NOT NULL,
    reason           TEXT NOT NULL,              -- of a refusal
    delegated_to     INTEGER NOT NULL,           -- signer who acts instead; 0 none
    code             BLOB NOT NULL,              -- SHA-256 of the one-time code with the signer's id; empty none
    code_until       INTEGER NOT NULL,
    code_tries       INTEGER NOT NULL,           -- wrong ones so far
    codes_sent       INTEGER NOT NULL,
    cert             BLOB NOT NULL,              -- DER: with what was signed; empty none
    address          TEXT NOT NULL,              -- [personal] IP from which it was signed
    agent            TEXT NOT NULL               -- [personal] User-Agent, cut
) STRICT;
CREATE INDEX sign_signer_room ON sign_signer (room, position);
CREATE INDEX sign_signer_email ON sign_signer (email, state);
CREATE UNIQUE INDEX sign_signer_token ON sign_signer (token) WHERE length(token) > 0;

-- Where a signer has something to fill in. Lengths in 1/100 point from the visible page's top left corner.
CREATE TABLE sign_field (
    id               INTEGER PRIMARY KEY,
    room             INTEGER NOT NULL REFERENCES sign_room (id),
    signer           INTEGER NOT NULL REFERENCES sign_signer (id),
    kind             TEXT NOT NULL,              -- signature, initials, text, date, check
    page             INTEGER NOT NULL,           -- from 0
    x                INTEGER NOT NULL,
    y                INTEGER NOT NULL,
    w                INTEGER NOT NULL,
    h                INTEGER NOT NULL,
    required         INTEGER NOT NULL,
    label            TEXT NOT NULL,              -- asked of the signer
    value            TEXT NOT NULL               -- filled in when signing; check: '1' or ''
) STRICT;
CREATE INDEX sign_field_room ON sign_field (room, page, id);

-- What happened, in order: the room's history and its evidence.
CREATE TABLE sign_event (
    id               INTEGER PRIMARY KEY,
    room             INTEGER NOT NULL REFERENCES sign_room (id),
    signer           INTEGER NOT NULL,           -- 0: the owner or the program itself
    account          INTEGER NOT NULL,           -- 0: no signed-in person
    what             TEXT NOT NULL,              -- enum room_event's word
    detail           TEXT NOT NULL,              -- [personal] a reason, a name
    file_hash        TEXT NOT NULL,              -- hex SHA-256 of the file after it; '' where it did not change
    address          TEXT NOT NULL,              -- [personal] IP
    agent            TEXT NOT NULL,              -- [personal]
    at               INTEGER NOT NULL,
    log_entry        INTEGER NOT NULL            -- of the public log
) STRICT;
CREATE INDEX sign_event_room ON sign_event (room, id);

-- A signature whose key is elsewhere: what was prepared and is to be signed within minutes. One a signer.
CREATE TABLE sign_pending (
    signer           INTEGER PRIMARY KEY REFERENCES sign_signer (id),
    revision         INTEGER NOT NULL,           -- of the room; another one by now: prepare again
    tail             BLOB NOT NULL,              -- the increment with room for the CMS
    gap              INTEGER NOT NULL,           -- struct pdf_placed
    gap_n            INTEGER NOT NULL,
    content          BLOB NOT NULL,              -- digest of the content
    cert             BLOB NOT NULL,              -- DER certificates, the signer's first, one behind the other
    to_sign          BLOB NOT NULL,              -- the signed attributes
    filled           TEXT NOT NULL,              -- JSON: the fields' values
    ticket           TEXT NOT NULL,              -- of the card service; '' for a certificate
    expires          INTEGER NOT NULL
) STRICT;
