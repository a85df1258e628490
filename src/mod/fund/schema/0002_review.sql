-- The public-interest fund: review. Scores are whole points, figures of the score table thousandths of a point (milli).
-- [personal] marks columns that can name a person; they never enter the public log.

-- Who may review in a round. An account has one row for each round.
CREATE TABLE fund_reviewer (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    account          INTEGER NOT NULL,
    organisation     TEXT NOT NULL,              -- where the reviewer works; to find conflicts of interest
    fields           INTEGER NOT NULL,           -- bit n: fund_fields[n] is the reviewer's
    sdgs             INTEGER NOT NULL,           -- bit n-1: goal n
    load_min         INTEGER NOT NULL,           -- own bounds; 0: the round's
    load_max         INTEGER NOT NULL,
    state            TEXT NOT NULL,              -- fund_reviewer_states
    invited          INTEGER NOT NULL,
    answered         INTEGER NOT NULL DEFAULT 0,
    statement        TEXT NOT NULL DEFAULT '',   -- hex SHA-256 of the no-conflict statement signed; '' none
    signed           INTEGER NOT NULL DEFAULT 0,
    signed_entry     INTEGER NOT NULL DEFAULT 0, -- of the public log
    CONSTRAINT fund_reviewer_once UNIQUE (programme, account)
) STRICT;
CREATE INDEX fund_reviewer_account ON fund_reviewer (account, programme);

-- Conflicts of interest; one row for each reason. A lifted one stays, so that the search does not find it again.
CREATE TABLE fund_conflict (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    reviewer         INTEGER NOT NULL,
    proposal         INTEGER NOT NULL,
    kind             TEXT NOT NULL,              -- fund_conflict_kinds
    note             TEXT NOT NULL,              -- [personal]
    source           TEXT NOT NULL,              -- 'declared', 'detected', 'officer'
    by_account       INTEGER NOT NULL,           -- 0: the program
    at               INTEGER NOT NULL,
    lifted           INTEGER NOT NULL DEFAULT 0, -- when
    CONSTRAINT fund_conflict_once UNIQUE (reviewer, proposal, kind)
) STRICT;
CREATE INDEX fund_conflict_programme ON fund_conflict (programme, id);
CREATE INDEX fund_conflict_proposal ON fund_conflict (proposal, reviewer);

CREATE TABLE fund_bid (
    reviewer         INTEGER NOT NULL,
    proposal         INTEGER NOT NULL,
    bid              TEXT NOT NULL,              -- fund_bids
    at               INTEGER NOT NULL,
    PRIMARY KEY (reviewer, proposal)
) STRICT;

-- One panel for each stage that experts decide, with the rules fixed when its review was opened.
CREATE TABLE fund_panel (
    programme        INTEGER NOT NULL,
    stage            INTEGER NOT NULL,           -- enum fund_stage that its choice leads to
    state            TEXT NOT NULL,              -- fund_panel_states
    opened           INTEGER NOT NULL,
    due              INTEGER NOT NULL,           -- scores are taken before it
    closed           INTEGER NOT NULL DEFAULT 0,
    per_proposal     INTEGER NOT NULL,
    score_max        INTEGER NOT NULL,
    places           INTEGER NOT NULL,
    weight_social    INTEGER NOT NULL,           -- permille, of the criteria in the order of enum fund_criterion
    weight_impact    INTEGER NOT NULL,
    weight_innovation INTEGER NOT NULL,
    weight_feasibility INTEGER NOT NULL,
    basis            TEXT NOT NULL,              -- 'calibrated' or 'raw': the order that the decision starts from
    decision         INTEGER NOT NULL DEFAULT 0, -- the one proposed or confirmed
    PRIMARY KEY (programme, stage)
) STRICT;

-- Who reviews what. A row that ended stays with its reason: the engine does not make the pair again.
CREATE TABLE fund_assignment (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    stage            INTEGER NOT NULL,
    reviewer         INTEGER NOT NULL,
    proposal         INTEGER NOT NULL,
    state            TEXT NOT NULL,              -- 'active', 'declined', 'removed', 'conflict'
    source           TEXT NOT NULL,              -- 'engine', 'officer'
    reason           TEXT NOT NULL,
    at               INTEGER NOT NULL,
    CONSTRAINT fund_assignment_once UNIQUE (programme, stage, reviewer, proposal)
) STRICT;
CREATE INDEX fund_assignment_reviewer ON fund_assignment (reviewer, stage, state);
CREATE INDEX fund_assignment_proposal ON fund_assignment (proposal, stage, state);

-- What a reviewer wrote; absent until the first save.
CREATE TABLE fund_sheet (
    assignment       INTEGER PRIMARY KEY,
    state            TEXT NOT NULL,              -- 'draft', 'submitted'
    overall          TEXT NOT NULL,              -- for the team, after the decision
    confidential     TEXT NOT NULL,              -- for the panel only
    version          INTEGER NOT NULL,           -- counts saves
    saved            INTEGER NOT NULL,
    submitted        INTEGER NOT NULL DEFAULT 0, -- the last time
    log_entry        INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE fund_score (
    assignment       INTEGER NOT NULL,
    criterion        INTEGER NOT NULL,           -- enum fund_criterion
    score            INTEGER NOT NULL,           -- -1: cannot judge; -2: not given yet
    comment          TEXT NOT NULL,
    PRIMARY KEY (assignment, criterion)
) STRICT;

-- Where the panel departs from the order, before it decides: the proposal is taken (1; award: the class) or not (0).
CREATE TABLE fund_deviation (
    programme        INTEGER NOT NULL,
    stage            INTEGER NOT NULL,
    proposal         INTEGER NOT NULL,
    take             INTEGER NOT NULL,           -- 0 no; 1 yes, first award; 2 second award; 3 third award
    amount           INTEGER NOT NULL,           -- NT dollars of the award; 0 at other stages
    reason           TEXT NOT NULL,
    by_account       INTEGER NOT NULL,
    at               INTEGER NOT NULL,
    PRIMARY KEY (programme, stage, proposal)
) STRICT;

CREATE TABLE fund_decision (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    stage            INTEGER NOT NULL,
    state            TEXT NOT NULL,              -- 'proposed', 'confirmed', 'withdrawn'
    basis            TEXT NOT NULL,
    table_hash       TEXT NOT NULL,              -- hex SHA-256 of the score table (results.c)
    reason           TEXT NOT NULL,
    proposed_by      INTEGER NOT NULL,
    proposed         INTEGER NOT NULL,
    confirmed_by     INTEGER NOT NULL DEFAULT 0,
    confirmed        INTEGER NOT NULL DEFAULT 0,
    log_entry        INTEGER NOT NULL DEFAULT 0  -- of the confirmation
) STRICT;
CREATE INDEX fund_decision_panel ON fund_decision (programme, stage, id);

-- The score table as it was decided on, one row a candidate.
CREATE TABLE fund_decision_row (
    decision         INTEGER NOT NULL,
    proposal         INTEGER NOT NULL,
    reviews          INTEGER NOT NULL,
    raw              INTEGER NOT NULL,           -- milli
    calibrated       INTEGER NOT NULL,           -- milli
    raw_rank         INTEGER NOT NULL,           -- from 1; 0: without a score
    rank             INTEGER NOT NULL,
    take             INTEGER NOT NULL,           -- as in fund_deviation
    amount           INTEGER NOT NULL,
    reason           TEXT NOT NULL,              -- '' where the order was followed
    PRIMARY KEY (decision, proposal)
) STRICT;
CREATE INDEX fund_decision_row_proposal ON fund_decision_row (proposal);
