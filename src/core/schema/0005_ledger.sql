-- The ledger. Accounts and transfers are only ever added. Balances are derived from the transfers and kept apart from the
-- accounts, so that a page holds some 150 of these short, often rewritten rows.

CREATE TABLE ledger_account (
    id INTEGER NOT NULL PRIMARY KEY,
    owner INTEGER NOT NULL,
    programme INTEGER NOT NULL,
    kind TEXT NOT NULL,
    unit INTEGER NOT NULL,
    CONSTRAINT ledger_account_name UNIQUE (owner, programme, kind, unit)
) STRICT;

CREATE TABLE ledger_balance (
    account INTEGER NOT NULL PRIMARY KEY,
    unit INTEGER NOT NULL,
    floor INTEGER NOT NULL,
    balance INTEGER NOT NULL,
    held INTEGER NOT NULL
) STRICT;

CREATE TABLE ledger_transfer (
    id INTEGER NOT NULL PRIMARY KEY,
    debit INTEGER NOT NULL,
    credit INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    kind TEXT NOT NULL,
    ref INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX ledger_transfer_ref ON ledger_transfer (ref) WHERE ref <> 0;

CREATE TABLE ledger_hold (
    id INTEGER NOT NULL PRIMARY KEY,
    debit INTEGER NOT NULL,
    credit INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    kind TEXT NOT NULL,
    ref INTEGER NOT NULL,
    at INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    state INTEGER NOT NULL,
    transfer INTEGER NOT NULL,
    ended INTEGER NOT NULL
) STRICT;

CREATE INDEX ledger_hold_ref ON ledger_hold (ref) WHERE ref <> 0;
CREATE INDEX ledger_hold_due ON ledger_hold (expires, id) WHERE state = 0 AND expires <> 0;
CREATE INDEX ledger_hold_pending ON ledger_hold (debit) WHERE state = 0;
