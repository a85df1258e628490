-- The public-interest fund: the result of a round's tally, proposed by one officer, published by another.

-- What was fixed with the tally's rules (fund_round.rules) when the crowdfunding began.
CREATE TABLE fund_rules (
    programme        INTEGER PRIMARY KEY,
    places           INTEGER NOT NULL,           -- the line: how many go on to the final awards
    gift_min         INTEGER NOT NULL,           -- smallest gift that counts
    fixed            INTEGER NOT NULL
) STRICT;

CREATE TABLE fund_tally (
    programme        INTEGER PRIMARY KEY,
    state            TEXT NOT NULL,              -- 'proposed', 'published'; no row: open
    results_hash     TEXT NOT NULL,              -- hex SHA-256 of results.csv (publish.h)
    reason           TEXT NOT NULL,
    places           INTEGER NOT NULL,
    gifts            INTEGER NOT NULL,           -- that counted
    donors           INTEGER NOT NULL,
    outcome          INTEGER NOT NULL,           -- bits of enum tally_outcome
    paid             INTEGER NOT NULL,           -- of the pool, NT dollars
    unspent          INTEGER NOT NULL,
    proposed_by      INTEGER NOT NULL,
    proposed         INTEGER NOT NULL,
    published_by     INTEGER NOT NULL DEFAULT 0,
    published        INTEGER NOT NULL DEFAULT 0,
    log_entry        INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One line of results.csv each; written when it is published, never changed.
CREATE TABLE fund_tally_line (
    programme        INTEGER NOT NULL,
    rank             INTEGER NOT NULL,
    proposal         INTEGER NOT NULL,
    donors           INTEGER NOT NULL,
    raised           INTEGER NOT NULL,
    counted          INTEGER NOT NULL,
    weight           TEXT NOT NULL,              -- decimal, units of 2^-32; below 2^126
    match            INTEGER NOT NULL,
    capped           INTEGER NOT NULL,
    chosen           INTEGER NOT NULL,
    PRIMARY KEY (programme, rank)
) STRICT;
CREATE INDEX fund_tally_line_proposal ON fund_tally_line (proposal);

-- The round's archive, made by a job after each publication: the newest is offered.
CREATE TABLE fund_archive (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    document         INTEGER NOT NULL,
    hash             TEXT NOT NULL,              -- hex SHA-256 of the ZIP file
    bytes            INTEGER NOT NULL,
    log_entry        INTEGER NOT NULL,
    at               INTEGER NOT NULL
) STRICT;
CREATE INDEX fund_archive_programme ON fund_archive (programme, id);
