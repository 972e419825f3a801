"""What forms' receivers were told of newer terms; offers of licensees, and what was answered.

form_terms_told: the user says that who has a claim by a form knows the newer terms. offers: the
documents as they came; claims of 'all' are not named. offer_answers: signed; a yes is for the
claims in offer_answer_claims. statement_lines.offer: under which offer a line is paid.
"""

SCHEMA_0037 = """
CREATE TABLE form_terms_told (
    form_terms_told_id INTEGER PRIMARY KEY,
    claim_id INTEGER NOT NULL REFERENCES claims (claim_id),
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    terms_id INTEGER REFERENCES terms (terms_id),
    told_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX form_terms_told_by_claim ON form_terms_told (claim_id, registry_id);;
CREATE INDEX claims_said ON claims (claim_id, work_id, terms_id, signed_s);;

CREATE TABLE offer_feeds (
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    did TEXT NOT NULL,
    cursor TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (registry_id, did)
) STRICT, WITHOUT ROWID;;

CREATE TABLE offers (
    offer_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    did TEXT NOT NULL,
    number TEXT NOT NULL CHECK (length(number) BETWEEN 1 AND 40),
    revision INTEGER NOT NULL CHECK (revision > 0),
    document BLOB NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    signed_by_licensee INTEGER NOT NULL CHECK (signed_by_licensee IN (0, 1)),
    open_until_s INTEGER NOT NULL,
    kept_s INTEGER NOT NULL,
    UNIQUE (registry_id, did, number, revision)
) STRICT;;

CREATE TABLE offer_withdrawals (
    offer_withdrawal_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    did TEXT NOT NULL,
    number TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision > 0),
    document BLOB NOT NULL,
    kept_s INTEGER NOT NULL,
    UNIQUE (registry_id, did, number, revision)
) STRICT;;

CREATE TABLE offer_answers (
    offer_answer_id INTEGER PRIMARY KEY,
    offer_id INTEGER NOT NULL REFERENCES offers (offer_id),
    answer TEXT NOT NULL CHECK (answer IN ('accept', 'decline')),
    document BLOB NOT NULL,
    made_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX offer_answers_by_offer ON offer_answers (offer_id);;

CREATE TABLE offer_answer_claims (
    offer_answer_id INTEGER NOT NULL REFERENCES offer_answers (offer_answer_id),
    claim_id INTEGER NOT NULL REFERENCES claims (claim_id),
    PRIMARY KEY (offer_answer_id, claim_id)
) STRICT, WITHOUT ROWID;;
CREATE INDEX offer_answer_claims_by_claim ON offer_answer_claims (claim_id);;

CREATE TABLE offer_answer_outbox (
    offer_answer_id INTEGER PRIMARY KEY REFERENCES offer_answers (offer_answer_id),
    state TEXT NOT NULL
        CHECK (state IN ('queued', 'sending', 'acknowledged', 'refused', 'taken_back')),
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before_s INTEGER NOT NULL DEFAULT 0,
    last_problem TEXT NOT NULL DEFAULT ''
) STRICT;;
CREATE INDEX offer_answer_outbox_waiting ON offer_answer_outbox (state)
    WHERE state IN ('queued', 'sending');;

CREATE TABLE offer_receipts (
    offer_answer_id INTEGER PRIMARY KEY REFERENCES offer_answers (offer_answer_id),
    document BLOB NOT NULL,
    received_s INTEGER NOT NULL,
    kept_s INTEGER NOT NULL
) STRICT;;

ALTER TABLE statement_lines ADD COLUMN offer TEXT NOT NULL DEFAULT '';;
CREATE INDEX lines_by_offer ON statement_lines (offer) WHERE offer <> '';;
"""

APPEND_ONLY_0037 = (
    "form_terms_told",
    "offers",
    "offer_withdrawals",
    "offer_answers",
    "offer_answer_claims",
    "offer_receipts",
)
