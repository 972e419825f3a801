"""The ninth schema: what else a statement declares of itself."""

SCHEMA_0009 = """
ALTER TABLE statements ADD COLUMN declared_works INTEGER;;
ALTER TABLE statements ADD COLUMN year_to_date TEXT;;
"""
