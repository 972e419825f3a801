"""The sixth schema: lists that others publish, and which works stand on them. Results are dated."""

SCHEMA_0006 = """
CREATE TABLE listings (
    listing_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> ''),
    sha256 TEXT NOT NULL REFERENCES attachments (sha256),
    looked_s INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    work_count INTEGER NOT NULL,
    left_out INTEGER NOT NULL
) STRICT;;

CREATE TABLE listing_matches (
    listing_id INTEGER NOT NULL REFERENCES listings (listing_id),
    line INTEGER NOT NULL,
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    certainty TEXT NOT NULL CHECK (certainty IN ('sure', 'likely', 'possible')),
    score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
    reason TEXT NOT NULL,
    listed TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (listing_id, line, work_id)
) STRICT, WITHOUT ROWID;;
CREATE INDEX listing_matches_by_work ON listing_matches (work_id);;

CREATE TABLE listing_decisions (
    decision_id INTEGER PRIMARY KEY,
    listing_id INTEGER NOT NULL REFERENCES listings (listing_id),
    line INTEGER NOT NULL,
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    state TEXT NOT NULL CHECK (state IN ('confirmed', 'rejected')),
    decided_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX listing_decisions_by_match ON listing_decisions (listing_id, line, work_id);;
"""

APPEND_ONLY_0006 = ("listings", "listing_matches", "listing_decisions")
