-- The public-interest fund: rounds and proposals.
CREATE TABLE fund_round (
    programme        INTEGER PRIMARY KEY
) STRICT;
