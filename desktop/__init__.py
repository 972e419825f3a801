"""Residuals: a desktop app that gets creators paid when AI learns from their work."""

__version__ = "0.1.0"
