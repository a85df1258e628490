-- The electronic form and who does not want it (電子簽章法 Art. 5), and acts that may not be done electronically.

-- The notice by which the electronic form is offered. A text that was ever shown is never changed: a new one is a new version.
CREATE TABLE sign_offer_text (
    id               INTEGER PRIMARY KEY,
    party            INTEGER NOT NULL,           -- whose text; 0: the installation's, for all who have none
    version          INTEGER NOT NULL,           -- of the party, from 1 without gaps
    zh               TEXT NOT NULL,
    en               TEXT NOT NULL,
    zh_hash          TEXT NOT NULL,              -- hex SHA-256 of the text's bytes
    en_hash          TEXT NOT NULL,
    account          INTEGER NOT NULL,           -- who wrote it; 0: it came with the program
    created          INTEGER NOT NULL,
    log_entry        INTEGER NOT NULL            -- of the public log
) STRICT;
CREATE UNIQUE INDEX sign_offer_text_version ON sign_offer_text (party, version);

-- How one room offers the electronic form. No row: the room does without (or has its template's). Fixed once the room is sent.
CREATE TABLE sign_offer (
    room             INTEGER PRIMARY KEY,
    party            INTEGER NOT NULL,           -- the room's
    text             INTEGER NOT NULL REFERENCES sign_offer_text (id),
    days             INTEGER NOT NULL,           -- to object, from the day after the notice was given
    email            TEXT NOT NULL,              -- where else one may object; '' not there
    phone            TEXT NOT NULL,
    post             TEXT NOT NULL,
    paper_where      TEXT NOT NULL,              -- the way on paper: at which place
    paper_who        TEXT NOT NULL,              -- with whom
    paper_how        TEXT NOT NULL,              -- and how
    changed          INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_offer_party ON sign_offer (party, changed);

-- What a signer was told and what they said to it.
CREATE TABLE sign_answer (
    signer           INTEGER PRIMARY KEY REFERENCES sign_signer (id),
    room             INTEGER NOT NULL REFERENCES sign_room (id),
    state            TEXT NOT NULL,              -- told, agreed, deemed (silence to the end of the period), objected
    text             INTEGER NOT NULL REFERENCES sign_offer_text (id),
    lang             TEXT NOT NULL,              -- zh, en: in which it was read
    told             INTEGER NOT NULL,           -- the notice left by mail
    until            INTEGER NOT NULL,           -- last moment to object
    at               INTEGER NOT NULL,           -- of the answer; 0 none yet
    reason           TEXT NOT NULL               -- [personal] of an objection
) STRICT;
CREATE INDEX sign_answer_due ON sign_answer (state, until);
CREATE INDEX sign_answer_room ON sign_answer (room);

-- Who wanted paper: an objection in one room, or a stop for everything this organisation still asks of the person.
CREATE TABLE sign_objection (
    id               INTEGER PRIMARY KEY,
    party            INTEGER NOT NULL,           -- who is to use paper
    room             INTEGER NOT NULL REFERENCES sign_room (id),
    signer           INTEGER NOT NULL REFERENCES sign_signer (id),
    email            TEXT NOT NULL,              -- [personal] in lower case: the person, in later rooms too
    name             TEXT NOT NULL,              -- [personal]
    kind             TEXT NOT NULL,              -- objection, stop
    reason           TEXT NOT NULL,              -- [personal]
    at               INTEGER NOT NULL,
    log_entry        INTEGER NOT NULL,           -- of the public log
    ended            INTEGER NOT NULL,           -- the person chose the electronic form again; 0 not
    handled          INTEGER NOT NULL,           -- the organisation noted what it did; 0 not yet
    note             TEXT NOT NULL               -- what it did
) STRICT;
CREATE INDEX sign_objection_person ON sign_objection (party, email, ended);
CREATE INDEX sign_objection_party ON sign_objection (party, at);

-- Acts that may not be done electronically, or only with a form that this platform does not give.
CREATE TABLE sign_exclusion (
    id               INTEGER PRIMARY KEY,
    agency           TEXT NOT NULL,              -- whose act, or before whom
    act              TEXT NOT NULL,
    law              TEXT NOT NULL,              -- law and article
    kind             TEXT NOT NULL,              -- transitional: an agency's exclusion, which lapses; form: a form that a law asks for
    keywords         TEXT NOT NULL,              -- words of documents that the warning is for, commas between
    source           TEXT NOT NULL,              -- where it was published
    starts           INTEGER NOT NULL,           -- day
    ends             INTEGER NOT NULL,           -- last day; 0: as long as the law stands
    extended         INTEGER NOT NULL,           -- 1: the one extension was made
    state            TEXT NOT NULL,              -- listed, removed
    folded           TEXT NOT NULL,              -- agency, act, law and keywords as they are searched
    warned           INTEGER NOT NULL,           -- the office was told that it lapses soon; 0 not
    version          INTEGER NOT NULL,           -- from 1; the last of sign_exclusion_change
    changed          INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_exclusion_ends ON sign_exclusion (state, ends);

-- Every version of an entry with the reason it was made.
CREATE TABLE sign_exclusion_change (
    exclusion        INTEGER NOT NULL REFERENCES sign_exclusion (id),
    version          INTEGER NOT NULL,
    what             TEXT NOT NULL,              -- added, changed, imported, removed
    entry            TEXT NOT NULL,              -- JSON: the entry as it was from then on
    reason           TEXT NOT NULL,
    account          INTEGER NOT NULL,
    at               INTEGER NOT NULL,
    log_entry        INTEGER NOT NULL,           -- of the public log
    PRIMARY KEY (exclusion, version)
) STRICT, WITHOUT ROWID;

-- Somebody read the warning and sent all the same.
CREATE TABLE sign_exclusion_confirmed (
    room             INTEGER NOT NULL REFERENCES sign_room (id),
    exclusion        INTEGER NOT NULL REFERENCES sign_exclusion (id),
    version          INTEGER NOT NULL,           -- of the entry that was shown
    account          INTEGER NOT NULL,
    at               INTEGER NOT NULL,
    PRIMARY KEY (room, exclusion)
) STRICT, WITHOUT ROWID;
