"""The twelfth schema: what was decided about findings, and signed checkpoints of the journal."""

SCHEMA_0012 = """
CREATE TABLE finding_decisions (
    decision_id INTEGER PRIMARY KEY,
    finding_key TEXT NOT NULL CHECK (finding_key GLOB '[A-Z][0-9]-*'),
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    number TEXT NOT NULL,
    revision INTEGER NOT NULL,
    deed TEXT NOT NULL
        CHECK (deed IN ('dismissed', 'asked', 'answered', 'settled', 'reopened')),
    words TEXT NOT NULL CHECK (deed = 'reopened' OR trim(words) <> ''),
    channel TEXT NOT NULL DEFAULT '' CHECK (channel IN ('', 'letter', 'dispute')),
    answer_id INTEGER REFERENCES answers (answer_id),
    document BLOB,
    happened_on TEXT NOT NULL CHECK (happened_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    finding TEXT NOT NULL CHECK (json_valid(finding)),
    made_s INTEGER NOT NULL,
    CHECK ((deed = 'asked') = (channel <> '')),
    CHECK ((channel = 'dispute') = (answer_id IS NOT NULL))
) STRICT;;
CREATE INDEX finding_decisions_by_key ON finding_decisions (finding_key, decision_id);;
CREATE INDEX finding_decisions_by_statement ON finding_decisions (registry_id, number);;

CREATE TABLE checkpoints (
    checkpoint_id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL CHECK (seq > 0),
    head_hash TEXT NOT NULL CHECK (length(head_hash) = 64),
    document BLOB NOT NULL,
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
    made_s INTEGER NOT NULL
) STRICT;;
"""

APPEND_ONLY_0012 = ("finding_decisions", "checkpoints")
