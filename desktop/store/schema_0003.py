"""The third schema: everything a claim may say of a work, and who agreed to it.

claim_states.asked_s: when the registry was last asked whether it still knows the claim.
shares.numerator NULL: nobody knows how much. starts, ends: '' is always.
"""

SCHEMA_0003 = """
ALTER TABLE works ADD COLUMN published TEXT NOT NULL DEFAULT 'unknown'
    CHECK (published IN ('yes', 'no', 'unknown'));;
ALTER TABLE works ADD COLUMN published_on TEXT NOT NULL DEFAULT '';;
ALTER TABLE works ADD COLUMN published_in TEXT NOT NULL DEFAULT '';;
ALTER TABLE works ADD COLUMN capacity TEXT NOT NULL DEFAULT 'author'
    CHECK (capacity IN ('author', 'legal_owner', 'beneficial_owner', 'representative'));;
ALTER TABLE works ADD COLUMN sole_owner TEXT NOT NULL DEFAULT 'unknown'
    CHECK (sole_owner IN ('yes', 'no', 'unknown'));;
ALTER TABLE parties ADD COLUMN reach TEXT NOT NULL DEFAULT 'unknown'
    CHECK (reach IN ('reachable', 'unreachable', 'unknown'));;

ALTER TABLE claim_states ADD COLUMN asked_s INTEGER NOT NULL DEFAULT 0;;
CREATE INDEX claim_states_by_asked ON claim_states (registry_id, asked_s);;

ALTER TABLE shares RENAME TO shares_0001;;
CREATE TABLE shares (
    share_id INTEGER PRIMARY KEY,
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    party_id INTEGER NOT NULL REFERENCES parties (party_id),
    claimed_right TEXT NOT NULL CHECK (claimed_right IN ('training', 'reference', 'output')),
    interest TEXT NOT NULL DEFAULT 'whole' CHECK (interest IN ('whole', 'master', 'publishing')),
    numerator INTEGER CHECK (numerator > 0),
    denominator INTEGER CHECK (denominator >= numerator),
    territories TEXT NOT NULL DEFAULT 'WORLD' CHECK (territories <> ''),
    starts TEXT NOT NULL DEFAULT '',
    ends TEXT NOT NULL DEFAULT '' CHECK (ends = '' OR ends > starts),
    basis TEXT NOT NULL DEFAULT 'unknown'
        CHECK (basis IN ('default', 'contract', 'agreed', 'unknown')),
    CHECK ((numerator IS NULL) = (denominator IS NULL)),
    UNIQUE (work_id, party_id, claimed_right, interest, territories, starts)
) STRICT;;
INSERT INTO shares (work_id, party_id, claimed_right, numerator, denominator, territories)
    SELECT work_id, party_id, claimed_right, numerator, denominator, territories FROM shares_0001;;
DROP TABLE shares_0001;;
CREATE INDEX shares_by_party ON shares (party_id);;

CREATE TABLE evidence (
    evidence_id INTEGER PRIMARY KEY,
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    kind TEXT NOT NULL CHECK (kind <> ''),
    name TEXT NOT NULL DEFAULT '',
    dated TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    kept_s INTEGER NOT NULL,
    UNIQUE (work_id, sha256)
) STRICT;;

CREATE TABLE attachments (
    sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
    data BLOB NOT NULL,
    kept_s INTEGER NOT NULL
) STRICT;;

CREATE TABLE claim_private_parts (
    claim_id INTEGER PRIMARY KEY REFERENCES claims (claim_id),
    document BLOB NOT NULL
) STRICT;;

CREATE TABLE split_sheets (
    split_sheet_id INTEGER PRIMARY KEY,
    work_id INTEGER NOT NULL REFERENCES works (work_id),
    urn TEXT NOT NULL,
    content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
    document BLOB NOT NULL,
    signatures INTEGER NOT NULL CHECK (signatures > 0),
    kept_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX split_sheets_by_work ON split_sheets (work_id, split_sheet_id);;
CREATE INDEX split_sheets_by_urn ON split_sheets (urn, split_sheet_id);;

CREATE TABLE answers (
    answer_id INTEGER PRIMARY KEY,
    claim_id INTEGER NOT NULL REFERENCES claims (claim_id),
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    kind TEXT NOT NULL CHECK (kind IN ('response', 'dispute', 'withdrawal')),
    document BLOB NOT NULL,
    made_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX answers_by_claim ON answers (claim_id, registry_id);;

CREATE TABLE answer_outbox (
    answer_id INTEGER PRIMARY KEY REFERENCES answers (answer_id),
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'acknowledged', 'refused')),
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before_s INTEGER NOT NULL DEFAULT 0,
    last_problem TEXT NOT NULL DEFAULT ''
) STRICT;;
CREATE INDEX answer_outbox_waiting ON answer_outbox (state) WHERE state IN ('queued', 'sending');;

CREATE TABLE payout_channels (
    payout_channel_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    did TEXT NOT NULL,
    kind TEXT NOT NULL,
    document BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'in_force', 'refused',
        'replaced', 'not_mine', 'seen')),
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before_s INTEGER NOT NULL DEFAULT 0,
    last_problem TEXT NOT NULL DEFAULT '',
    made_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX payout_channels_by_registry ON payout_channels (registry_id, did);;
"""

APPEND_ONLY_0003 = ("attachments", "claim_private_parts", "split_sheets", "answers")
