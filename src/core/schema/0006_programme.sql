-- Programmes with their parameters by version, cases, documents.

CREATE TABLE programme (
    id INTEGER NOT NULL PRIMARY KEY,
    module TEXT NOT NULL,
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    opens INTEGER NOT NULL,
    closes INTEGER NOT NULL,
    CONSTRAINT programme_code UNIQUE (code)
) STRICT;

-- Versions are only ever added; of two for the same day the later added one counts.
CREATE TABLE programme_param (
    id INTEGER NOT NULL PRIMARY KEY,
    programme INTEGER NOT NULL,
    name TEXT NOT NULL,
    from_day INTEGER NOT NULL,
    value TEXT NOT NULL,
    set_by INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT programme_param_version UNIQUE (programme, name, from_day, id)
) STRICT;

-- "case" is a word of SQL.
CREATE TABLE case_file (
    id INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    programme INTEGER NOT NULL,
    party INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    state TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    due INTEGER NOT NULL,
    version INTEGER NOT NULL,
    pending_move TEXT NOT NULL,
    pending_by INTEGER NOT NULL
) STRICT;

CREATE INDEX case_file_state ON case_file (kind, state, changed, id);
CREATE INDEX case_file_open ON case_file (kind, changed, id) WHERE is_open = 1;
CREATE INDEX case_file_due ON case_file (kind, due, id) WHERE is_open = 1 AND due <> 0;
CREATE INDEX case_file_party ON case_file (party, id);
CREATE INDEX case_file_subject ON case_file (subject, id);

CREATE TABLE case_event (
    id INTEGER NOT NULL PRIMARY KEY,
    case_id INTEGER NOT NULL,
    move TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    proposal INTEGER NOT NULL,
    made_by INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX case_event_case ON case_event (case_id, id);

CREATE TABLE document (
    id INTEGER NOT NULL PRIMARY KEY,
    owner INTEGER NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER NOT NULL,
    hash BLOB NOT NULL,
    created INTEGER NOT NULL
) STRICT;

CREATE INDEX document_hash ON document (hash);
CREATE INDEX document_owner ON document (owner, id);
