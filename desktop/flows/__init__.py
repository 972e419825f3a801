"""The only place where the steps meet: plain functions that window and command line both run."""
