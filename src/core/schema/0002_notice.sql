-- Messages inside the site, what leaves the site, and long work.
CREATE TABLE notice (
    id      INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id),
    subject TEXT NOT NULL,          -- personal
    body    TEXT NOT NULL,          -- personal
    path    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    seen    INTEGER NOT NULL        -- 0 or 1
) STRICT;
CREATE INDEX notice_account ON notice (account, id);

CREATE TABLE webhook (
    party   INTEGER PRIMARY KEY REFERENCES party (id),
    url     TEXT NOT NULL,
    secret  BLOB NOT NULL,          -- sealed
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE outbox (
    id      INTEGER PRIMARY KEY,
    kind    TEXT NOT NULL CHECK (kind IN ('mail', 'hook')),
    party   INTEGER NOT NULL,       -- whose webhook; 0 for mail
    addressee TEXT NOT NULL,        -- personal: e-mail address or URL
    subject TEXT NOT NULL,          -- personal; a hook's event
    body    TEXT NOT NULL,          -- personal; emptied when a mail was delivered
    path    TEXT NOT NULL,          -- where to look, site-relative; '' for none
    lang    INTEGER NOT NULL,
    state   TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    tries   INTEGER NOT NULL,
    next_try INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (next_try) WHERE state = 'waiting';

CREATE TABLE job (
    id      INTEGER PRIMARY KEY,
    kind    TEXT NOT NULL,
    owner   INTEGER NOT NULL,       -- account
    input   TEXT NOT NULL,
    phase   TEXT NOT NULL CHECK (phase IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    state   TEXT NOT NULL,          -- what the last piece left for the next
    done    INTEGER NOT NULL,
    total   INTEGER NOT NULL,
    result  TEXT NOT NULL,
    cancel  INTEGER NOT NULL,       -- 1: asked to stop
    lease   INTEGER NOT NULL,       -- running until then without a sign of life means crashed
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX job_open ON job (lease) WHERE phase IN ('queued', 'running');
CREATE INDEX job_owner ON job (owner, id);
