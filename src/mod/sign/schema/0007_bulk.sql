-- Bulk sending: one template, many rooms, one for each row of a list of people.
CREATE TABLE sign_bulk (
    id               INTEGER PRIMARY KEY,
    party            INTEGER NOT NULL,
    owner            INTEGER NOT NULL,           -- account that began it
    template         INTEGER NOT NULL REFERENCES sign_room (id),
    title            TEXT NOT NULL,              -- the template's, as it was
    file_name        TEXT NOT NULL,              -- of the list
    n                INTEGER NOT NULL,           -- rows
    made             INTEGER NOT NULL,           -- rows with a room that was sent
    failed           INTEGER NOT NULL,           -- rows that could not be sent
    state            TEXT NOT NULL,              -- running, done, stopped
    job              INTEGER NOT NULL,
    created          INTEGER NOT NULL,
    finished         INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_bulk_party ON sign_bulk (party, id);

CREATE TABLE sign_bulk_row (
    bulk             INTEGER NOT NULL REFERENCES sign_bulk (id),
    number           INTEGER NOT NULL,           -- from 1, in the list's order
    people           TEXT NOT NULL,              -- [personal] JSON: name, email, lang of each part of the template
    room             INTEGER NOT NULL,           -- 0: not yet, or refused
    code             TEXT NOT NULL,              -- of a refusal; '' none
    words            TEXT NOT NULL,              -- its msgid
    arg              TEXT NOT NULL,              -- [personal] its argument
    PRIMARY KEY (bulk, number)
) STRICT;
