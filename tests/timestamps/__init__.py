"""Tests of the proofs of time."""
