-- The inverted index. A posting list is cut into blocks of at most about 900 bytes that start with document `first`: small
-- enough to lie in the b-tree page itself, in reading order.

-- One row a collection: `changes` counts, and updating it makes the writers of one collection wait for each other, since
-- a block is read, changed and written back.
CREATE TABLE search_space (
    space TEXT NOT NULL PRIMARY KEY,
    changes INTEGER NOT NULL
) STRICT;

-- The text as indexed, to know the terms to take out when a document changes.
CREATE TABLE search_doc (
    space TEXT NOT NULL,
    doc INTEGER NOT NULL,
    title TEXT NOT NULL,
    keywords TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (space, doc)
) STRICT, WITHOUT ROWID;

CREATE TABLE search_posting (
    space TEXT NOT NULL,
    term TEXT NOT NULL,
    first INTEGER NOT NULL,
    postings BLOB NOT NULL,
    PRIMARY KEY (space, term, first)
) STRICT, WITHOUT ROWID;
