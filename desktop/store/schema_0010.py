"""The tenth schema: statements that come as files, and what each payer calls a work.

payer_works: once for all statements of a payer; work_id is the current match, made by the newest
row of payer_work_matches. documents: the bytes of a file, once for all statements that are in it;
then statements.document is empty and statements.sha256 is of what was read. refused_rows: rows of
a file that could not be read. set_aside: statements that the user does not want to count, or again.
"""

SCHEMA_0010 = """
CREATE TABLE payer_works (
    payer_work_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    key TEXT NOT NULL CHECK (key <> ''),
    title TEXT NOT NULL,
    creators TEXT NOT NULL DEFAULT '',
    claim_number TEXT NOT NULL DEFAULT '',
    iscc TEXT NOT NULL DEFAULT '',
    identifiers TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(identifiers)),
    state TEXT NOT NULL DEFAULT 'unmatched' CHECK (state IN ('unmatched', 'matched', 'not_mine')),
    work_id INTEGER REFERENCES works (work_id),
    seen_s INTEGER NOT NULL,
    UNIQUE (registry_id, key),
    CHECK ((state = 'matched') = (work_id IS NOT NULL))
) STRICT;;
CREATE INDEX payer_works_by_work ON payer_works (work_id);;
CREATE INDEX payer_works_unmatched ON payer_works (registry_id) WHERE state = 'unmatched';;

CREATE TABLE payer_work_matches (
    payer_work_match_id INTEGER PRIMARY KEY,
    payer_work_id INTEGER NOT NULL REFERENCES payer_works (payer_work_id),
    state TEXT NOT NULL CHECK (state IN ('unmatched', 'matched', 'not_mine')),
    work_id INTEGER REFERENCES works (work_id),
    reason TEXT NOT NULL
        CHECK (reason IN ('claim', 'identifier', 'iscc', 'hash', 'user', 'undo')),
    decided_s INTEGER NOT NULL,
    CHECK ((state = 'matched') = (work_id IS NOT NULL))
) STRICT;;
CREATE INDEX payer_work_matches_by_work ON payer_work_matches (payer_work_id);;

CREATE TABLE documents (
    document_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
    sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
    kept_s INTEGER NOT NULL
) STRICT;;
CREATE TABLE document_parts (
    document_part_id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (document_id) DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    packed BLOB NOT NULL,
    UNIQUE (document_id, position)
) STRICT;;

CREATE TABLE statement_mappings (
    statement_mapping_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> ''),
    description TEXT NOT NULL,
    kept_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX statement_mappings_by_name ON statement_mappings (name, statement_mapping_id);;

CREATE TABLE refused_rows (
    refused_row_id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (document_id) DEFERRABLE INITIALLY DEFERRED,
    mapping TEXT NOT NULL,
    line INTEGER NOT NULL,
    problem TEXT NOT NULL,
    statement_id INTEGER REFERENCES statements (statement_id) DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (document_id, mapping, line)
) STRICT;;
CREATE INDEX refused_rows_by_statement ON refused_rows (statement_id);;

ALTER TABLE statements ADD COLUMN document_id INTEGER REFERENCES documents (document_id);;
ALTER TABLE statements ADD COLUMN mapping TEXT NOT NULL DEFAULT '';;
ALTER TABLE statements ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;;
CREATE INDEX statements_by_document ON statements (document_id);;

ALTER TABLE statement_lines ADD COLUMN payer_work_id INTEGER REFERENCES payer_works;;
ALTER TABLE statement_lines ADD COLUMN source_line INTEGER;;
ALTER TABLE statement_lines ADD COLUMN identifier TEXT NOT NULL DEFAULT '';;
ALTER TABLE statement_lines ADD COLUMN paid_currency TEXT NOT NULL DEFAULT '';;
ALTER TABLE statement_lines ADD COLUMN paid_amount TEXT;;
ALTER TABLE statement_lines ADD COLUMN exchange_rate TEXT;;
ALTER TABLE statement_lines ADD COLUMN exchange_source TEXT NOT NULL DEFAULT '';;
ALTER TABLE statement_lines ADD COLUMN exchange_date TEXT NOT NULL DEFAULT '';;

CREATE INDEX claim_states_by_number ON claim_states (registry_id, number) WHERE number <> '';;
CREATE INDEX identifiers_by_value ON identifiers (scheme, value);;

CREATE TABLE set_aside (
    set_aside_id INTEGER PRIMARY KEY,
    statement_id INTEGER NOT NULL REFERENCES statements (statement_id),
    aside INTEGER NOT NULL CHECK (aside IN (0, 1)),
    reason TEXT NOT NULL,
    said_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX set_aside_by_statement ON set_aside (statement_id, set_aside_id);;

CREATE VIEW aside_statements AS
SELECT statement_id FROM set_aside AS said WHERE aside = 1 AND set_aside_id =
    (SELECT max(set_aside_id) FROM set_aside AS newest WHERE newest.statement_id =
     said.statement_id);;

CREATE VIEW counted_statements AS
SELECT statements.* FROM statements
WHERE statement_id NOT IN (SELECT statement_id FROM aside_statements)
AND NOT EXISTS (SELECT 1 FROM statements AS later
    WHERE later.registry_id = statements.registry_id AND later.number = statements.number
    AND later.revision > statements.revision
    AND later.statement_id NOT IN (SELECT statement_id FROM aside_statements));;

CREATE VIEW known_lines AS
SELECT line_id, lines.statement_id, position, external_id,
    coalesce(lines.work_id, payer_works.work_id) AS work_id, claim_id, lines.claim_number,
    lines.iscc, lines.title, licensee, model, use, claimed_right, territory, period_start,
    period_end, uses, weight, confidence, rate, gross, share, net, currency, adjusts,
    lines.payer_work_id, source_line, identifier, paid_currency, paid_amount, exchange_rate,
    exchange_source, exchange_date
FROM statement_lines AS lines LEFT JOIN payer_works USING (payer_work_id)
WHERE lines.statement_id IN (SELECT statement_id FROM counted_statements);;

INSERT INTO payer_works (registry_id, key, title, claim_number, iscc, seen_s)
SELECT registry_id, CASE WHEN claim_number <> '' THEN 'claim:' || claim_number
    WHEN iscc <> '' THEN 'iscc:' || iscc ELSE 'title:' || lower(trim(title)) END,
    max(title), claim_number, iscc, min(kept_s)
FROM statement_lines JOIN statements USING (statement_id) GROUP BY 1, 2;;
UPDATE statement_lines SET payer_work_id = (SELECT payer_work_id FROM payer_works
    JOIN statements ON statements.registry_id = payer_works.registry_id
    WHERE statements.statement_id = statement_lines.statement_id
    AND key = CASE WHEN statement_lines.claim_number <> ''
        THEN 'claim:' || statement_lines.claim_number
        WHEN statement_lines.iscc <> '' THEN 'iscc:' || statement_lines.iscc
        ELSE 'title:' || lower(trim(statement_lines.title)) END);;
CREATE INDEX lines_by_payer_work ON statement_lines (payer_work_id);;
"""

APPEND_ONLY_0010 = (
    "statement_lines",
    "payer_work_matches",
    "documents",
    "document_parts",
    "statement_mappings",
    "refused_rows",
    "set_aside",
)
