"""Numbers for the tax office, who issues the invoice, and how long a reserve may be held."""

SCHEMA_0033 = """
CREATE TABLE payer_tax (
    payer_tax_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    vat_number TEXT NOT NULL DEFAULT '' CHECK (length(vat_number) <= 40),
    self_billing TEXT NOT NULL CHECK (self_billing IN ('yes', 'no', 'unknown')),
    since TEXT CHECK (since GLOB '????-??-??'),
    said_s INTEGER NOT NULL,
    CHECK ((self_billing = 'unknown') = (since IS NULL))
) STRICT;;
CREATE INDEX payer_tax_by_registry ON payer_tax (registry_id);;

CREATE TABLE own_tax_numbers (
    own_tax_number_id INTEGER PRIMARY KEY,
    party_id INTEGER REFERENCES parties (party_id),
    country TEXT NOT NULL CHECK (length(country) = 2),
    vat_number TEXT NOT NULL DEFAULT '' CHECK (length(vat_number) <= 40),
    tax_number TEXT NOT NULL DEFAULT '' CHECK (length(tax_number) <= 40),
    said_s INTEGER NOT NULL
) STRICT;;

CREATE TABLE reserve_terms (
    reserve_term_id INTEGER PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries (registry_id),
    months INTEGER NOT NULL CHECK (months BETWEEN 1 AND 600),
    said_s INTEGER NOT NULL
) STRICT;;
CREATE INDEX reserve_terms_by_registry ON reserve_terms (registry_id);;
"""

APPEND_ONLY_0033 = ("payer_tax", "own_tax_numbers", "reserve_terms")
