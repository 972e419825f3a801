"""Statements that come as files: which mapping fits, and the exact lines it reads out of them."""
