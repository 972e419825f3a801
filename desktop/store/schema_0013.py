"""The thirteenth schema: what is divided with collaborators, and advances and tax of payers.

divisions: a statement divided among parties, as it was when someone was paid on it; the newest
counts. Its parts come first, and only if they add up to what the statement states. party_id NULL:
nobody holds it; work_id NULL: no single work earned it. A payout, or an advance, is taken back by
a row that reverses it.
"""

SCHEMA_0013 = """
CREATE TABLE divisions (
    division_id INTEGER PRIMARY KEY,
    statement_id INTEGER NOT NULL REFERENCES statements (statement_id),
    base_minor INTEGER NOT NULL,
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    made_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX divisions_by_statement ON divisions (statement_id, division_id);;

CREATE TABLE division_parts (
    division_part_id INTEGER PRIMARY KEY,
    division_id INTEGER NOT NULL
        REFERENCES divisions (division_id) DEFERRABLE INITIALLY DEFERRED,
    party_id INTEGER REFERENCES parties (party_id),
    work_id INTEGER REFERENCES works (work_id),
    minor INTEGER NOT NULL
) STRICT;;
CREATE INDEX division_parts_by_division ON division_parts (division_id);;

CREATE TRIGGER divisions_add_up BEFORE INSERT ON divisions
WHEN (SELECT coalesce(sum(minor), 0) FROM division_parts WHERE division_id = NEW.division_id)
    <> NEW.base_minor
BEGIN SELECT RAISE(ABORT, 'the parts do not add up to the whole'); END;;
CREATE TRIGGER divisions_are_of_what_is_stated BEFORE INSERT ON divisions
WHEN NOT EXISTS (SELECT 1 FROM statements WHERE statement_id = NEW.statement_id
    AND payable_minor = NEW.base_minor AND currency = NEW.currency)
BEGIN SELECT RAISE(ABORT, 'the whole is not what the statement states'); END;;
CREATE TRIGGER division_parts_come_first BEFORE INSERT ON division_parts
WHEN EXISTS (SELECT 1 FROM divisions WHERE division_id = NEW.division_id)
BEGIN SELECT RAISE(ABORT, 'this division is closed'); END;;

CREATE TABLE collaborator_payouts (
    payout_id INTEGER PRIMARY KEY,
    party_id INTEGER NOT NULL REFERENCES parties (party_id),
    paid_on TEXT NOT NULL CHECK (paid_on GLOB '????-??-??'),
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    way TEXT NOT NULL DEFAULT '',
    reference TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    reverses INTEGER UNIQUE REFERENCES collaborator_payouts (payout_id),
    recorded_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX collaborator_payouts_by_party ON collaborator_payouts (party_id, paid_on);;
CREATE TRIGGER collaborator_payouts_reverse_exactly BEFORE INSERT ON collaborator_payouts
WHEN NEW.reverses IS NOT NULL AND NOT EXISTS (SELECT 1 FROM collaborator_payouts AS one
    WHERE one.payout_id = NEW.reverses AND one.party_id = NEW.party_id AND one.reverses IS NULL
    AND one.currency = NEW.currency AND one.amount_minor = -NEW.amount_minor)
BEGIN SELECT RAISE(ABORT, 'a payout is taken back whole'); END;;

CREATE TABLE collaborator_statements (
    collaborator_statement_id INTEGER PRIMARY KEY,
    party_id INTEGER NOT NULL REFERENCES parties (party_id),
    starts TEXT NOT NULL CHECK (starts GLOB '????-??-??'),
    ends TEXT NOT NULL CHECK (ends > starts),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    opening_minor INTEGER NOT NULL,
    changed_minor INTEGER NOT NULL,
    due_minor INTEGER NOT NULL,
    paid_minor INTEGER NOT NULL,
    closing_minor INTEGER NOT NULL,
    made_s INTEGER NOT NULL,
    CHECK (opening_minor + changed_minor + due_minor - paid_minor = closing_minor)
) STRICT;;
CREATE INDEX collaborator_statements_by_party
    ON collaborator_statements (party_id, currency, ends);;

CREATE TABLE advances (
    advance_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    granted_on TEXT NOT NULL CHECK (granted_on GLOB '????-??-??'),
    amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    terms TEXT NOT NULL DEFAULT '',
    reverses INTEGER UNIQUE REFERENCES advances (advance_id),
    recorded_s INTEGER NOT NULL,
    CHECK ((amount_minor < 0) = (reverses IS NOT NULL))
) STRICT;;
CREATE INDEX advances_by_registry ON advances (registry_id, granted_on);;
CREATE TRIGGER advances_reverse_exactly BEFORE INSERT ON advances
WHEN NEW.reverses IS NOT NULL AND NOT EXISTS (SELECT 1 FROM advances AS one
    WHERE one.advance_id = NEW.reverses AND one.registry_id = NEW.registry_id
    AND one.currency = NEW.currency AND one.amount_minor = -NEW.amount_minor)
BEGIN SELECT RAISE(ABORT, 'an advance is taken back whole'); END;;

CREATE TABLE withholding_rates (
    withholding_rate_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    country TEXT NOT NULL DEFAULT '',
    rate TEXT,
    since TEXT NOT NULL CHECK (since GLOB '????-??-??'),
    said_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX withholding_rates_by_registry ON withholding_rates (registry_id, country);;
"""

APPEND_ONLY_0013 = (
    "divisions",
    "division_parts",
    "collaborator_payouts",
    "collaborator_statements",
    "advances",
    "withholding_rates",
)
