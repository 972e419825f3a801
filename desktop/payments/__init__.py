"""Statements read and checked, bank files read, money matched. No network, no store, no keys."""
