-- The public log: what happened, committed to in a Merkle tree (core/publiclog.h). No CHECK here: PostgreSQL parses them
-- again for every INSERT, and this is the busiest table; `rise doctor` proves more than they would.
CREATE TABLE log_entry (
    id         INTEGER PRIMARY KEY,
    what       TEXT NOT NULL,           -- "market.order.captured"
    ref        INTEGER NOT NULL,        -- the thing it is about
    at         INTEGER NOT NULL,
    commitment BLOB NOT NULL,           -- SHA-256(salt, record)
    idx        INTEGER,                 -- leaf of the tree; NULL: not sequenced yet
    salt       BLOB,                    -- NULL: erased, with the record
    record     TEXT                     -- personal; canonical JSON
) STRICT;
CREATE INDEX log_entry_pending ON log_entry (id) WHERE idx IS NULL;
CREATE INDEX log_entry_ref ON log_entry (ref, id);

-- Tiles of hashes, as C2SP tlog-tiles has them: up to 256 hashes of 32 bytes. Level -1 holds the commitments themselves.
CREATE TABLE log_tile (
    level  INTEGER NOT NULL,
    n      INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, n)
) STRICT;

-- The latest signed checkpoint: one row, which only grows.
CREATE TABLE log_head (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    size   INTEGER NOT NULL CHECK (size >= 0),
    root   BLOB NOT NULL CHECK (length(root) = 32),
    at     INTEGER NOT NULL,
    note   TEXT NOT NULL,               -- C2SP tlog-checkpoint, a signed note
    vkey   TEXT NOT NULL                -- the verifier key of the note's signature
) STRICT;
