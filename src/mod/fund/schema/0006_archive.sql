-- The public-interest fund: what a panel decided on, as the round's archive publishes it.

-- Written when a decision is proposed; the hashes of both texts stand in the public log's entry of its confirmation. CSV; no
-- names and no comments: reviewers are numbers that are made anew for each stage (score_table.h).
CREATE TABLE fund_decision_text (
    decision         INTEGER PRIMARY KEY,
    reviews          TEXT NOT NULL,              -- proposal, reviewer's number, scores
    decided          TEXT NOT NULL               -- every candidate, in the order of numbers
) STRICT;
