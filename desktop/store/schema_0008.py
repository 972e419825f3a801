"""The eighth schema: who proves times, lists of claims that were stamped, and the proofs."""

SCHEMA_0008 = """
CREATE TABLE timestamp_services (
    service_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    kind TEXT NOT NULL CHECK (kind IN ('opentimestamps', 'rfc3161')),
    url TEXT NOT NULL,
    roots BLOB NOT NULL,
    used INTEGER NOT NULL DEFAULT 1 CHECK (used IN (0, 1)),
    added_s INTEGER NOT NULL
) STRICT;;

CREATE TABLE timestamp_lists (
    list_id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
    document BLOB NOT NULL,
    made_s INTEGER NOT NULL
) STRICT;;

CREATE TABLE timestamp_list_claims (
    claim_id INTEGER PRIMARY KEY REFERENCES claims (claim_id),
    list_id INTEGER NOT NULL REFERENCES timestamp_lists (list_id)
) STRICT;;
CREATE INDEX timestamp_list_claims_by_list ON timestamp_list_claims (list_id);;

CREATE TABLE timestamps (
    timestamp_id INTEGER PRIMARY KEY,
    list_id INTEGER NOT NULL REFERENCES timestamp_lists (list_id),
    service_id INTEGER NOT NULL REFERENCES timestamp_services (service_id),
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'promised', 'proved', 'refused')),
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before_s INTEGER NOT NULL DEFAULT 0,
    last_problem TEXT NOT NULL DEFAULT '',
    UNIQUE (list_id, service_id)
) STRICT;;
CREATE INDEX timestamps_waiting ON timestamps (state) WHERE state IN ('queued', 'promised');;

CREATE TABLE timestamp_proofs (
    proof_id INTEGER PRIMARY KEY,
    timestamp_id INTEGER NOT NULL REFERENCES timestamps (timestamp_id),
    document BLOB NOT NULL,
    said TEXT NOT NULL,
    kept_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX timestamp_proofs_by_timestamp ON timestamp_proofs (timestamp_id, proof_id);;
"""

APPEND_ONLY_0008 = ("timestamp_lists", "timestamp_list_claims", "timestamp_proofs")
