"""The eleventh schema: matches that can be taken back, what the user says of money, bank tables.

money_matches.amount_minor is of the entry, in its currency; settled_minor of what was stated.
A match is taken back by a row with the opposite amounts. matches is read by nothing any more.
"""

SCHEMA_0011 = """
CREATE TABLE money_matches (
    match_id INTEGER PRIMARY KEY,
    entry_id INTEGER NOT NULL REFERENCES bank_entries (entry_id),
    statement_id INTEGER REFERENCES statements (statement_id),
    remittance_id INTEGER REFERENCES remittances (remittance_id),
    kind TEXT NOT NULL
        CHECK (kind IN ('payment', 'fee', 'exchange', 'tax', 'returned', 'other')),
    amount_minor INTEGER NOT NULL,
    settled_minor INTEGER NOT NULL,
    settled_currency TEXT NOT NULL CHECK (length(settled_currency) = 3),
    reason TEXT NOT NULL,
    confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    takes_back INTEGER UNIQUE REFERENCES money_matches (match_id),
    made_s INTEGER NOT NULL,
    CHECK (amount_minor <> 0 OR settled_minor <> 0),
    CHECK (statement_id IS NOT NULL OR remittance_id IS NOT NULL
        OR (kind = 'other' AND settled_minor = 0)),
    CHECK (takes_back IS NOT NULL OR kind <> 'payment'
        OR (amount_minor > 0 AND settled_minor > 0)),
    CHECK (takes_back IS NOT NULL OR kind <> 'returned'
        OR (amount_minor < 0 AND settled_minor < 0))
) STRICT;;
CREATE INDEX money_matches_by_entry ON money_matches (entry_id);;
CREATE INDEX money_matches_by_statement ON money_matches (statement_id);;
CREATE INDEX money_matches_by_remittance ON money_matches (remittance_id);;

CREATE TRIGGER money_matches_within_entry BEFORE INSERT ON money_matches
WHEN (SELECT min(0, entry.amount_minor) > matched.total + NEW.amount_minor
        OR max(0, entry.amount_minor) < matched.total + NEW.amount_minor
      FROM bank_entries AS entry,
        (SELECT coalesce(sum(amount_minor), 0) AS total FROM money_matches
         WHERE entry_id = NEW.entry_id) AS matched
      WHERE entry.entry_id = NEW.entry_id)
BEGIN SELECT RAISE(ABORT, 'matches exceed the bank entry'); END;;

CREATE TRIGGER money_matches_in_its_currency BEFORE INSERT ON money_matches
WHEN NEW.settled_currency <> coalesce(
    (SELECT currency FROM statements WHERE statement_id = NEW.statement_id),
    (SELECT currency FROM remittances WHERE remittance_id = NEW.remittance_id),
    (SELECT currency FROM bank_entries WHERE entry_id = NEW.entry_id))
BEGIN SELECT RAISE(ABORT, 'a match settles in the currency of what was stated'); END;;

CREATE TRIGGER money_matches_taken_back BEFORE INSERT ON money_matches
WHEN NEW.takes_back IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM money_matches AS old WHERE old.match_id = NEW.takes_back
    AND old.takes_back IS NULL AND old.entry_id = NEW.entry_id AND old.kind = NEW.kind
    AND old.statement_id IS NEW.statement_id AND old.remittance_id IS NEW.remittance_id
    AND old.amount_minor = -NEW.amount_minor AND old.settled_minor = -NEW.settled_minor)
BEGIN SELECT RAISE(ABORT, 'a match is taken back whole, once'); END;;

INSERT INTO money_matches (match_id, entry_id, remittance_id, kind, amount_minor, settled_minor,
    settled_currency, reason, confirmed, made_s)
SELECT match_id, entry_id, remittance_id, iif(matches.amount_minor > 0, 'payment', 'returned'),
    matches.amount_minor, matches.amount_minor, remittances.currency, reason, 0, made_s
FROM matches JOIN remittances USING (remittance_id) ORDER BY match_id;;

CREATE TRIGGER matches_no_insert BEFORE INSERT ON matches
BEGIN SELECT RAISE(ABORT, 'matches are kept in money_matches'); END;;

CREATE TABLE declined_matches (
    declined_id INTEGER PRIMARY KEY,
    entry_id INTEGER NOT NULL REFERENCES bank_entries (entry_id),
    statement_id INTEGER REFERENCES statements (statement_id),
    remittance_id INTEGER REFERENCES remittances (remittance_id),
    declined INTEGER NOT NULL CHECK (declined IN (0, 1)),
    made_s INTEGER NOT NULL,
    CHECK (statement_id IS NOT NULL OR remittance_id IS NOT NULL)
) STRICT;;

CREATE TABLE payment_marks (
    mark_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    number TEXT NOT NULL,
    mark TEXT NOT NULL CHECK (mark IN ('none', 'held', 'disputed', 'void')),
    reason TEXT NOT NULL,
    made_s INTEGER NOT NULL,
    CHECK (mark = 'none' OR reason <> '')
) STRICT;;

CREATE TABLE bank_mappings (
    mapping_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> ''),
    mapping TEXT NOT NULL CHECK (json_valid(mapping)),
    made_s INTEGER NOT NULL
) STRICT;;

ALTER TABLE bank_entries ADD COLUMN reverses INTEGER REFERENCES bank_entries (entry_id);;
CREATE UNIQUE INDEX bank_entries_reversed_once ON bank_entries (reverses)
    WHERE reverses IS NOT NULL;;
"""

APPEND_ONLY_0011 = (
    "matches",
    "money_matches",
    "declined_matches",
    "payment_marks",
    "bank_mappings",
)
