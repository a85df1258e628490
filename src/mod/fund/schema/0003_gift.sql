-- The public-interest fund: gifts. Amounts are whole NT dollars; instants µs UTC; ids made by the program.
--
-- Privacy. Neither an identity number nor a donor's name, address, device or account is stored. What must be recognised again
-- (the same person on two platforms, the same device behind ten gifts) is a keyed hash: HMAC-SHA-256 under a secret of the
-- round, cut to 63 bits. The secret lies sealed in fund_gift_secret; destroying it makes every hash of the round meaningless
-- and erases the salts of all commitments. An uploaded file is sealed while it waits and removed when it has been read.

CREATE TABLE fund_gift_secret (
    programme        INTEGER PRIMARY KEY,
    sealed           BLOB NOT NULL               -- 32 random bytes, sealed with the installation's key
) STRICT;

-- A crowdfunding platform whose exports are read in a round.
CREATE TABLE fund_gift_source (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    code             TEXT NOT NULL,
    name             TEXT NOT NULL,
    at               INTEGER NOT NULL,
    CONSTRAINT fund_gift_source_code UNIQUE (programme, code)
) STRICT;

-- Which heading of the platform's files holds what; a column that is not here is looked for under its usual headings.
CREATE TABLE fund_gift_column (
    source           INTEGER NOT NULL,
    name             TEXT NOT NULL,              -- fund_gift_columns
    heading          TEXT NOT NULL,
    PRIMARY KEY (source, name)
) STRICT;

-- The platform's own codes of campaigns; without one, the file names proposals by their numbers.
CREATE TABLE fund_gift_campaign (
    source           INTEGER NOT NULL,
    campaign         TEXT NOT NULL,
    number           INTEGER NOT NULL,           -- of the proposal
    PRIMARY KEY (source, campaign)
) STRICT;

CREATE TABLE fund_gift_import (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    source           INTEGER NOT NULL,
    number           INTEGER NOT NULL,           -- counts the round's imports from 1
    name             TEXT NOT NULL,              -- of the file
    hash             TEXT NOT NULL,              -- hex SHA-256 of the file
    bytes            INTEGER NOT NULL,
    state            TEXT NOT NULL,              -- waiting, done, refused, undone
    encoding         TEXT NOT NULL DEFAULT '',
    row_count        INTEGER NOT NULL DEFAULT 0,
    counted          INTEGER NOT NULL DEFAULT 0, -- rows that counted when it was read
    raised           INTEGER NOT NULL DEFAULT 0, -- their sum
    root             TEXT NOT NULL DEFAULT '',   -- hex root of the tree over the rows' commitments
    log_entry        INTEGER NOT NULL DEFAULT 0,
    report           TEXT NOT NULL DEFAULT '',   -- why a file was refused: JSON, without what stood in its cells
    job              INTEGER NOT NULL DEFAULT 0, -- that reads it; 0: none
    made_by          INTEGER NOT NULL,
    at               INTEGER NOT NULL,
    done             INTEGER NOT NULL DEFAULT 0  -- since when donors see it; the days to appeal count from here
) STRICT;
CREATE INDEX fund_gift_import_programme ON fund_gift_import (programme, number);
CREATE INDEX fund_gift_import_hash ON fund_gift_import (programme, hash);

-- The file of an import that waits, in sealed pieces.
CREATE TABLE fund_gift_file (
    import           INTEGER NOT NULL,
    part             INTEGER NOT NULL,
    sealed           BLOB NOT NULL,
    PRIMARY KEY (import, part)
) STRICT;

-- Every row of every file. Counts only while its import is 'done'.
CREATE TABLE fund_gift (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    source           INTEGER NOT NULL,
    import           INTEGER NOT NULL,
    row_no           INTEGER NOT NULL,           -- in the file; the heading is 1
    line             INTEGER NOT NULL,
    code             TEXT NOT NULL,              -- the receipt's code; '': the row has no receipt number
    holds            INTEGER NOT NULL,           -- 1: the gift that the code finds; 0: another row of the same receipt, a refund
    hint             TEXT NOT NULL,              -- the end of the platform's receipt number
    part_of          INTEGER NOT NULL,           -- the row that a refund or a repeated receipt belongs to
    project          INTEGER NOT NULL,           -- proposal; 0: unknown
    donor            INTEGER NOT NULL,           -- keyed hash of the identity number; 0: none
    kind             TEXT NOT NULL,              -- person, organisation, ''
    tail             INTEGER NOT NULL,           -- keyed hash of the code and the last four of the identity number
    amount           INTEGER NOT NULL,           -- as in the file; below zero: a refund's row
    returned         INTEGER NOT NULL,           -- refunded according to the row itself
    at               INTEGER NOT NULL,           -- when it was paid
    found            TEXT NOT NULL,              -- reason when it was read; '': it counted. Never changed
    reason           TEXT NOT NULL,              -- reason now
    refunded         INTEGER NOT NULL,           -- of a gift: all refunds so far; of a refund's row: how much it took back
    counted          INTEGER NOT NULL,           -- how much counts now
    upheld           INTEGER NOT NULL DEFAULT 0, -- the appeal that made it count
    device           INTEGER NOT NULL,           -- keyed hashes; 0: not told
    address          INTEGER NOT NULL,
    account          INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX fund_gift_code ON fund_gift (code) WHERE holds = 1;
CREATE INDEX fund_gift_row ON fund_gift (import, row_no);
CREATE INDEX fund_gift_part_of ON fund_gift (part_of);
CREATE INDEX fund_gift_counted ON fund_gift (programme, project, donor, id) WHERE counted > 0;

-- The hash tree over an import's rows, as tiles of 256 hashes (core/tlog.h).
CREATE TABLE fund_gift_tile (
    import           INTEGER NOT NULL,
    level            INTEGER NOT NULL,
    n                INTEGER NOT NULL,
    hashes           BLOB NOT NULL,
    PRIMARY KEY (import, level, n)
) STRICT;

-- Kept sums, re-proved by `rise doctor`: an import's rows by the reason found, a round's gifts by project and by day.
CREATE TABLE fund_gift_count (
    import           INTEGER NOT NULL,
    reason           TEXT NOT NULL,
    n                INTEGER NOT NULL,
    amount           INTEGER NOT NULL,
    PRIMARY KEY (import, reason)
) STRICT;
CREATE TABLE fund_gift_total (
    programme        INTEGER NOT NULL,
    project          INTEGER NOT NULL,
    gifts            INTEGER NOT NULL,
    donors           INTEGER NOT NULL,
    raised           INTEGER NOT NULL,
    PRIMARY KEY (programme, project)
) STRICT;
CREATE TABLE fund_gift_day (
    programme        INTEGER NOT NULL,
    day              TEXT NOT NULL,              -- in Taiwan, 2027-05-01
    source           INTEGER NOT NULL,
    gifts            INTEGER NOT NULL,
    raised           INTEGER NOT NULL,
    PRIMARY KEY (programme, day, source)
) STRICT;

CREATE TABLE fund_gift_appeal (
    id               INTEGER PRIMARY KEY,        -- of the case
    gift             INTEGER NOT NULL,
    words            TEXT NOT NULL,              -- [personal] what the donor says
    email            TEXT NOT NULL,              -- [personal] '' or where to write
    lang             INTEGER NOT NULL,
    answer           TEXT NOT NULL DEFAULT '',
    record           TEXT NOT NULL DEFAULT '',   -- the gift's record as it was read, once the appeal has corrected the gift
    at               INTEGER NOT NULL,
    decided          INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX fund_gift_appeal_gift ON fund_gift_appeal (gift, id);
