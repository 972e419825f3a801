"""Proofs that a claim existed at a time: OpenTimestamps and RFC 3161. Pure: no network here."""
