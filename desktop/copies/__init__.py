"""Copies of works that carry terms: written into each format, content untouched."""
