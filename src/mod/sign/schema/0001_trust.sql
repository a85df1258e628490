-- Own trust services: authorities, what they issued and revoked, their lists, and the keys of the services that answer.

-- Private keys. In a PKCS#11 token when module is not empty; then what is sealed is the token's PIN.
CREATE TABLE sign_key (
    id               INTEGER PRIMARY KEY,
    sealed           BLOB NOT NULL,              -- PKCS#8 or PIN, sealed under seal.key with the row's id as context
    module           TEXT NOT NULL,              -- path of the token's PKCS#11 library; '' when the key is here
    token            TEXT NOT NULL,              -- label of the token
    label            TEXT NOT NULL,              -- label of the key in the token
    created          INTEGER NOT NULL
) STRICT;

-- A certification authority. Its own certificate is a row of sign_cert as well: of the authority that signed it, a root's of itself.
CREATE TABLE sign_authority (
    id               INTEGER PRIMARY KEY,
    name             TEXT NOT NULL UNIQUE,       -- in addresses: /pki/ca/NAME.cer
    issuer           INTEGER NOT NULL,           -- the authority above; itself for a root
    key              INTEGER NOT NULL REFERENCES sign_key (id),
    cert             BLOB NOT NULL,              -- DER
    crl_days         INTEGER NOT NULL,           -- from thisUpdate to nextUpdate
    crl_number       INTEGER NOT NULL            -- of the last list; 0 before the first
) STRICT;

-- Every certificate that was ever issued. Revoking changes a row, nothing deletes one.
CREATE TABLE sign_cert (
    id               INTEGER PRIMARY KEY,
    authority        INTEGER NOT NULL REFERENCES sign_authority (id),
    serial           TEXT NOT NULL,              -- hex of the INTEGER's contents octets; never twice, whoever the issuer
    profile          TEXT NOT NULL,              -- root, ca, person, organisation, tsa, ocsp
    subject          TEXT NOT NULL,              -- personal: the name for people
    not_before       INTEGER NOT NULL,
    not_after        INTEGER NOT NULL,
    der              BLOB NOT NULL,              -- personal
    issued           INTEGER NOT NULL,
    issued_entry     INTEGER NOT NULL,           -- of the public log
    revoked          INTEGER NOT NULL,           -- when; 0 is not revoked
    reason           INTEGER NOT NULL,           -- CRLReason (RFC 5280 section 5.3.1)
    revoked_entry    INTEGER NOT NULL            -- of the public log; 0 when not revoked
) STRICT;
CREATE UNIQUE INDEX sign_cert_serial ON sign_cert (serial);
CREATE INDEX sign_cert_revoked ON sign_cert (authority, revoked) WHERE revoked <> 0;
CREATE INDEX sign_cert_until ON sign_cert (not_after);

-- Revocation lists as they were published.
CREATE TABLE sign_crl (
    authority        INTEGER NOT NULL REFERENCES sign_authority (id),
    number           INTEGER NOT NULL,           -- crlNumber, ascending without gaps
    this_update      INTEGER NOT NULL,
    next_update      INTEGER NOT NULL,
    der              BLOB NOT NULL,
    PRIMARY KEY (authority, number)
) STRICT, WITHOUT ROWID;

-- What answers under a certificate of its own. The newest row of an authority and kind is the one in use; rows are only added.
CREATE TABLE sign_service (
    id               INTEGER PRIMARY KEY,
    authority        INTEGER NOT NULL REFERENCES sign_authority (id),
    kind             TEXT NOT NULL,              -- ocsp, tsa
    cert             INTEGER NOT NULL REFERENCES sign_cert (id),
    key              INTEGER NOT NULL REFERENCES sign_key (id),
    policy           TEXT NOT NULL,              -- tsa: OID of the time-stamp policy; '' for ocsp
    accuracy         INTEGER NOT NULL            -- tsa: µs
) STRICT;

-- The latest time at which this installation is known to have run: a clock that was set back is noticed.
CREATE TABLE sign_clock (
    id               INTEGER PRIMARY KEY,        -- always 1
    latest           INTEGER NOT NULL
) STRICT;

-- OCSP answers that were signed beforehand (RFC 5019). One is served only while its certificate is in the state that it was signed for, by the service in use,
-- and before next_update.
CREATE TABLE sign_ocsp (
    cert             INTEGER PRIMARY KEY REFERENCES sign_cert (id),
    service          INTEGER NOT NULL REFERENCES sign_service (id),
    revoked          INTEGER NOT NULL,           -- the certificate's state in the answers, as in sign_cert
    reason           INTEGER NOT NULL,
    this_update      INTEGER NOT NULL,           -- whole seconds, as in the answers
    next_update      INTEGER NOT NULL,
    sha1             BLOB NOT NULL,              -- OCSPResponse to a CertID with hashes of SHA-1
    sha256           BLOB NOT NULL               -- the same with SHA-256
) STRICT;
CREATE INDEX sign_ocsp_until ON sign_ocsp (next_update);
