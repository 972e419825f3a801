"""The ninth schema: what else a statement declares of itself, and what a bank kept."""

SCHEMA_0009 = """
ALTER TABLE statements ADD COLUMN declared_works INTEGER;;
ALTER TABLE statements ADD COLUMN year_to_date TEXT;;
ALTER TABLE bank_entries ADD COLUMN fee_minor INTEGER;;
"""
