-- What was recorded while somebody signed (mod/sign/rooms/witness.h). The bytes are documents, sealed with the item's own key.

-- One recording of one signer's signing, with all its items. A new attempt is a new row; the one before is dropped.
CREATE TABLE sign_witness (
    id               INTEGER PRIMARY KEY,
    room             INTEGER NOT NULL REFERENCES sign_room (id),
    signer           INTEGER NOT NULL REFERENCES sign_signer (id),
    attempt          INTEGER NOT NULL,           -- of this signer, from 1
    asked            INTEGER NOT NULL,           -- sign_signer.witness when it began
    state            TEXT NOT NULL,              -- open, closed, dropped
    shown            TEXT NOT NULL,              -- hex SHA-256 of the file as it stood when the recording began
    started          INTEGER NOT NULL,           -- our clock
    ended            INTEGER NOT NULL,           -- 0 while open
    previous         INTEGER NOT NULL,           -- the recording closed before it in this room; 0 none
    manifest         TEXT NOT NULL,              -- '' until closed; kept for ever
    hash             BLOB NOT NULL               -- SHA-256 of the manifest
) STRICT;
CREATE INDEX sign_witness_room ON sign_witness (room, state, ended);
CREATE INDEX sign_witness_signer ON sign_witness (signer, id);
CREATE INDEX sign_witness_state ON sign_witness (state, started);

-- One thing recorded, or why it was not. Removing it forgets bytes, key and salt; the commitment stays.
CREATE TABLE sign_witness_item (
    id               INTEGER PRIMARY KEY,
    witness          INTEGER NOT NULL REFERENCES sign_witness (id),
    kind             INTEGER NOT NULL,           -- enum witness_kind
    outcome          TEXT NOT NULL,              -- open, recorded, failed, refused
    type             TEXT NOT NULL,              -- media type, by its bytes
    size             INTEGER NOT NULL,           -- bytes
    pieces           INTEGER NOT NULL,           -- arrived so far, in order
    key              BLOB NOT NULL,              -- of its pieces, sealed; empty when removed
    salt             BLOB NOT NULL,              -- personal; opens the commitment; empty until closed and when removed
    commitment       BLOB NOT NULL,              -- SHA-256(salt, bytes); empty when there is nothing
    removed          INTEGER NOT NULL,           -- 0: it is there
    removed_by       INTEGER NOT NULL,           -- account; 0: the program, when its time had come
    removed_reason   TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX sign_witness_item_kind ON sign_witness_item (witness, kind);
CREATE INDEX sign_witness_item_kept ON sign_witness_item (removed, id);

CREATE TABLE sign_witness_piece (
    item             INTEGER NOT NULL REFERENCES sign_witness_item (id),
    position         INTEGER NOT NULL,           -- from 0
    size             INTEGER NOT NULL,           -- of the plain bytes
    document         INTEGER NOT NULL,           -- the sealed bytes
    PRIMARY KEY (item, position)
) STRICT;

-- Who looked at which recording, and why. Shown to the room's party; the reason is in the public log as a commitment.
CREATE TABLE sign_witness_access (
    id               INTEGER PRIMARY KEY,
    room             INTEGER NOT NULL REFERENCES sign_room (id),
    item             INTEGER NOT NULL REFERENCES sign_witness_item (id),
    account          INTEGER NOT NULL,
    reason           TEXT NOT NULL,              -- personal
    at               INTEGER NOT NULL,
    log_entry        INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_witness_access_room ON sign_witness_access (room, id);
