-- The marketplace. Amounts are whole NT dollars or points; instants µs UTC; days since 1970-01-01; ids made by the program.
-- [personal] marks columns that can name a person (a sole trader's firm); they never enter the public log.

-- One row per programme: when it is open, and its three ledger accounts.
CREATE TABLE market_scheme (
    programme        INTEGER PRIMARY KEY,
    opens            INTEGER NOT NULL,
    closes           INTEGER NOT NULL,
    appropriation    INTEGER NOT NULL,
    budget           INTEGER NOT NULL,
    paid             INTEGER NOT NULL
) STRICT;

-- The register of businesses as last imported.
CREATE TABLE market_registry (
    ubn              TEXT PRIMARY KEY,
    name             TEXT NOT NULL,              -- [personal]
    status           TEXT NOT NULL,
    kind             TEXT NOT NULL,
    capital          INTEGER,                    -- NULL: the register does not say
    address          TEXT NOT NULL,              -- [personal]
    trade            TEXT NOT NULL,
    county           TEXT NOT NULL,
    founded          INTEGER NOT NULL,           -- 0: unknown
    as_of            INTEGER NOT NULL
) STRICT;

CREATE TABLE market_firm (
    party            INTEGER PRIMARY KEY,
    ubn              TEXT NOT NULL UNIQUE,
    name             TEXT NOT NULL,              -- [personal]
    capital          INTEGER,                    -- NULL: not known yet
    headcount        INTEGER,                    -- NULL: not known yet
    kind             TEXT NOT NULL,
    trade            TEXT NOT NULL,
    county           TEXT NOT NULL,
    address          TEXT NOT NULL,              -- [personal]
    phone            TEXT NOT NULL,              -- [personal]
    email            TEXT NOT NULL,              -- [personal]
    mail_domain      TEXT NOT NULL,              -- of email, lower case: for the indicators
    registry_status  TEXT NOT NULL,
    registry_as_of   INTEGER NOT NULL,
    registered       INTEGER NOT NULL,
    blocked          INTEGER NOT NULL DEFAULT 0,
    blocked_reason   TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX market_firm_phone ON market_firm (phone);
CREATE INDEX market_firm_address ON market_firm (address);
CREATE INDEX market_firm_mail ON market_firm (mail_domain);
CREATE INDEX market_firm_registered ON market_firm (registered, party);

-- One grant per programme and 統一編號: the constraint is the rule.
CREATE TABLE market_grant (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    firm             INTEGER NOT NULL,
    ubn              TEXT NOT NULL,
    account          INTEGER NOT NULL,           -- the firm's points
    owed_account     INTEGER NOT NULL,           -- what the firm owes after a claw-back; 0: none
    amount           INTEGER NOT NULL CHECK (amount > 0),
    granted          INTEGER NOT NULL,
    expires          INTEGER NOT NULL,
    state            TEXT NOT NULL CHECK (state IN ('active', 'expired', 'clawed-back')),
    log_entry        INTEGER NOT NULL,
    CONSTRAINT market_grant_once UNIQUE (programme, ubn)
) STRICT;
CREATE INDEX market_grant_firm ON market_grant (firm, programme);
CREATE INDEX market_grant_expiry ON market_grant (state, expires);

CREATE TABLE market_vendor (
    party            INTEGER PRIMARY KEY,
    ubn              TEXT NOT NULL UNIQUE,
    name             TEXT NOT NULL,
    name_en          TEXT NOT NULL,
    about            TEXT NOT NULL,
    about_en         TEXT NOT NULL,
    website          TEXT NOT NULL,
    email            TEXT NOT NULL,              -- [personal]
    mail_domain      TEXT NOT NULL,
    phone            TEXT NOT NULL,              -- [personal]
    address          TEXT NOT NULL,
    county           TEXT NOT NULL,
    bank_code        TEXT NOT NULL,
    bank_account     TEXT NOT NULL,
    capital          INTEGER NOT NULL,
    expected_sales   INTEGER NOT NULL,
    state            TEXT NOT NULL,
    listing          INTEGER NOT NULL DEFAULT 0,
    created          INTEGER NOT NULL,
    listed           INTEGER NOT NULL DEFAULT 0,
    usage_secret     BLOB                        -- sealed; NULL: none made yet
) STRICT;
CREATE INDEX market_vendor_listing ON market_vendor (listing);
CREATE INDEX market_vendor_bank ON market_vendor (bank_account);
CREATE INDEX market_vendor_phone ON market_vendor (phone);

-- A vendor's accounts in one programme: what is to be paid, and what it owes back.
CREATE TABLE market_payee (
    programme        INTEGER NOT NULL,
    vendor           INTEGER NOT NULL,
    payable          INTEGER NOT NULL,
    receivable       INTEGER NOT NULL,
    PRIMARY KEY (programme, vendor)
) STRICT;

-- price_min … on_offer and the rating columns are derived from plans, vendor and ratings in the same transaction, so that a page of the
-- catalogue is one index walk.
CREATE TABLE market_solution (
    id               INTEGER PRIMARY KEY,
    vendor           INTEGER NOT NULL,
    code             TEXT NOT NULL,
    category         TEXT NOT NULL,
    name             TEXT NOT NULL,
    name_en          TEXT NOT NULL,
    summary          TEXT NOT NULL,
    summary_en       TEXT NOT NULL,
    description      TEXT NOT NULL,
    description_en   TEXT NOT NULL,
    website          TEXT NOT NULL,
    availability     INTEGER NOT NULL,           -- basis points
    support          INTEGER NOT NULL,           -- 0 weekdays … 3 always
    compensation     INTEGER NOT NULL,           -- permille
    response         INTEGER NOT NULL,           -- minutes
    recovery_point   INTEGER NOT NULL,           -- minutes
    state            TEXT NOT NULL,
    listing          INTEGER NOT NULL DEFAULT 0,
    created          INTEGER NOT NULL,
    listed           INTEGER NOT NULL DEFAULT 0,
    on_offer         INTEGER NOT NULL DEFAULT 0,
    price_min        INTEGER NOT NULL DEFAULT 0,
    months_min       INTEGER NOT NULL DEFAULT 0,
    rating_n         INTEGER NOT NULL DEFAULT 0,
    rating_1         INTEGER NOT NULL DEFAULT 0,
    rating_2         INTEGER NOT NULL DEFAULT 0,
    rating_3         INTEGER NOT NULL DEFAULT 0,
    rating_4         INTEGER NOT NULL DEFAULT 0,
    rating_squares   INTEGER NOT NULL DEFAULT 0,
    rating_key       INTEGER NOT NULL DEFAULT 0,
    orders           INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT market_solution_code UNIQUE (vendor, code)
) STRICT;
CREATE INDEX market_solution_by_rating ON market_solution (on_offer, rating_key DESC, name, id);
CREATE INDEX market_solution_by_price ON market_solution (on_offer, price_min, name, id);
CREATE INDEX market_solution_by_name ON market_solution (on_offer, name, id);
CREATE INDEX market_solution_by_listed ON market_solution (on_offer, listed DESC, id);
CREATE INDEX market_solution_by_response ON market_solution (on_offer, response, name, id);
CREATE INDEX market_solution_by_orders ON market_solution (on_offer, orders DESC, name, id);
-- Everything a filter asks for, so that counting needs no table row.
CREATE INDEX market_solution_filter ON market_solution (on_offer, category, price_min, support, availability, response, vendor);
CREATE INDEX market_solution_listing ON market_solution (listing);

CREATE TABLE market_plan (
    id               INTEGER PRIMARY KEY,
    solution         INTEGER NOT NULL,
    name             TEXT NOT NULL,
    name_en          TEXT NOT NULL,
    price            INTEGER NOT NULL CHECK (price > 0),
    months           INTEGER NOT NULL CHECK (months > 0),
    version          INTEGER NOT NULL,
    active           INTEGER NOT NULL,
    CONSTRAINT market_plan_name UNIQUE (solution, name)
) STRICT;

CREATE TABLE market_contract (
    programme        INTEGER NOT NULL,
    version          INTEGER NOT NULL,
    from_day         INTEGER NOT NULL,
    zh               TEXT NOT NULL,
    en               TEXT NOT NULL,
    hash             TEXT NOT NULL,
    PRIMARY KEY (programme, version)
) STRICT;

-- Names, price and contract are copied at the time of ordering: later changes of the listing do not change an order.
CREATE TABLE market_order (
    id               INTEGER PRIMARY KEY,
    number           TEXT NOT NULL UNIQUE,
    programme        INTEGER NOT NULL,
    firm             INTEGER NOT NULL,
    vendor           INTEGER NOT NULL,
    solution         INTEGER NOT NULL,
    plan             INTEGER NOT NULL,
    grant_id         INTEGER NOT NULL,           -- 0: no points used
    hold             INTEGER NOT NULL,           -- 0: no points used
    renewal_of       INTEGER NOT NULL,
    renewed_by       INTEGER NOT NULL DEFAULT 0,
    payout           INTEGER NOT NULL DEFAULT 0,
    state            TEXT NOT NULL,
    firm_name        TEXT NOT NULL,              -- [personal]
    firm_ubn         TEXT NOT NULL,
    vendor_name      TEXT NOT NULL,
    vendor_name_en   TEXT NOT NULL,
    solution_name    TEXT NOT NULL,
    solution_name_en TEXT NOT NULL,
    plan_name        TEXT NOT NULL,
    plan_name_en     TEXT NOT NULL,
    category         TEXT NOT NULL,
    county           TEXT NOT NULL,
    price            INTEGER NOT NULL CHECK (price > 0),
    points           INTEGER NOT NULL CHECK (points >= 0),
    own              INTEGER NOT NULL CHECK (own >= 0),
    months           INTEGER NOT NULL,
    plan_version     INTEGER NOT NULL,
    contract_version INTEGER NOT NULL,
    contract_hash    TEXT NOT NULL,
    placed           INTEGER NOT NULL,
    accepted         INTEGER NOT NULL DEFAULT 0,
    activated        INTEGER NOT NULL DEFAULT 0,
    used             INTEGER NOT NULL DEFAULT 0,
    captured         INTEGER NOT NULL DEFAULT 0,
    changed          INTEGER NOT NULL,
    due              INTEGER NOT NULL,           -- 0: no deadline
    ends             INTEGER NOT NULL DEFAULT 0,
    invoice          TEXT NOT NULL DEFAULT '',
    usage_source     TEXT NOT NULL DEFAULT '',
    rated            INTEGER NOT NULL DEFAULT 0,
    reminded         INTEGER NOT NULL DEFAULT 0,
    CHECK (points + own = price)
) STRICT;
CREATE INDEX market_order_firm ON market_order (firm, id);
CREATE INDEX market_order_vendor ON market_order (vendor, id);
CREATE INDEX market_order_due ON market_order (state, due);
CREATE INDEX market_order_ends ON market_order (state, ends);
CREATE INDEX market_order_unpaid ON market_order (programme, payout, captured);
CREATE INDEX market_order_grant ON market_order (grant_id);

CREATE TABLE market_order_event (
    id               INTEGER PRIMARY KEY,
    order_id         INTEGER NOT NULL,
    move             TEXT NOT NULL,
    to_state         TEXT NOT NULL,
    account          INTEGER NOT NULL,           -- who; 0: the clock
    by_name          TEXT NOT NULL,              -- [personal]
    reason           TEXT NOT NULL,
    at               INTEGER NOT NULL,
    log_entry        INTEGER NOT NULL
) STRICT;
CREATE INDEX market_order_event_order ON market_order_event (order_id, id);

-- What each of the module's ledger transfers was for; id is the transfer's.
CREATE TABLE market_posting (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    kind             TEXT NOT NULL,
    grant_id         INTEGER NOT NULL,
    vendor           INTEGER NOT NULL,
    order_id         INTEGER NOT NULL,
    points           INTEGER NOT NULL,
    at               INTEGER NOT NULL
) STRICT;
CREATE INDEX market_posting_grant ON market_posting (grant_id, id);
CREATE INDEX market_posting_vendor ON market_posting (vendor, programme, at);
CREATE INDEX market_posting_kind ON market_posting (programme, kind, points);
CREATE INDEX market_posting_order ON market_posting (order_id);

CREATE TABLE market_usage (
    id               INTEGER PRIMARY KEY,
    order_id         INTEGER NOT NULL,
    vendor           INTEGER NOT NULL,
    external_id      TEXT NOT NULL,
    source           TEXT NOT NULL,
    used_at          INTEGER NOT NULL,
    at               INTEGER NOT NULL,
    CONSTRAINT market_usage_once UNIQUE (vendor, external_id)
) STRICT;

CREATE TABLE market_payout (
    id               INTEGER PRIMARY KEY,
    programme        INTEGER NOT NULL,
    vendor           INTEGER NOT NULL,
    on_day           INTEGER NOT NULL,
    amount           INTEGER NOT NULL,
    set_off          INTEGER NOT NULL,
    orders           INTEGER NOT NULL,
    bank_code        TEXT NOT NULL,
    bank_account     TEXT NOT NULL,
    at               INTEGER NOT NULL,
    CONSTRAINT market_payout_once UNIQUE (programme, on_day, vendor)
) STRICT;
CREATE INDEX market_payout_vendor ON market_payout (vendor, on_day);

CREATE TABLE market_rating (
    id               INTEGER PRIMARY KEY,
    order_id         INTEGER NOT NULL UNIQUE,
    solution         INTEGER NOT NULL,
    vendor           INTEGER NOT NULL,
    trade            TEXT NOT NULL,
    county           TEXT NOT NULL,
    stars_1          INTEGER NOT NULL CHECK (stars_1 BETWEEN 1 AND 5),
    stars_2          INTEGER NOT NULL CHECK (stars_2 BETWEEN 1 AND 5),
    stars_3          INTEGER NOT NULL CHECK (stars_3 BETWEEN 1 AND 5),
    stars_4          INTEGER NOT NULL CHECK (stars_4 BETWEEN 1 AND 5),
    body             TEXT NOT NULL,
    at               INTEGER NOT NULL,
    reply            TEXT NOT NULL DEFAULT '',
    replied          INTEGER NOT NULL DEFAULT 0,
    hidden           INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX market_rating_solution ON market_rating (solution, at);
CREATE INDEX market_rating_vendor ON market_rating (vendor, at);

CREATE TABLE market_report (
    id               INTEGER PRIMARY KEY,
    order_id         INTEGER NOT NULL,
    vendor           INTEGER NOT NULL,
    firm             INTEGER NOT NULL,
    kind             TEXT NOT NULL,
    body             TEXT NOT NULL,              -- [personal]
    state            TEXT NOT NULL,
    finding          TEXT NOT NULL DEFAULT '',
    at               INTEGER NOT NULL
) STRICT;
CREATE INDEX market_report_state ON market_report (state, id);
CREATE INDEX market_report_vendor ON market_report (vendor);
