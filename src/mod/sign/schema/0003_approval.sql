-- Documents approved in an office: each approver signs the file's hash with the key of a device of theirs.

-- A key in somebody's browser, with its certificate. Whether it still counts stands in sign_cert.
CREATE TABLE sign_device (
    id               INTEGER PRIMARY KEY,
    account          INTEGER NOT NULL,
    label            TEXT NOT NULL,              -- [personal] what its owner calls the device
    key              TEXT NOT NULL UNIQUE,       -- hex SHA-256 of the SubjectPublicKeyInfo
    cert             INTEGER NOT NULL REFERENCES sign_cert (id),
    enrolled         INTEGER NOT NULL,
    used             INTEGER NOT NULL            -- last signature; 0 none yet
) STRICT;
CREATE INDEX sign_device_account ON sign_device (account, id);

CREATE TABLE sign_approval (
    id               INTEGER PRIMARY KEY,
    party            INTEGER NOT NULL,           -- whose document it is
    owner            INTEGER NOT NULL,           -- account that filed it
    title            TEXT NOT NULL,
    title_folded     TEXT NOT NULL,              -- for searching
    note             TEXT NOT NULL,              -- to the approvers
    state            TEXT NOT NULL,              -- open, returned, approved, declined, withdrawn
    version          INTEGER NOT NULL,           -- the latest, from 1
    place            INTEGER NOT NULL,           -- whose turn it is, from 1; 0 nobody's
    of               INTEGER NOT NULL,           -- how many approvers
    due              INTEGER NOT NULL,           -- when it should be decided; 0 no deadline
    reminded         INTEGER NOT NULL,           -- when the approver whose turn it is was last reminded; 0 not yet
    reason           TEXT NOT NULL,              -- of a return, refusal or withdrawal
    created          INTEGER NOT NULL,
    changed          INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_approval_party ON sign_approval (party, changed);
CREATE INDEX sign_approval_due ON sign_approval (state, due);

-- The file of a version. A correction adds a version; what was approved before stays with the old one.
CREATE TABLE sign_approval_version (
    approval         INTEGER NOT NULL REFERENCES sign_approval (id),
    version          INTEGER NOT NULL,
    document         INTEGER NOT NULL,
    note             TEXT NOT NULL,              -- what was corrected; '' of the first
    filed            INTEGER NOT NULL,
    PRIMARY KEY (approval, version)
) STRICT, WITHOUT ROWID;

-- One approver of one version.
CREATE TABLE sign_approval_step (
    id               INTEGER PRIMARY KEY,
    approval         INTEGER NOT NULL REFERENCES sign_approval (id),
    version          INTEGER NOT NULL,
    place            INTEGER NOT NULL,           -- from 1
    account          INTEGER NOT NULL,
    capacity         TEXT NOT NULL,              -- [personal] what the person approves as: 科長
    state            TEXT NOT NULL,              -- waiting, approved, returned, declined
    reason           TEXT NOT NULL,
    acted            INTEGER NOT NULL,
    device           INTEGER NOT NULL,           -- the next four: of an approval
    signature        BLOB NOT NULL,              -- [personal] detached CMS, DER
    link             TEXT NOT NULL,              -- hex SHA-256 of the SignerInfo: what the next approval names
    level            TEXT NOT NULL,              -- b, t
    entry            INTEGER NOT NULL            -- of the public log
) STRICT;
CREATE UNIQUE INDEX sign_approval_step_place ON sign_approval_step (approval, version, place);
CREATE INDEX sign_approval_step_account ON sign_approval_step (account, state);

-- What was given out to be signed and is awaited within minutes. One a step: asking again makes the former worthless.
CREATE TABLE sign_approval_ticket (
    step             INTEGER PRIMARY KEY REFERENCES sign_approval_step (id),
    device           INTEGER NOT NULL REFERENCES sign_device (id),
    to_sign          BLOB NOT NULL,              -- signed attributes, DER
    expires          INTEGER NOT NULL
) STRICT;
