-- The public-interest fund: after the choice. Amounts are whole NT dollars; the ledger has the postings.

-- What the agency and a team agree on for one stage: grant or award, paid by milestones that sum to it.
CREATE TABLE fund_agreement (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    proposal         INTEGER NOT NULL,
    stage            INTEGER NOT NULL,           -- what it was chosen for, enum fund_stage
    amount           INTEGER NOT NULL CHECK (amount > 0),
    state            TEXT NOT NULL,              -- 'offered', 'signed', 'declined'
    text             TEXT NOT NULL,              -- as offered, with its milestones
    hash             TEXT NOT NULL,              -- hex SHA-256 of text
    payable          INTEGER NOT NULL,           -- ledger account of the team; 0 until signed
    bank_code        TEXT NOT NULL DEFAULT '',
    bank_account     TEXT NOT NULL DEFAULT '',   -- [personal] where the team is a person
    offered          INTEGER NOT NULL,
    signed           INTEGER NOT NULL DEFAULT 0,
    signed_by        INTEGER NOT NULL DEFAULT 0, -- account
    log_entry        INTEGER NOT NULL DEFAULT 0, -- of the signature
    CONSTRAINT fund_agreement_once UNIQUE (proposal, stage)
) STRICT;
CREATE INDEX fund_agreement_programme ON fund_agreement (programme, state, id);

CREATE TABLE fund_milestone (
    id               INTEGER PRIMARY KEY,
    agreement        INTEGER NOT NULL,
    position         INTEGER NOT NULL,
    title            TEXT NOT NULL,
    amount           INTEGER NOT NULL CHECK (amount >= 0),
    due              INTEGER NOT NULL,           -- day
    state            TEXT NOT NULL,              -- 'planned', 'reported', 'accepted'
    report           TEXT NOT NULL DEFAULT '',
    answer           TEXT NOT NULL DEFAULT '',   -- the office's, when it sent the report back
    reported         INTEGER NOT NULL DEFAULT 0,
    accepted         INTEGER NOT NULL DEFAULT 0,
    accepted_by      INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT fund_milestone_place UNIQUE (agreement, position)
) STRICT;

-- One payment to one agreement's account on one day.
CREATE TABLE fund_payout (
    id               INTEGER PRIMARY KEY,        -- of the ledger transfer
    programme        INTEGER NOT NULL,
    agreement        INTEGER NOT NULL,
    on_day           INTEGER NOT NULL,
    amount           INTEGER NOT NULL CHECK (amount > 0),
    at               INTEGER NOT NULL,
    CONSTRAINT fund_payout_once UNIQUE (agreement, on_day)
) STRICT;
CREATE INDEX fund_payout_programme ON fund_payout (programme, on_day, id);
