"""Payments in the forms that others read: tables, PDF, double entry, OFX, a year for the tax."""
