"""Tables that others write: CSV, TSV, spreadsheets and JSON, read row by row with line numbers."""
