-- The public-interest fund: what came of a proposal, and who would support it.

-- A team's value map (value_map.h): every saving is a version, none is ever changed. Published ones are public.
CREATE TABLE fund_value_map (
    id               INTEGER PRIMARY KEY,
    proposal         INTEGER NOT NULL,
    version          INTEGER NOT NULL,           -- from 1
    csv              TEXT NOT NULL,              -- as `rise fund sroi` reads it
    hash             TEXT NOT NULL,              -- hex SHA-256 of csv
    rate             TEXT NOT NULL,              -- per cent a year, "3.5" or low..base..high
    middle           INTEGER NOT NULL,           -- discounted to the middle of the year
    saved            INTEGER NOT NULL,
    saved_by         INTEGER NOT NULL,           -- account
    published        INTEGER NOT NULL DEFAULT 0, -- instant; 0: a draft
    withdrawn        INTEGER NOT NULL DEFAULT 0, -- instant; taken off the public page
    log_entry        INTEGER NOT NULL DEFAULT 0, -- of the publication
    -- of a published one, thousandths; ratios are 0 without inputs
    ratio_low        INTEGER NOT NULL DEFAULT 0,
    ratio_base       INTEGER NOT NULL DEFAULT 0,
    ratio_high       INTEGER NOT NULL DEFAULT 0,
    npv_low          INTEGER NOT NULL DEFAULT 0,
    npv_base         INTEGER NOT NULL DEFAULT 0,
    npv_high         INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT fund_value_map_version UNIQUE (proposal, version)
) STRICT;

-- What a company (or anybody with an account) would support, and what it offers.
CREATE TABLE fund_interest (
    id               INTEGER PRIMARY KEY,
    account          INTEGER NOT NULL,
    organisation     TEXT NOT NULL,
    fields           INTEGER NOT NULL,           -- bit i: the i-th of fund_fields
    sdgs             INTEGER NOT NULL,           -- bit n-1: goal n
    county           TEXT NOT NULL,              -- '': anywhere
    stage            INTEGER NOT NULL,           -- reached at least, enum fund_stage
    kinds            INTEGER NOT NULL,           -- bit i: the i-th of fund_support_kinds
    offer            TEXT NOT NULL,
    contact          TEXT NOT NULL,              -- [personal] name
    email            TEXT NOT NULL,              -- [personal]
    phone            TEXT NOT NULL,              -- [personal]
    created          INTEGER NOT NULL,
    changed          INTEGER NOT NULL,
    closed           INTEGER NOT NULL DEFAULT 0  -- instant; 0: open
) STRICT;
CREATE INDEX fund_interest_account ON fund_interest (account, id);

-- An interest sent to one team: at most one by an account to a proposal, ever.
CREATE TABLE fund_approach (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    proposal         INTEGER NOT NULL,
    interest         INTEGER NOT NULL,
    account          INTEGER NOT NULL,
    message          TEXT NOT NULL,
    state            TEXT NOT NULL,              -- 'sent', 'yes', 'no', 'withdrawn'
    answer           TEXT NOT NULL DEFAULT '',
    sent             INTEGER NOT NULL,
    ended            INTEGER NOT NULL DEFAULT 0, -- answered or withdrawn
    ended_by         INTEGER NOT NULL DEFAULT 0, -- account
    CONSTRAINT fund_approach_once UNIQUE (account, proposal)
) STRICT;
CREATE INDEX fund_approach_proposal ON fund_approach (proposal, id);
CREATE INDEX fund_approach_programme ON fund_approach (programme, id);

-- Who took a proposal's solution into use. One person records it, an officer who is another person confirms it.
CREATE TABLE fund_adoption (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    proposal         INTEGER NOT NULL,
    organisation     TEXT NOT NULL,
    kind             TEXT NOT NULL,              -- fund_adopter_kinds
    since            INTEGER NOT NULL,           -- day
    how              TEXT NOT NULL,
    link             TEXT NOT NULL,              -- https address or ''
    state            TEXT NOT NULL,              -- 'recorded', 'confirmed', 'refused'
    recorded         INTEGER NOT NULL,
    recorded_by      INTEGER NOT NULL,           -- account
    decided          INTEGER NOT NULL DEFAULT 0,
    decided_by       INTEGER NOT NULL DEFAULT 0, -- account
    reason           TEXT NOT NULL DEFAULT '',   -- why it was refused
    log_entry        INTEGER NOT NULL DEFAULT 0  -- of the confirmation
) STRICT;
CREATE INDEX fund_adoption_proposal ON fund_adoption (proposal, id);
CREATE INDEX fund_adoption_programme ON fund_adoption (programme, state, since, id);
