"""The first schema. Times are UTC seconds, amounts decimal text or minor units, paths bytes."""

SCHEMA_0001 = """
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;;

CREATE TABLE parties (
    party_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> ''),
    did TEXT UNIQUE,
    is_self INTEGER NOT NULL DEFAULT 0 CHECK (is_self IN (0, 1)),
    isni TEXT NOT NULL DEFAULT '',
    ipi TEXT NOT NULL DEFAULT '',
    orcid TEXT NOT NULL DEFAULT '',
    contact TEXT NOT NULL DEFAULT '',
    created_s INTEGER NOT NULL
) STRICT;;

CREATE TABLE terms (
    terms_id INTEGER PRIMARY KEY,
    uses TEXT NOT NULL CHECK (json_valid(uses)),
    price_model TEXT NOT NULL DEFAULT '',
    price_amount TEXT,
    price_currency TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    created_s INTEGER NOT NULL
) STRICT;;

CREATE TABLE works (
    work_id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    title_typed INTEGER NOT NULL DEFAULT 0 CHECK (title_typed IN (0, 1)),
    kind TEXT NOT NULL CHECK (kind IN ('image', 'sound', 'video', 'text', 'data')),
    fingerprint_id INTEGER NOT NULL
        REFERENCES fingerprints (fingerprint_id) DEFERRABLE INITIALLY DEFERRED,
    terms_id INTEGER REFERENCES terms (terms_id),
    created TEXT NOT NULL DEFAULT '',
    ai_involvement TEXT NOT NULL DEFAULT 'unknown'
        CHECK (ai_involvement IN ('human', 'assisted', 'generated', 'unknown')),
    added_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX works_by_kind ON works (kind, work_id);;
CREATE INDEX works_by_terms ON works (terms_id);;

CREATE TABLE fingerprints (
    fingerprint_id INTEGER PRIMARY KEY,
    work_id INTEGER NOT NULL REFERENCES works (work_id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL,
    mediatype TEXT NOT NULL,
    size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
    iscc TEXT NOT NULL,
    unit_meta TEXT,
    unit_content TEXT,
    unit_data TEXT NOT NULL,
    unit_instance TEXT NOT NULL,
    units_256 TEXT NOT NULL CHECK (json_valid(units_256)),
    datahash TEXT NOT NULL CHECK (length(datahash) = 68),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    md5 TEXT NOT NULL CHECK (length(md5) = 32),
    width INTEGER,
    height INTEGER,
    duration_ms INTEGER,
    characters INTEGER,
    featureless INTEGER NOT NULL DEFAULT 0 CHECK (featureless IN (0, 1)),
    note TEXT NOT NULL DEFAULT '',
    suggestions TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(suggestions)),
    made_s INTEGER NOT NULL,
    UNIQUE (datahash, iscc)
) STRICT;;
CREATE INDEX fingerprints_by_work ON fingerprints (work_id);;
CREATE INDEX fingerprints_by_content ON fingerprints (unit_content) WHERE unit_content IS NOT NULL;;

CREATE TABLE files (
    file_id INTEGER PRIMARY KEY,
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    fingerprint_id INTEGER NOT NULL REFERENCES fingerprints (fingerprint_id),
    path BLOB NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'present' CHECK (state IN ('present', 'missing')),
    seen_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX files_by_work ON files (work_id);;
CREATE INDEX files_missing ON files (work_id) WHERE state = 'missing';;

CREATE TABLE file_problems (
    path BLOB PRIMARY KEY,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    advice TEXT NOT NULL,
    seen_s INTEGER NOT NULL
) STRICT;;

CREATE TABLE creators (
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL CHECK (name <> ''),
    role TEXT NOT NULL,
    PRIMARY KEY (work_id, position)
) STRICT, WITHOUT ROWID;;

CREATE TABLE identifiers (
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    scheme TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (work_id, scheme, value)
) STRICT, WITHOUT ROWID;;

CREATE TABLE shares (
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    party_id INTEGER NOT NULL REFERENCES parties (party_id),
    claimed_right TEXT NOT NULL CHECK (claimed_right IN ('training', 'reference', 'output')),
    numerator INTEGER NOT NULL CHECK (numerator > 0),
    denominator INTEGER NOT NULL CHECK (denominator >= numerator),
    territories TEXT NOT NULL DEFAULT 'WORLD',
    PRIMARY KEY (work_id, party_id, claimed_right)
) STRICT, WITHOUT ROWID;;

CREATE TABLE work_terms (
    work_terms_id INTEGER PRIMARY KEY,
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    terms_id INTEGER NOT NULL REFERENCES terms (terms_id),
    since_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX work_terms_by_work ON work_terms (work_id, work_terms_id);;

CREATE VIRTUAL TABLE works_search USING fts5 (
    title, names, content='', contentless_delete=1,
    tokenize="unicode61 remove_diacritics 2", prefix='1 2 3'
);;

CREATE TABLE registries (
    registry_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    did TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'unchecked'
        CHECK (state IN ('unchecked', 'ready', 'offline', 'paused', 'problem')),
    description BLOB,
    cursor TEXT NOT NULL DEFAULT '',
    last_problem TEXT NOT NULL DEFAULT '',
    last_contact_s INTEGER
) STRICT;;

CREATE TABLE claims (
    claim_id INTEGER PRIMARY KEY,
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    fingerprint_id INTEGER NOT NULL REFERENCES fingerprints (fingerprint_id),
    terms_id INTEGER REFERENCES terms (terms_id),
    claim_hash TEXT NOT NULL UNIQUE CHECK (length(claim_hash) = 64),
    content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
    did TEXT NOT NULL,
    document BLOB NOT NULL,
    signed_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX claims_by_work ON claims (work_id, claim_id);;

CREATE TABLE claim_states (
    claim_id INTEGER NOT NULL REFERENCES claims (claim_id),
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'acknowledged', 'under_review',
        'accepted', 'rejected', 'refused', 'conflict', 'in_dispute', 'superseded', 'withdrawn',
        'lost_by_registry')),
    number TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    conflict TEXT CHECK (conflict IS NULL OR json_valid(conflict)),
    changed_s INTEGER NOT NULL,
    PRIMARY KEY (claim_id, registry_id)
) STRICT, WITHOUT ROWID;;
CREATE INDEX claim_states_by_state ON claim_states (state, changed_s);;

CREATE TABLE outbox (
    outbox_id INTEGER PRIMARY KEY,
    claim_id INTEGER NOT NULL REFERENCES claims (claim_id),
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'acknowledged', 'refused')),
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before_s INTEGER NOT NULL DEFAULT 0,
    asked_to_wait INTEGER NOT NULL DEFAULT 0 CHECK (asked_to_wait IN (0, 1)),
    last_problem TEXT NOT NULL DEFAULT '',
    queued_s INTEGER NOT NULL,
    UNIQUE (claim_id, registry_id)
) STRICT;;
CREATE INDEX outbox_due ON outbox (registry_id, not_before_s, outbox_id) WHERE state = 'queued';;

CREATE TABLE receipts (
    receipt_id INTEGER PRIMARY KEY,
    claim_id INTEGER NOT NULL REFERENCES claims (claim_id),
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    number TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    received_s INTEGER NOT NULL,
    status TEXT NOT NULL,
    document BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    kept_s INTEGER NOT NULL,
    UNIQUE (claim_id, registry_id, sha256)
) STRICT;;

CREATE TABLE events (
    event_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    cursor TEXT NOT NULL,
    type TEXT NOT NULL,
    time_s INTEGER NOT NULL,
    document BLOB NOT NULL,
    kept_s INTEGER NOT NULL,
    UNIQUE (registry_id, cursor)
) STRICT;;

CREATE TABLE fetches (
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    kind TEXT NOT NULL CHECK (kind IN ('statement', 'remittance')),
    number TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
    last_problem TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (registry_id, kind, number, revision)
) STRICT, WITHOUT ROWID;;

CREATE TABLE statements (
    statement_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    number TEXT NOT NULL,
    revision INTEGER NOT NULL,
    period_start TEXT NOT NULL,
    period_end TEXT NOT NULL CHECK (period_end > period_start),
    issued TEXT NOT NULL,
    due TEXT NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    opening TEXT NOT NULL,
    gross TEXT NOT NULL,
    adjustments TEXT NOT NULL,
    tax_withheld TEXT NOT NULL,
    recouped TEXT NOT NULL,
    reserve TEXT NOT NULL,
    payable TEXT NOT NULL,
    payable_minor INTEGER NOT NULL,
    closing TEXT NOT NULL,
    pools TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(pools)),
    declared_lines INTEGER,
    document BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    signature TEXT NOT NULL CHECK (signature IN ('verified', 'invalid', 'unsigned')),
    kept_s INTEGER NOT NULL,
    UNIQUE (registry_id, number, revision)
) STRICT;;

CREATE TABLE documents_refused (
    document_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0,
    document BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    problem TEXT NOT NULL,
    kept_s INTEGER NOT NULL,
    UNIQUE (registry_id, kind, number, revision, sha256)
) STRICT;;

CREATE INDEX statements_by_period ON statements (period_start);;

CREATE TABLE statement_lines (
    line_id INTEGER PRIMARY KEY,
    statement_id INTEGER NOT NULL REFERENCES statements (statement_id),
    position INTEGER NOT NULL,
    external_id TEXT NOT NULL,
    work_id INTEGER REFERENCES works (work_id),
    claim_id INTEGER REFERENCES claims (claim_id),
    claim_number TEXT NOT NULL DEFAULT '',
    iscc TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL,
    licensee TEXT NOT NULL,
    model TEXT NOT NULL,
    use TEXT NOT NULL,
    claimed_right TEXT NOT NULL,
    territory TEXT NOT NULL,
    period_start TEXT NOT NULL,
    period_end TEXT NOT NULL,
    uses TEXT,
    weight TEXT,
    confidence TEXT,
    rate TEXT,
    gross TEXT NOT NULL,
    share TEXT NOT NULL,
    net TEXT NOT NULL,
    currency TEXT NOT NULL,
    adjusts TEXT NOT NULL DEFAULT '',
    UNIQUE (statement_id, position)
) STRICT;;
CREATE INDEX lines_by_work ON statement_lines (work_id);;

CREATE TABLE deductions (
    statement_id INTEGER NOT NULL REFERENCES statements (statement_id),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    rate TEXT,
    base TEXT,
    amount TEXT NOT NULL,
    jurisdiction TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (statement_id, position)
) STRICT, WITHOUT ROWID;;

CREATE TABLE findings (
    finding_id INTEGER PRIMARY KEY,
    statement_id INTEGER NOT NULL REFERENCES statements (statement_id),
    code TEXT NOT NULL,
    sentence TEXT NOT NULL,
    expected TEXT NOT NULL,
    actual TEXT NOT NULL,
    lines TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(lines))
) STRICT;;
CREATE INDEX findings_by_statement ON findings (statement_id);;

CREATE TABLE remittances (
    remittance_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    external_id TEXT NOT NULL,
    issued TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    reference TEXT NOT NULL,
    channel TEXT NOT NULL,
    document BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    kept_s INTEGER NOT NULL,
    UNIQUE (registry_id, external_id)
) STRICT;;

CREATE TABLE remittance_statements (
    remittance_id INTEGER NOT NULL REFERENCES remittances (remittance_id),
    number TEXT NOT NULL,
    revision INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (remittance_id, number, revision)
) STRICT, WITHOUT ROWID;;
CREATE INDEX remittance_statements_by_number ON remittance_statements (number, revision);;

CREATE TABLE bank_files (
    bank_file_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    document BLOB NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    kept_s INTEGER NOT NULL
) STRICT;;

CREATE TABLE bank_entries (
    entry_id INTEGER PRIMARY KEY,
    bank_file_id INTEGER NOT NULL REFERENCES bank_files (bank_file_id),
    account TEXT NOT NULL,
    bank_reference TEXT NOT NULL,
    booked_on TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    occurrence INTEGER NOT NULL CHECK (occurrence > 0),
    counterparty TEXT NOT NULL,
    reference TEXT NOT NULL,
    end_to_end_id TEXT NOT NULL,
    line INTEGER,
    kept_s INTEGER NOT NULL,
    UNIQUE (account, bank_reference, booked_on, amount_minor, currency, occurrence)
) STRICT;;

CREATE TABLE matches (
    match_id INTEGER PRIMARY KEY,
    remittance_id INTEGER NOT NULL REFERENCES remittances (remittance_id),
    entry_id INTEGER NOT NULL REFERENCES bank_entries (entry_id),
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    reason TEXT NOT NULL,
    made_s INTEGER NOT NULL,
    UNIQUE (remittance_id, entry_id)
) STRICT;;
CREATE INDEX matches_by_entry ON matches (entry_id);;

CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    time_s INTEGER NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL CHECK (json_valid(detail)),
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;;

CREATE TRIGGER matches_within_entry BEFORE INSERT ON matches
WHEN (SELECT abs(coalesce(sum(amount_minor), 0) + NEW.amount_minor)
      FROM matches WHERE entry_id = NEW.entry_id)
     > (SELECT abs(amount_minor) FROM bank_entries WHERE entry_id = NEW.entry_id)
BEGIN SELECT RAISE(ABORT, 'matches exceed the bank entry'); END;;
"""

APPEND_ONLY_0001 = (
    "claims",
    "terms",
    "work_terms",
    "receipts",
    "events",
    "statements",
    "deductions",
    "findings",
    "remittances",
    "remittance_statements",
    "documents_refused",
    "bank_files",
    "bank_entries",
    "journal",
)
