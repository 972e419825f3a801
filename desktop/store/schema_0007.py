"""The seventh schema: folders made for forms, what lies in them, and what the user said of them.

A submission is one folder, or one part of it, handed in under one number. folder: its path, bytes.
form_events: begun stands before the folder does, made after; the newest event is the state.
"""

SCHEMA_0007 = """
CREATE TABLE form_submissions (
    submission_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    form_sha256 TEXT NOT NULL REFERENCES attachments (sha256),
    folder BLOB NOT NULL,
    part INTEGER NOT NULL CHECK (part > 0),
    parts INTEGER NOT NULL CHECK (parts >= part),
    begun_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX form_submissions_by_registry ON form_submissions (registry_id, submission_id);;

CREATE TABLE form_submission_claims (
    submission_id INTEGER NOT NULL REFERENCES form_submissions (submission_id),
    position INTEGER NOT NULL CHECK (position > 0),
    claim_id INTEGER NOT NULL REFERENCES claims (claim_id),
    PRIMARY KEY (submission_id, position),
    UNIQUE (submission_id, claim_id)
) STRICT, WITHOUT ROWID;;
CREATE INDEX form_submission_claims_by_claim ON form_submission_claims (claim_id);;

CREATE TABLE form_submission_files (
    submission_id INTEGER NOT NULL REFERENCES form_submissions (submission_id),
    name TEXT NOT NULL CHECK (name <> ''),
    sha256 TEXT NOT NULL REFERENCES attachments (sha256),
    PRIMARY KEY (submission_id, name)
) STRICT, WITHOUT ROWID;;

CREATE TABLE form_events (
    form_event_id INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES form_submissions (submission_id),
    event TEXT NOT NULL
        CHECK (event IN ('begun', 'made', 'abandoned', 'replaced', 'sent', 'answered')),
    detail TEXT NOT NULL CHECK (json_valid(detail)),
    time_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX form_events_by_submission ON form_events (submission_id, form_event_id);;
"""

APPEND_ONLY_0007 = (
    "form_submissions",
    "form_submission_claims",
    "form_submission_files",
    "form_events",
)
