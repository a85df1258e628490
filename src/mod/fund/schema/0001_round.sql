-- The public-interest fund: rounds, teams' proposals. Amounts are whole NT dollars; instants µs UTC; ids made by the program.
-- [personal] marks columns that can name a person; they never enter the public log.

-- One row per programme: where it stands, its dates, its ledger accounts, and the hashed rules of its tally.
CREATE TABLE fund_round (
    programme        INTEGER PRIMARY KEY,
    phase            TEXT NOT NULL,              -- fund_phases
    call_opens       INTEGER NOT NULL,
    call_closes      INTEGER NOT NULL,
    gifts_open       INTEGER NOT NULL,
    gifts_close      INTEGER NOT NULL,
    appropriation    INTEGER NOT NULL,           -- ledger accounts, NT dollars
    budget           INTEGER NOT NULL,
    paid             INTEGER NOT NULL,
    proposals        INTEGER NOT NULL DEFAULT 0, -- the last public number given
    rules            TEXT NOT NULL DEFAULT '',   -- canonical JSON (tally.h); '' until they are fixed
    rules_hash       TEXT NOT NULL DEFAULT '',
    rules_entry      INTEGER NOT NULL DEFAULT 0  -- of the public log
) STRICT;

CREATE TABLE fund_proposal (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    number           INTEGER NOT NULL,           -- public number; 0: a draft
    team             INTEGER NOT NULL,           -- party
    title            TEXT NOT NULL,
    title_en         TEXT NOT NULL,
    summary          TEXT NOT NULL,
    summary_en       TEXT NOT NULL,
    field            TEXT NOT NULL,              -- fund_fields
    sdgs             INTEGER NOT NULL,           -- bit n-1: goal n of the 17
    team_kind        TEXT NOT NULL,              -- fund_team_kinds
    county           TEXT NOT NULL,
    problem          TEXT NOT NULL,
    solution         TEXT NOT NULL,
    impact           TEXT NOT NULL,
    plan             TEXT NOT NULL,
    video            TEXT NOT NULL,              -- https address or ''
    phone            TEXT NOT NULL,              -- [personal]
    email            TEXT NOT NULL,              -- [personal]
    state            TEXT NOT NULL,              -- fund_states
    stage            INTEGER NOT NULL,           -- highest stage reached, enum fund_stage
    award            INTEGER NOT NULL DEFAULT 0, -- NT dollars of the final award
    case_id          INTEGER NOT NULL DEFAULT 0,
    version          INTEGER NOT NULL,           -- counts saves; a form carries the one it was filled in from
    created          INTEGER NOT NULL,
    changed          INTEGER NOT NULL,
    submitted        INTEGER NOT NULL DEFAULT 0,
    log_entry        INTEGER NOT NULL DEFAULT 0  -- of the latest submission
) STRICT;
CREATE INDEX fund_proposal_team ON fund_proposal (team, id);
-- In public order, with all that the gallery asks for: the texts of 970 rows are not read to count them.
CREATE INDEX fund_proposal_public ON fund_proposal (programme, number, state, stage, field, sdgs, team_kind, county)
    WHERE number <> 0;
CREATE INDEX fund_proposal_case ON fund_proposal (case_id) WHERE case_id <> 0;

-- Who stands behind a proposal: for the team's page and to find conflicts of interest. The first is the contact.
CREATE TABLE fund_author (
    proposal         INTEGER NOT NULL,
    position         INTEGER NOT NULL,
    name             TEXT NOT NULL,              -- [personal]
    organisation     TEXT NOT NULL,
    email            TEXT NOT NULL,              -- [personal] folded
    PRIMARY KEY (proposal, position)
) STRICT;
CREATE INDEX fund_author_email ON fund_author (email);

-- What was handed in, each time: the record in the public log holds the hash of `content`.
CREATE TABLE fund_submission (
    id               INTEGER PRIMARY KEY,
    proposal         INTEGER NOT NULL,
    content          TEXT NOT NULL,              -- [personal] canonical JSON (submit.c)
    hash             TEXT NOT NULL,              -- hex SHA-256 of content
    log_entry        INTEGER NOT NULL,
    made_by          INTEGER NOT NULL,           -- account
    at               INTEGER NOT NULL
) STRICT;
CREATE INDEX fund_submission_proposal ON fund_submission (proposal, id);

CREATE TABLE fund_attachment (
    id               INTEGER PRIMARY KEY,
    proposal         INTEGER NOT NULL,
    document         INTEGER NOT NULL,
    at               INTEGER NOT NULL
) STRICT;
CREATE INDEX fund_attachment_proposal ON fund_attachment (proposal, id);
